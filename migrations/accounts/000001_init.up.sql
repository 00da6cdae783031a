-- People, sign-in, mandates. Ids are TypeIDs. Columns named *_at hold domain time unless the comment says wall time.
-- Foreign keys stay inside this schema.

create table accounts.person (
	id                text collate "C" primary key,
	email             text collate "C",
	email_verified_at timestamptz, -- wall time
	name              text not null default '',
	locale            text not null,
	zone              text not null,
	country           text,
	works_for         text not null default '',
	works_for_at      timestamptz,
	selling           boolean not null default false,
	password_hash     text,
	created_at        timestamptz not null,
	updated_at        timestamptz not null,
	erased_at         timestamptz,
	constraint person_email_once unique (email),
	constraint person_works_for check (works_for in ('', 'yes', 'no', 'undisclosed')),
	constraint person_present check (erased_at is not null or (email is not null and email_verified_at is not null)),
	constraint person_erased check (erased_at is null or
		(email is null and name = '' and country is null and password_hash is null and works_for = ''))
);

-- A skeleton is what remains of a handle when look-alikes are folded; one person holds it with all its spellings.
create table accounts.handle_skeleton (
	skeleton  text collate "C" primary key,
	person_id text collate "C" not null references accounts.person,
	constraint handle_skeleton_holder unique (skeleton, person_id)
);

-- A row without redirect_until is the present handle of its person; the others lead to it until that day.
create table accounts.handle (
	key            text collate "C" primary key, -- lower case
	handle         text not null,                -- as typed
	skeleton       text collate "C" not null,
	person_id      text collate "C" not null references accounts.person,
	since_at       timestamptz not null,
	redirect_until timestamptz,
	constraint handle_lookalike foreign key (skeleton, person_id) references accounts.handle_skeleton (skeleton, person_id)
);
create unique index handle_present on accounts.handle (person_id) where redirect_until is null;
create index handle_skeletons on accounts.handle (skeleton);
create index handle_redirects on accounts.handle (redirect_until) where redirect_until is not null;

-- All times of sessions and links are wall time. Neither token nor code is stored.
create table accounts.session (
	id           text collate "C" primary key,
	person_id    text collate "C" not null references accounts.person,
	token_hash   bytea not null,
	device       text not null default '',
	created_at   timestamptz not null,
	last_seen_at timestamptz not null,
	expires_at   timestamptz not null,
	revoked_at   timestamptz,
	constraint session_token_once unique (token_hash)
);
create index session_live on accounts.session (person_id) where revoked_at is null;
create index session_expires on accounts.session (expires_at);

create table accounts.mandate (
	id              text collate "C" primary key,
	represented     text collate "C" not null references accounts.person,
	assistant       text collate "C" references accounts.person,
	assistant_email text collate "C", -- null once that person was erased
	scopes          text[] not null,
	pay_limit       bigint,
	pay_currency    char(3),
	approve_name    text not null default '',
	state           text not null,
	created_at      timestamptz not null,
	answer_by       timestamptz not null,
	expires_at      timestamptz,
	due_at          timestamptz, -- the state machine's deadline; null when it has none
	ended_at        timestamptz,
	constraint mandate_state check (state in ('invited', 'active', 'declined', 'withdrawn', 'ended', 'expired')),
	constraint mandate_not_self check (assistant is null or assistant <> represented),
	constraint mandate_active_has_assistant check (state <> 'active' or assistant is not null),
	constraint mandate_pay check (('pay' = any (scopes)) = (pay_limit is not null) and (pay_limit is null) = (pay_currency is null)),
	constraint mandate_approve check (('approve' = any (scopes)) = (approve_name <> ''))
);
create unique index mandate_once on accounts.mandate (represented, assistant_email) where state in ('invited', 'active');
create unique index mandate_pair_once on accounts.mandate (represented, assistant) where state = 'active';
create index mandate_held on accounts.mandate (assistant) where state = 'active';
create index mandate_invited on accounts.mandate (assistant_email) where state = 'invited';
create index mandate_due on accounts.mandate (due_at) where due_at is not null;

create table accounts.link (
	id          text collate "C" primary key,
	purpose     text not null,
	email       text collate "C" not null,
	person_id   text collate "C" references accounts.person,
	mandate_id  text collate "C" references accounts.mandate,
	locale      text not null,
	next        text not null default '',
	code_tries  integer not null default 0,
	created_at  timestamptz not null,
	expires_at  timestamptz not null,
	used_at     timestamptz,
	replaced_at timestamptz,
	constraint link_purpose check (purpose in ('sign_up', 'sign_in', 'change_email', 'email_changed', 'mandate_invited'))
);
create index link_newest on accounts.link (email, created_at desc);
create index link_expires on accounts.link (expires_at);

create table accounts.operator (
	person_id  text collate "C" primary key references accounts.person,
	granted_by text not null,
	granted_at timestamptz not null
);

create table accounts.waiting (
	person_id  text collate "C" not null references accounts.person,
	country    text not null,
	created_at timestamptz not null,
	primary key (person_id, country)
);

-- Counts of rate limits while Redis is gone, in wall time. The key is a keyed hash: no address, no network address.
create table accounts.limit_window (
	key     bytea primary key,
	ends_at timestamptz not null,
	taken   integer not null
);
create index limit_window_ends on accounts.limit_window (ends_at);

-- What happened, by whom, for whom. Append-only; ids and words of our own, never names or addresses.
create table accounts.audit (
	id         text collate "C" primary key,
	at         timestamptz not null,
	actor      text not null,              -- a person's id, or the part of the house that acted
	acting_for text,                       -- the person represented by a mandate
	action     text not null,
	object     text collate "C" not null,
	detail     jsonb not null default '{}'
);
create index audit_object on accounts.audit (object, at);
create index audit_actor on accounts.audit (actor, at);

create function accounts.refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_append_only before update or delete on accounts.audit
	for each row execute function accounts.refuse_change();
create trigger audit_no_truncate before truncate on accounts.audit
	for each statement execute function accounts.refuse_change();
revoke update, delete, truncate on accounts.audit from wf_accounts;

-- The table of internal/idem.
create table accounts.idempotency (
	scope      text        not null,
	key        text        not null,
	body_hash  bytea       not null,
	answer     jsonb       not null,
	created_at timestamptz not null,
	primary key (scope, key)
);
create index idempotency_created on accounts.idempotency (created_at);
