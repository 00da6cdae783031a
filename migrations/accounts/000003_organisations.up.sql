-- Organisations, who acts for them, invitations, and the domains that they claimed. Times are domain time unless the comment says wall time.

create table accounts.organisation (
	id         text collate "C" primary key,
	kind       text not null,
	name       text not null,
	created_by text collate "C" not null references accounts.person,
	version    bigint not null default 1,
	created_at timestamptz not null,
	closed_at  timestamptz, -- when its last member was erased
	constraint organisation_kind check (kind in ('employer', 'brand', 'client'))
);

-- Who acts for an organisation, from and to. Notices about it go to the mailbox; null is the address of the account.
create table accounts.member (
	id              text collate "C" primary key,
	organisation_id text collate "C" not null references accounts.organisation,
	person_id       text collate "C" not null references accounts.person,
	mailbox         text collate "C",
	version         bigint not null default 1,
	since_at        timestamptz not null,
	until_at        timestamptz
);
create unique index member_once on accounts.member (organisation_id, person_id) where until_at is null;
create index member_of_person on accounts.member (person_id) where until_at is null;

-- Roles of a member, from and to: what somebody was when they acted stays known.
create table accounts.member_role (
	member_id text collate "C" not null references accounts.member,
	role      text not null,
	since_at  timestamptz not null,
	until_at  timestamptz,
	constraint member_role_known check (role in ('owner', 'admin', 'hr_reviewer', 'legal_reviewer', 'principal', 'brand_manager', 'finance'))
);
create unique index member_role_once on accounts.member_role (member_id, role) where until_at is null;
create index member_role_of_member on accounts.member_role (member_id);

create table accounts.invitation (
	id              text collate "C" primary key,
	organisation_id text collate "C" not null references accounts.organisation,
	mailbox         text collate "C", -- null once its owner was erased
	roles           text[] not null,
	state           text not null,
	invited_by      text collate "C" not null references accounts.person,
	accepted_by     text collate "C" references accounts.person,
	created_at      timestamptz not null,
	answer_by       timestamptz not null,
	due_at          timestamptz, -- the deadline of an open one; cleared by the transition
	ended_at        timestamptz,
	constraint invitation_state check (state in ('open', 'accepted', 'revoked', 'expired')),
	constraint invitation_open check ((state = 'open') = (due_at is not null))
);
create unique index invitation_once on accounts.invitation (organisation_id, mailbox) where state = 'open';
create index invitation_due on accounts.invitation (due_at) where due_at is not null;
create index invitation_of_organisation on accounts.invitation (organisation_id, id);

-- A mail domain that an organisation says is its own. The token stands in the domain's DNS, for everybody to see.
create table accounts.domain (
	id              text collate "C" primary key,
	organisation_id text collate "C" not null references accounts.organisation,
	domain          text collate "C" not null, -- registrable, in ASCII
	token           text collate "C" not null,
	state           text not null,
	how             text,                       -- dns, operator
	asked_by        text collate "C" not null references accounts.person,
	created_at      timestamptz not null,
	expires_at      timestamptz not null,       -- of a claim that nobody proved
	due_at          timestamptz,                -- the deadline of a pending one; cleared by the transition
	check_at        timestamptz,                -- wall time: when DNS is asked next, or the end of the lease of who asks
	checked_at      timestamptz,                -- wall time
	checks          integer not null default 0,
	claimed_at      timestamptz,
	ended_at        timestamptz,
	reason          text not null default '',   -- why an operator gave or took it
	seq             bigint,                     -- grows with each word about any domain: others ignore what is older
	constraint domain_state check (state in ('pending', 'claimed', 'withdrawn', 'expired', 'lost')),
	constraint domain_pending check ((state = 'pending') = (due_at is not null))
);
create sequence accounts.domain_seq;
create unique index domain_claimed_once on accounts.domain (domain) where state = 'claimed';
create unique index domain_asked_once on accounts.domain (organisation_id, domain) where state in ('pending', 'claimed');
create index domain_check on accounts.domain (check_at) where state = 'pending';
create index domain_due on accounts.domain (due_at) where due_at is not null;
create index domain_of_organisation on accounts.domain (organisation_id, id);

alter table accounts.link
	add column organisation_id text collate "C" references accounts.organisation,
	add column invitation_id   text collate "C" references accounts.invitation,
	drop constraint link_purpose,
	add constraint link_purpose check (purpose in ('sign_up', 'sign_in', 'change_email', 'email_changed', 'mandate_invited',
		'organisation_invited', 'organisation_role', 'organisation_domain'));
