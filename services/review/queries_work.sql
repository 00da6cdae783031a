-- The statements of claimed employers, their desks, and of employments. Visibility is in the where clause.

-- name: ClaimEmployer :exec
-- What accounts says last counts, in whatever order it is heard.
insert into review.employer as e (id, domain, label, skeleton, state, organisation_id, claim_seq, created_at)
values (@id, @domain, @label, @skeleton, @state, @organisation, @seq, @now)
on conflict on constraint employer_domain_once do update
set state = excluded.state, organisation_id = excluded.organisation_id, claim_seq = excluded.claim_seq where e.claim_seq < excluded.claim_seq;

-- name: DeskWaiting :many
-- Nobody sees their own here: another person decides.
select s.*, e.domain from review.employer e
cross join lateral (
	select s.id, s.author_id, s.employer_name, s.state, s.version, s.asked_at, s.due_at, s.decided_at, s.published_at from review.submission s
	where s.employer_id = e.id and s.state = 'in_stage' and s.asked_at is not null and s.mailbox is not null and s.author_id <> @person
		and (@all::boolean or exists (select from review.stage t where t.submission_id = s.id and t.roles && @roles::text[]))
		and not exists (select from review.recusal r where r.submission_id = s.id and r.person_id = @person)
		and (@cursor = '' or s.id < @cursor)
	order by s.id desc limit @limit
) s
where e.organisation_id = @organisation
order by s.id desc limit @limit;

-- name: DeskPast :many
-- What was asked and is over. What was withdrawn is as if it had not been asked; of what went through under a standing permission a desk reads the sample.
select s.*, e.domain from review.employer e
cross join lateral (
	select s.id, s.author_id, s.employer_name, s.state, s.version, s.asked_at, s.due_at, s.decided_at, s.published_at from review.submission s
	where s.employer_id = e.id and s.state in ('approved', 'no_objection', 'changes_requested', 'rejected', 'not_ours', 'no_decision', 'lapsed', 'revoked', 'stale') and s.asked_at is not null and s.mailbox is not null and s.author_id <> @person
		and not exists (select from review.standing_use u where u.submission_id = s.id and u.state = 'opened' and not u.sampled)
		and (@all::boolean or exists (select from review.stage t where t.submission_id = s.id and t.roles && @roles::text[]))
		and not exists (select from review.recusal r where r.submission_id = s.id and r.person_id = @person)
		and (@cursor = '' or s.id < @cursor)
	order by s.id desc limit @limit
) s
where e.organisation_id = @organisation
order by s.id desc limit @limit;

-- name: AtDesk :one
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s
where s.id = @id and s.asked_at is not null and s.mailbox is not null and s.state in ('in_stage', 'approved', 'no_objection', 'changes_requested', 'rejected', 'not_ours', 'no_decision', 'lapsed', 'revoked', 'stale')
	and not exists (select from review.standing_use u where u.submission_id = s.id and u.state = 'opened' and not u.sampled)
	and exists (select from review.employer e where e.id = s.employer_id and e.organisation_id = @organisation);

-- name: EmploymentsOf :many
select m.id, m.person_id, m.employer_id, m.name, m.since_at, m.until_at, m.version, m.mailbox, m.proved_at, m.due_at, e.domain
from review.employment m join review.employer e on e.id = m.employer_id
where m.person_id = @person order by m.id desc limit 1000;

-- name: LockEmployment :one
select m.id, m.person_id, m.employer_id, m.name, m.since_at, m.until_at, m.version, m.mailbox, m.proved_at, m.due_at, e.domain
from review.employment m join review.employer e on e.id = m.employer_id
where m.id = @id and m.person_id = @person for update of m;

-- name: LockEmploymentsAt :many
select m.id, m.person_id, m.employer_id, m.name, m.since_at, m.until_at, m.version, m.mailbox, m.proved_at, m.due_at, e.domain
from review.employment m join review.employer e on e.id = m.employer_id
where m.person_id = @person and m.employer_id = @employer order by m.id desc for update of m;

-- name: InsertEmployment :exec
insert into review.employment (id, person_id, employer_id, name, since_at)
values (@id, @person, @employer, @name, @now)
on conflict (person_id, employer_id) where until_at is null do update set name = excluded.name;

-- name: SaveEmployment :exec
update review.employment set name = @name, until_at = @until_at, version = @version, mailbox = @mailbox, proved_at = @proved_at, due_at = @due_at where id = @id;

-- name: SomebodyLeft :one
-- An end that has come and was not carried out: of a submission's author, of those who wrote to an organisation, or of anybody.
select exists (select from review.employment m where m.due_at <= @now
	and (@submission = '' or exists (select from review.submission s where s.id = @submission and s.author_id = m.person_id and s.employer_id = m.employer_id))
	and (@organisation = '' or exists (select from review.employer e where e.id = m.employer_id and e.organisation_id = @organisation)));

-- name: LockLeft :many
select m.id, m.person_id, m.employer_id, m.name, m.since_at, m.until_at, m.version, m.mailbox, m.proved_at, m.due_at, '' as domain
from review.employment m where m.due_at <= @now
	and (@submission = '' or exists (select from review.submission s where s.id = @submission and s.author_id = m.person_id and s.employer_id = m.employer_id))
	and (@organisation = '' or exists (select from review.employer e where e.id = m.employer_id and e.organisation_id = @organisation))
order by m.id for update of m;

-- name: LockLeftOne :many
-- For the timer: what somebody else carries out is left to them.
select m.id, m.person_id, m.employer_id, m.name, m.since_at, m.until_at, m.version, m.mailbox, m.proved_at, m.due_at, '' as domain
from review.employment m where m.due_at <= @now order by m.due_at limit 1 for update of m skip locked;

-- name: LockOpenAt :many
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s
where s.author_id = @person and s.employer_id = @employer and s.state in ('submitted', 'in_stage', 'changes_requested') order by s.id for update;

-- name: WorksThere :one
select exists (select from review.employment m where m.person_id = @person and m.employer_id = @employer and (m.until_at is null or m.until_at > @now));

-- name: IsWorkMailbox :one
select exists (select from review.employment m where m.person_id = @person and m.mailbox = @mailbox);

-- name: WorkDomainsOf :many
select distinct e.domain from review.employment m join review.employer e on e.id = m.employer_id where m.person_id = @person order by e.domain;

-- name: InsertWorkCode :exec
insert into review.work_code (id, employment_id, mailbox, created_at) values (@id, @employment, @mailbox, @wall);

-- name: WorkCodesSince :one
select count(*) filter (where c.mailbox = @mailbox) as to_mailbox, count(*) filter (where m.person_id = @person) as of_person
from review.work_code c join review.employment m on m.id = c.employment_id
where (c.mailbox = @mailbox or m.person_id = @person) and c.created_at > @since;

-- name: LockWorkCode :one
-- The newest code of an employment is the only one that counts.
select c.id, c.employment_id, c.mailbox, c.tries, c.created_at, c.used_at from review.work_code c where c.employment_id = @employment
order by c.id desc limit 1 for update;

-- name: WorkCode :one
select c.id, c.employment_id, c.mailbox, c.tries, c.created_at, c.used_at, m.name, m.person_id
from review.work_code c join review.employment m on m.id = c.employment_id where c.id = @id;

-- name: SaveWorkCode :exec
update review.work_code set tries = @tries, used_at = @used_at where id = @id;

-- name: DropWorkCodes :exec
delete from review.work_code where created_at < @before;
