-- The statements of accounts, in sqlc's comment format. Times are arguments, never now().

-- name: PersonByID :one
select p.id, p.email, p.email_verified_at, p.name, h.handle, p.locale, p.zone, p.country, p.works_for, p.works_for_at,
	p.selling, p.password_hash, p.created_at, p.updated_at, o.person_id is not null as operator, w.person_id is not null as waiting
from accounts.person p
left join accounts.handle h on h.person_id = p.id and h.redirect_until is null
left join accounts.operator o on o.person_id = p.id
left join accounts.waiting w on w.person_id = p.id and w.country = p.country
where p.id = @id and p.erased_at is null;

-- name: LockPerson :one
select id from accounts.person where id = @id and erased_at is null for no key update;

-- name: LockAddress :exec
select pg_advisory_xact_lock(hashtextextended('accounts address ' || @email::text, 0));

-- name: PersonByEmail :one
select id, email_verified_at, password_hash, locale from accounts.person where email = @email;

-- name: InsertPerson :exec
insert into accounts.person (id, email, email_verified_at, name, locale, zone, created_at, updated_at)
values (@id, @email, @email_verified_at, '', @locale, @zone, @created_at, @created_at)
on conflict on constraint person_email_once do nothing;

-- name: UpdatePerson :exec
update accounts.person
set name = @name, locale = @locale, zone = @zone, country = @country, works_for = @works_for, works_for_at = @works_for_at,
	selling = @selling, updated_at = @updated_at
where id = @id;

-- name: SetPassword :exec
update accounts.person set password_hash = @password_hash, updated_at = @now where id = @id;

-- name: SetEmail :exec
update accounts.person set email = @email, email_verified_at = @wall, updated_at = @now where id = @id;

-- name: ErasePerson :exec
update accounts.person
set email = null, email_verified_at = null, name = '', country = null, works_for = '', works_for_at = null, selling = false,
	password_hash = null, locale = 'en', zone = 'UTC', updated_at = @now, erased_at = @now
where id = @id;

-- name: PublicByHandle :one
select p.id, p.name, p.locale, present.handle, asked.redirect_until is not null as moved
from accounts.handle asked
join accounts.person p on p.id = asked.person_id and p.erased_at is null
join accounts.handle present on present.person_id = p.id and present.redirect_until is null
where asked.key = @key and (asked.redirect_until is null or asked.redirect_until > @now);

-- name: PublicByIDs :many
select p.id, p.name, p.locale, coalesce(h.handle, '') as handle, false as moved
from unnest(@ids::text[]) with ordinality asked (id, place)
join accounts.person p on p.id = asked.id and p.erased_at is null
left join accounts.handle h on h.person_id = p.id and h.redirect_until is null
order by asked.place;

-- name: Contact :one
select email, name, locale, zone from accounts.person where id = @id and erased_at is null;

-- name: SkeletonHolder :one
select person_id from accounts.handle_skeleton where skeleton = @skeleton;

-- name: HandleHolder :one
select s.person_id
from accounts.handle_skeleton s
where s.skeleton = @skeleton and exists (
	select from accounts.handle h
	where h.skeleton = s.skeleton and (h.redirect_until is null or h.redirect_until > @now));

-- name: DropPastHandles :exec
delete from accounts.handle where redirect_until <= @now and (@skeleton::text is null or skeleton = @skeleton);

-- name: DropEmptySkeletons :exec
delete from accounts.handle_skeleton s
where (@skeleton::text is null or s.skeleton = @skeleton)
	and not exists (select from accounts.handle h where h.skeleton = s.skeleton);

-- name: ClaimSkeleton :exec
insert into accounts.handle_skeleton (skeleton, person_id) values (@skeleton, @person_id) on conflict (skeleton) do nothing;

-- name: RetireHandle :exec
update accounts.handle set redirect_until = @until where person_id = @person_id and redirect_until is null and key <> @key;

-- name: PutHandle :exec
insert into accounts.handle (key, handle, skeleton, person_id, since_at)
values (@key, @handle, @skeleton, @person_id, @now)
on conflict (key) do update set handle = excluded.handle, since_at = excluded.since_at, redirect_until = null
	where handle.person_id = excluded.person_id;

-- name: HandlesOf :many
select handle, redirect_until from accounts.handle where person_id = @person_id order by since_at;

-- name: CoolHandles :exec
update accounts.handle set redirect_until = greatest(redirect_until, @until) where person_id = @person_id;

-- name: InsertSession :exec
insert into accounts.session (id, person_id, token_hash, device, created_at, last_seen_at, expires_at)
values (@id, @person_id, @token_hash, @device, @created_at, @last_seen_at, @expires_at);

-- name: ResolveSession :one
with live as (
	select s.id, s.person_id, s.last_seen_at, s.created_at
	from accounts.session s
	where s.token_hash = @token_hash and s.revoked_at is null and s.expires_at > @wall
), seen as (
	update accounts.session s
	set last_seen_at = @wall, expires_at = least(s.created_at + @life::interval, @wall::timestamptz + @idle::interval)
	from live
	where s.id = live.id and live.last_seen_at <= @seen_before
)
select live.id as session, p.id as person, p.locale, p.email_verified_at is not null as verified, o.person_id is not null as operator,
	coalesce((
		select json_agg(json_build_object(
			'id', m.id, 'represented', m.represented, 'name', r.name, 'scopes', m.scopes,
			'pay_limit', case when m.pay_limit is not null then json_build_object('amount', m.pay_limit, 'currency', m.pay_currency) end
		) order by r.name, m.id)
		from accounts.mandate m
		join accounts.person r on r.id = m.represented and r.erased_at is null
		where m.assistant = p.id and m.state = 'active' and (m.due_at is null or m.due_at > @now)
	), '[]') as mandates
from live
join accounts.person p on p.id = live.person_id and p.erased_at is null
left join accounts.operator o on o.person_id = p.id;

-- name: ResolveToken :one
with live as (
	select t.id, t.person_id, t.last_used_at, t.scopes
	from accounts.api_token t
	where t.token_hash = @token_hash and t.revoked_at is null and t.expires_at > @wall
), seen as (
	update accounts.api_token t set last_used_at = @wall
	from live
	where t.id = live.id and (live.last_used_at is null or live.last_used_at <= @seen_before)
)
select live.id as session, p.id as person, p.locale, p.email_verified_at is not null as verified, live.scopes
from live
join accounts.person p on p.id = live.person_id and p.erased_at is null;

-- name: APITokensOf :many
select id, person_id, name, token_hash, ending, scopes, created_at, last_used_at, expires_at
from accounts.api_token
where person_id = @person_id and revoked_at is null and expires_at > @wall
order by id desc;

-- name: InsertAPIToken :exec
insert into accounts.api_token (id, person_id, name, token_hash, ending, scopes, created_at, expires_at)
values (@id, @person_id, @name, @token_hash, @ending, @scopes, @created_at, @expires_at);

-- name: RevokeAPIToken :exec
update accounts.api_token set revoked_at = @wall
where id = @id and person_id = @person_id and revoked_at is null and expires_at > @wall;

-- name: DeleteAPITokensOf :exec
delete from accounts.api_token where person_id = @person_id;

-- name: SessionsOf :many
select id, person_id, token_hash, device, created_at, last_seen_at, expires_at
from accounts.session
where person_id = @person_id and revoked_at is null and expires_at > @wall
order by last_seen_at desc, id;

-- name: SessionCreated :one
select created_at from accounts.session where id = @id and person_id = @person_id and revoked_at is null;

-- name: RevokeSession :one
update accounts.session set revoked_at = @wall
where id = @id and person_id = @person_id and revoked_at is null
returning id;

-- name: RevokeSessions :many
update accounts.session set revoked_at = @wall
where person_id = @person_id and revoked_at is null and id <> @but
returning id;

-- name: DeleteSessionsOf :exec
delete from accounts.session where person_id = @person_id;

-- name: SweepAPITokens :exec
delete from accounts.api_token where expires_at < @before or revoked_at < @before;

-- name: SweepSessions :exec
delete from accounts.session where expires_at < @before or revoked_at < @before;

-- name: InsertLink :exec
insert into accounts.link (id, purpose, email, person_id, mandate_id, organisation_id, invitation_id, locale, next, created_at, expires_at)
values (@id, @purpose, @email, @person_id, @mandate_id, @organisation_id, @invitation_id, @locale, @next, @created_at, @expires_at);

-- name: RecentLinks :one
select count(*) from accounts.link where email = @email and created_at > @since;

-- name: LinkByID :one
select id, purpose, email, person_id, mandate_id, organisation_id, invitation_id, locale, next, code_tries, created_at, expires_at, used_at, replaced_at
from accounts.link where id = @id;

-- name: LockLink :one
select id, purpose, email, person_id, mandate_id, organisation_id, invitation_id, locale, next, code_tries, created_at, expires_at, used_at, replaced_at
from accounts.link where id = @id for update;

-- name: LockLinksOf :many
select id, purpose, email, person_id, mandate_id, organisation_id, invitation_id, locale, next, code_tries, created_at, expires_at, used_at, replaced_at
from accounts.link
where email = @email and purpose = any (@purposes) and expires_at > @wall and used_at is null and replaced_at is null
order by created_at desc, id desc
limit 8
for update;

-- name: SaveLink :exec
update accounts.link set code_tries = @code_tries, used_at = @used_at where id = @id;

-- name: ReplaceLinks :exec
update accounts.link set replaced_at = @wall
where email = @email and id <> @but and used_at is null and replaced_at is null
	and purpose in ('sign_up', 'sign_in', 'change_email');

-- name: DeleteLinksOf :exec
delete from accounts.link where person_id = @person_id or email = @email
	or mandate_id in (select id from accounts.mandate where represented = @person_id or assistant = @person_id);

-- name: SweepLinks :exec
delete from accounts.link where expires_at < @before;

-- name: InsertMandate :exec
insert into accounts.mandate (id, represented, assistant_email, scopes, pay_limit, pay_currency, approve_name, state, created_at, answer_by, expires_at, due_at)
values (@id, @represented, @assistant_email, @scopes, @pay_limit, @pay_currency, @approve_name, @state, @created_at, @answer_by, @expires_at, @due_at);

-- name: LockMandate :one
select m.id, m.represented, m.assistant, m.assistant_email, m.scopes, m.pay_limit, m.pay_currency, m.approve_name, m.state,
	m.created_at, m.answer_by, m.expires_at, m.ended_at, r.name as represented_name, r.selling as represented_selling, coalesce(a.name, m.approve_name) as assistant_name
from accounts.mandate m
join accounts.person r on r.id = m.represented
left join accounts.person a on a.id = m.assistant
where m.id = @id
	and (m.represented = @person_id or m.assistant = @person_id
		or (m.state = 'invited' and m.assistant_email = (select email from accounts.person where id = @person_id)))
for update of m;

-- name: MandatesOf :many
select m.id, m.represented, m.assistant, m.assistant_email, m.scopes, m.pay_limit, m.pay_currency, m.approve_name, m.state,
	m.created_at, m.answer_by, m.expires_at, m.ended_at, r.name as represented_name, r.selling as represented_selling, coalesce(a.name, m.approve_name) as assistant_name
from accounts.mandate m
join accounts.person r on r.id = m.represented
left join accounts.person a on a.id = m.assistant
where m.represented = @person_id or m.assistant = @person_id
	or (m.state = 'invited' and m.assistant_email = (select email from accounts.person where id = @person_id))
order by m.ended_at is not null, m.created_at desc, m.id desc
limit 200;

-- name: ActiveMandate :one
select m.id, m.represented, m.assistant, m.scopes, m.pay_limit, m.pay_currency, m.state, m.answer_by, m.expires_at
from accounts.mandate m
where m.assistant = @by and m.represented = @for and m.state = 'active';

-- name: SaveMandate :exec
update accounts.mandate set state = @state, assistant = @assistant, due_at = @due_at, ended_at = @ended_at where id = @id;

-- name: DueMandates :many
select m.id, m.represented, m.assistant, m.scopes, m.state, m.answer_by, m.expires_at
from accounts.mandate m
where m.due_at <= @now
order by m.due_at
limit 100
for update skip locked;

-- name: EndMandatesOf :many
update accounts.mandate set state = case when state = 'active' then 'ended' else 'withdrawn' end, due_at = null, ended_at = @now
where state in ('invited', 'active') and (represented = @person_id or assistant = @person_id or assistant_email = @email)
returning id, represented, assistant, state;

-- name: ForgetInMandates :exec
update accounts.mandate
set assistant_email = case when assistant = @person_id or assistant_email = @email then null else assistant_email end,
	approve_name = case when (assistant = @person_id or assistant_email = @email) and approve_name <> '' then '-' else approve_name end
where assistant = @person_id or assistant_email = @email;

-- name: GrantOperator :exec
insert into accounts.operator (person_id, granted_by, granted_at) values (@person_id, @by, @now) on conflict (person_id) do nothing;

-- name: DropOperator :exec
delete from accounts.operator where person_id = @person_id;

-- name: JoinWaiting :exec
insert into accounts.waiting (person_id, country, created_at) values (@person_id, @country, @now) on conflict do nothing;

-- name: WaitingOf :many
select country from accounts.waiting where person_id = @person_id order by country;

-- name: DeleteWaitingOf :exec
delete from accounts.waiting where person_id = @person_id;

-- name: TakeLimit :one
insert into accounts.limit_window as w (key, ends_at, taken) values (@key, @ends_at, @n)
on conflict (key) do update
set taken = case when w.ends_at <= @wall then @n else w.taken + @n end,
	ends_at = case when w.ends_at <= @wall then @ends_at else w.ends_at end
where w.ends_at <= @wall or w.taken + @n <= @limit
returning taken;

-- name: LimitEnds :one
select ends_at from accounts.limit_window where key = @key;

-- name: SweepLimits :exec
delete from accounts.limit_window where ends_at < @before;

-- name: InsertAudit :exec
insert into accounts.audit (id, at, actor, acting_for, action, object, detail)
values (@id, @at, @actor, @acting_for, @action, @object, @detail);

-- name: ForgetAnswers :exec
delete from accounts.idempotency where starts_with(scope, @person_id || ' ');

-- name: AuditOf :many
select at, actor, acting_for, action, object, detail
from accounts.audit
where actor = @person_id or object = @person_id or acting_for = @person_id
order by at desc, id desc
limit 1000;

-- name: NextMandateDue :one
select min(due_at) from accounts.mandate where due_at is not null;
