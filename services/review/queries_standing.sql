-- The statements of standing permissions. Visibility is in the where clause.

-- name: InsertStanding :exec
insert into review.standing (id, organisation_id, author_id, topics, channels, kinds, media, a_week, sample, zone, from_at, until_at, digest, member_id,
	person_id, mailbox, name, role, signed_at)
values (@id, @organisation, @author, @topics, @channels, @kinds, @media, @a_week, @sample, @zone, @from_at, @until_at, @digest, @member,
	@person, @mailbox, @name, @role, @signed_at);

-- name: StandingsAtDesk :many
select p.* from review.standing p where p.organisation_id = @organisation order by p.id desc limit 500;

-- name: StandingAtDesk :one
select p.* from review.standing p where p.id = @id and p.organisation_id = @organisation;

-- name: LockStandingAtDesk :one
select p.* from review.standing p where p.id = @id and p.organisation_id = @organisation for update;

-- name: ShareStanding :one
-- Whoever ends it waits for those that go through at this moment, and they for whoever ends it.
select p.* from review.standing p where p.id = @id for share;

-- name: RevokeStanding :exec
update review.standing set revoked_at = @revoked_at, revoked_by = @revoked_by, revoked_why = @revoked_why, version = @version where id = @id;

-- name: StandingsFor :many
-- Those for a person: their own, and everybody's where they proved that they work. employer '' is every employer; standing '' every permission.
select p.* from review.standing p
where coalesce(p.revoked_at, p.until_at) > @since and (p.author_id = @person or p.author_id is null) and (@standing = '' or p.id = @standing)
	and exists (select from review.employment m join review.employer e on e.id = m.employer_id
		where m.person_id = @person and e.organisation_id = p.organisation_id and (@employer = '' or e.id = @employer)
			and (m.until_at is null or m.until_at > @now) and (p.author_id is not null or m.proved_at is not null))
order by p.id desc limit 500;

-- name: UsedInWeek :many
select w.standing_id, sum(w.used)::bigint as used
from review.standing_week w join unnest(@ids::text[], @weeks::date[]) as k (id, week) on k.id = w.standing_id and k.week = w.week
where @author = '' or w.author_id = @author group by w.standing_id;

-- name: TakePlace :one
-- One place of a week, in one statement: no row when they are taken.
insert into review.standing_week as w (standing_id, author_id, week, used) values (@standing, @author, @week, 1)
on conflict (standing_id, author_id, week) do update set used = w.used + 1 where w.used < @a_week
returning w.used;

-- name: InsertUse :exec
insert into review.standing_use (submission_id, standing_id, author_id, topic, state) values (@submission, @standing, @author, @topic, 'asked');

-- name: AskedUse :one
select u.submission_id, u.standing_id, u.author_id, u.topic, u.state, u.reason, u.decision_id, u.sampled, u.looked_at
from review.standing_use u where u.submission_id = @submission and u.state = 'asked';

-- name: SaveUse :exec
update review.standing_use set state = @state, reason = @reason, decision_id = @decision, week = @week, used_at = @used_at, sampled = @sampled
where submission_id = @submission and state = 'asked';

-- name: UsesOf :many
select u.submission_id, u.standing_id, u.author_id, u.topic, u.state, u.reason, u.decision_id, u.sampled, u.looked_at, p.digest, p.signed_at
from review.standing_use u join review.standing p on p.id = u.standing_id where u.submission_id = any(@submissions);

-- name: DeskSample :many
select s.id, s.author_id, s.employer_name, s.state, s.asked_at, s.due_at, s.decided_at, s.published_at, e.domain
from review.standing p join review.standing_use u on u.standing_id = p.id and u.sampled and u.looked_at is null
join review.submission s on s.id = u.submission_id join review.employer e on e.id = s.employer_id
where p.organisation_id = @organisation and e.organisation_id = @organisation and s.author_id <> @person and s.mailbox is not null
	and (@cursor = '' or s.id < @cursor)
order by s.id desc limit @limit;

-- name: LookedAt :exec
update review.standing_use set looked_at = @now, looked_by = @member where submission_id = @submission and sampled and looked_at is null;

-- name: IsSampled :one
select exists (select from review.standing_use where submission_id = @submission and sampled);

-- name: EraseStandings :exec
-- What was signed for one person ends with them, and its words go.
update review.standing set revoked_at = coalesce(revoked_at, @now), topics = '{}', mailbox = '', name = '', revoked_why = '', version = version + 1
where author_id = @person and name <> '';

-- name: EraseStandingMailboxes :exec
update review.standing set mailbox = '' where person_id = @person and mailbox <> '';

-- name: EraseUses :exec
update review.standing_use set topic = '' where author_id = @person and topic <> '';
