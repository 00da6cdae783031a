-- The statements of organisations, their members, invitations and domains.

-- name: OrganisationsOf :many
select o.id, o.kind, o.name, o.created_by, o.version, o.created_at, o.closed_at,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles
from accounts.member m
join accounts.organisation o on o.id = m.organisation_id
where m.person_id = @person_id and m.until_at is null and o.closed_at is null
order by o.id desc
limit 200;

-- name: OrganisationOf :one
select o.id, o.kind, o.name, o.created_by, o.version, o.created_at, o.closed_at
from accounts.organisation o
where o.id = @id and o.closed_at is null
	and exists (select from accounts.member m where m.organisation_id = o.id and m.person_id = @person_id and m.until_at is null);

-- name: LockOrganisationOf :one
select o.id, o.kind, o.name, o.created_by, o.version, o.created_at, o.closed_at
from accounts.organisation o
where o.id = @id and o.closed_at is null
	and exists (select from accounts.member m where m.organisation_id = o.id and m.person_id = @person_id and m.until_at is null)
for update;

-- name: LockOrganisation :one
select id, kind, name, created_by, version, created_at, closed_at from accounts.organisation where id = @id and closed_at is null for update;

-- name: OrganisationByID :one
select id, kind, name, created_by, version, created_at, closed_at from accounts.organisation where id = @id and closed_at is null;

-- name: InsertOrganisation :exec
insert into accounts.organisation (id, kind, name, created_by, created_at) values (@id, @kind, @name, @by, @now);

-- name: RenameOrganisation :exec
update accounts.organisation set name = @name, version = version + 1 where id = @id;

-- name: CloseOrganisation :exec
update accounts.organisation set closed_at = @now where id = @organisation;

-- name: MemberOf :one
select m.id, m.organisation_id, m.person_id, m.mailbox, m.version, m.since_at, m.until_at, p.name,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles
from accounts.member m join accounts.person p on p.id = m.person_id
where m.organisation_id = @organisation and m.person_id = @person_id and m.until_at is null;

-- name: Member :one
select m.id, m.organisation_id, m.person_id, m.mailbox, m.version, m.since_at, m.until_at, p.name,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles
from accounts.member m join accounts.person p on p.id = m.person_id
where m.organisation_id = @organisation and m.id = @id and m.until_at is null;

-- name: MembersOf :many
select m.id, m.organisation_id, m.person_id, m.mailbox, m.version, m.since_at, m.until_at, p.name,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles
from accounts.member m join accounts.person p on p.id = m.person_id
where m.organisation_id = @organisation and m.until_at is null
order by m.since_at, m.id
limit 500;

-- name: LockOrganisationsOf :exec
-- In one order: two people who leave at once wait for each other and don't deadlock.
select from accounts.organisation o
where exists (select from accounts.member m where m.organisation_id = o.id and m.person_id = @person_id and m.until_at is null)
order by o.id
for update;

-- name: MembershipsOf :many
select m.id, m.organisation_id, m.person_id, m.mailbox, m.version, m.since_at, m.until_at,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles
from accounts.member m
where m.person_id = @person_id and m.until_at is null
order by m.organisation_id;

-- name: InsertMember :exec
insert into accounts.member (id, organisation_id, person_id, mailbox, since_at) values (@id, @organisation, @person_id, @mailbox, @now);

-- name: SetMailbox :exec
update accounts.member set mailbox = @mailbox where id = @id;

-- name: TouchMember :exec
update accounts.member set version = version + 1 where id = @id;

-- name: EndMember :exec
update accounts.member set until_at = @now, version = version + 1 where id = @id and until_at is null;

-- name: BeginRoles :exec
insert into accounts.member_role (member_id, role, since_at)
select @id, r.role, @now from unnest(@roles::text[]) r (role)
on conflict (member_id, role) where until_at is null do nothing;

-- name: EndRoles :exec
update accounts.member_role set until_at = @now where member_id = @id and until_at is null and not role = any (@roles::text[]);

-- name: CountOwners :one
select count(*) from accounts.member m join accounts.member_role r on r.member_id = m.id and r.role = 'owner' and r.until_at is null
where m.organisation_id = @organisation and m.until_at is null;

-- name: CountMembers :one
select count(*) from accounts.member where organisation_id = @organisation and until_at is null;

-- name: ForgetMailboxes :exec
with former as (
	update accounts.member set mailbox = null where person_id = @person_id and mailbox is not null
)
update accounts.invitation set mailbox = null, state = case when state = 'open' then 'revoked' else state end, due_at = null
where accepted_by = @person_id or mailbox = @email;

-- name: Acting :one
-- Close: the same person, one who acts for the other, or an account whose address is the mailbox of the role.
select o.id as organisation, o.kind, o.name, m.id as member, m.person_id as person, p.name as person_name, coalesce(m.mailbox, '') as mailbox,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles,
	@about::text = m.person_id
		or exists (select from accounts.mandate a where a.state = 'active' and (a.due_at is null or a.due_at > @now)
			and ((a.represented = @about and a.assistant = m.person_id) or (a.represented = m.person_id and a.assistant = @about)))
		or exists (select from accounts.person other where other.id = @about and other.email = m.mailbox) as close
from accounts.organisation o
join accounts.member m on m.organisation_id = o.id and m.person_id = @person_id and m.until_at is null
join accounts.person p on p.id = m.person_id and p.erased_at is null
where o.id = @organisation and o.closed_at is null;

-- name: Staff :many
-- Close: as of Acting.
select m.id as member, m.person_id as person, p.name,
	array(select r.role from accounts.member_role r where r.member_id = m.id and r.until_at is null order by r.role) as roles,
	@about::text = m.person_id
		or exists (select from accounts.mandate a where a.state = 'active' and (a.due_at is null or a.due_at > @now)
			and ((a.represented = @about and a.assistant = m.person_id) or (a.represented = m.person_id and a.assistant = @about)))
		or exists (select from accounts.person other where other.id = @about and other.email = m.mailbox) as close
from accounts.organisation o
join accounts.member m on m.organisation_id = o.id and m.until_at is null
join accounts.person p on p.id = m.person_id and p.erased_at is null
where o.id = @organisation and o.closed_at is null
order by m.since_at, m.id
limit 500;

-- name: InsertInvitation :exec
insert into accounts.invitation (id, organisation_id, mailbox, roles, state, invited_by, created_at, answer_by, due_at)
values (@id, @organisation, @mailbox, @roles, 'open', @by, @now, @answer_by, @answer_by);

-- name: InvitationByID :one
select i.id, i.organisation_id, i.mailbox, i.roles, i.state, i.invited_by, i.accepted_by, i.created_at, i.answer_by, i.ended_at,
	p.name as from, o.name as organisation, o.kind
from accounts.invitation i
join accounts.organisation o on o.id = i.organisation_id
join accounts.person p on p.id = i.invited_by
where i.id = @id;

-- name: LockInvitation :one
select i.id, i.organisation_id, i.mailbox, i.roles, i.state, i.invited_by, i.accepted_by, i.created_at, i.answer_by, i.ended_at
from accounts.invitation i where i.id = @id for update;

-- name: InvitationsOf :many
select i.id, i.organisation_id, i.mailbox, i.roles, i.state, i.invited_by, i.accepted_by, i.created_at, i.answer_by, i.ended_at
from accounts.invitation i where i.organisation_id = @organisation
order by i.state <> 'open', i.id desc
limit 100;

-- name: SaveInvitation :exec
update accounts.invitation set state = @state, accepted_by = @accepted_by, due_at = @due_at, ended_at = @ended_at where id = @id;

-- name: ExpireInvitationTo :exec
update accounts.invitation set state = 'expired', due_at = null, ended_at = @now
where organisation_id = @organisation and mailbox = @mailbox and state = 'open' and due_at <= @now;

-- name: ExpireInvitations :many
update accounts.invitation set state = 'expired', due_at = null, ended_at = @now
where id in (select id from accounts.invitation where due_at <= @now order by due_at limit 100 for update skip locked)
returning id, organisation_id;

-- name: RevokeInvitationsOf :exec
update accounts.invitation set state = 'revoked', due_at = null, ended_at = @now where organisation_id = @organisation and state = 'open';

-- name: InsertDomain :exec
insert into accounts.domain (id, organisation_id, domain, token, state, asked_by, created_at, expires_at, due_at, check_at)
values (@id, @organisation, @domain, @token, 'pending', @by, @now, @expires_at, @expires_at, @check_at);

-- name: CountDomains :one
select count(*) from accounts.domain where organisation_id = @organisation and state in ('pending', 'claimed');

-- name: DomainsOf :many
select d.id, d.organisation_id, d.domain, d.token, d.state, d.how, d.asked_by, d.created_at, d.expires_at, d.checked_at, d.checks, d.claimed_at, d.ended_at, d.seq
from accounts.domain d where d.organisation_id = @organisation and d.state in ('pending', 'claimed', 'lost')
order by d.id
limit 100;

-- name: DomainOfCaller :one
select d.id, d.organisation_id, d.domain, d.token, d.state, d.how, d.asked_by, d.created_at, d.expires_at, d.checked_at, d.checks, d.claimed_at, d.ended_at, d.seq
from accounts.domain d
where d.id = @id and d.organisation_id = @organisation
	and exists (select from accounts.member m where m.organisation_id = d.organisation_id and m.person_id = @person_id and m.until_at is null);

-- name: LockDomain :one
select d.id, d.organisation_id, d.domain, d.token, d.state, d.how, d.asked_by, d.created_at, d.expires_at, d.checked_at, d.checks, d.claimed_at, d.ended_at, d.seq
from accounts.domain d where d.id = @id for update;

-- name: LockPendingDomain :one
select d.id, d.organisation_id, d.domain, d.token, d.state, d.how, d.asked_by, d.created_at, d.expires_at, d.checked_at, d.checks, d.claimed_at, d.ended_at, d.seq
from accounts.domain d where d.organisation_id = @organisation and d.domain = @domain and d.state = 'pending' for update;

-- name: LockDomainsOf :many
select d.id, d.organisation_id, d.domain, d.token, d.state, d.how, d.asked_by, d.created_at, d.expires_at, d.checked_at, d.checks, d.claimed_at, d.ended_at, d.seq
from accounts.domain d where d.organisation_id = @organisation and d.state in ('pending', 'claimed') order by d.id for update;

-- name: SaveDomain :exec
update accounts.domain set state = @state, how = @how, due_at = @due_at, claimed_at = @claimed_at, ended_at = @ended_at, checked_at = @wall where id = @id;

-- name: ExplainDomain :exec
update accounts.domain set reason = @reason where id = @id;

-- name: NumberDomain :one
update accounts.domain set seq = nextval('accounts.domain_seq') where id = @id returning seq;

-- name: NoteCheck :exec
update accounts.domain set checked_at = @wall where id = @id;

-- name: PutOffDomain :exec
update accounts.domain set checked_at = @wall, check_at = @check_at where id = @id and state = 'pending';

-- name: LeaseDomain :one
update accounts.domain d set check_at = @until, checks = checks + 1
where d.id = (select c.id from accounts.domain c where c.state = 'pending' and c.check_at <= @wall order by c.check_at limit 1 for update skip locked)
returning d.id, d.organisation_id, d.domain, d.token, d.state, d.how, d.asked_by, d.created_at, d.expires_at, d.checked_at, d.checks, d.claimed_at, d.ended_at, d.seq;

-- name: ExpireDomains :many
update accounts.domain set state = 'expired', due_at = null, ended_at = @now
where id in (select id from accounts.domain where due_at <= @now order by due_at limit 100 for update skip locked)
returning id, organisation_id;

-- name: DomainOwner :one
select d.domain, coalesce((select c.organisation_id from accounts.domain c where c.domain = d.domain and c.state = 'claimed'), '') as organisation,
	coalesce((select max(c.seq) from accounts.domain c where c.domain = d.domain), 0) as seq
from accounts.domain d where d.id = @id;

-- name: DomainIsClaimed :one
select exists (select from accounts.domain where domain = @domain and state = 'claimed');

-- name: HeldDomains :many
select d.id, d.domain, d.state, coalesce(d.how, '') as how, d.organisation_id as organisation, o.name, d.created_at as created
from accounts.domain d join accounts.organisation o on o.id = d.organisation_id
where d.state in ('pending', 'claimed') and (@cursor = '' or d.id < @cursor)
order by d.id desc
limit @limit;

-- name: HeldDomain :one
select d.id, d.domain, d.state, coalesce(d.how, '') as how, d.organisation_id as organisation, o.name, d.created_at as created
from accounts.domain d join accounts.organisation o on o.id = d.organisation_id
where d.id = @id;

-- name: NextOrganisationDue :one
select least((select min(due_at) from accounts.invitation where due_at is not null), (select min(due_at) from accounts.domain where due_at is not null));
