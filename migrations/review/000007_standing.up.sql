-- Standing permissions: a reviewer signs a class of posts once, and what was let through under it.

create table review.standing (
	id              text collate "C" primary key,
	organisation_id text collate "C" not null, -- of accounts: whose people they are
	author_id       text collate "C",          -- for whom; null for everybody who proved that they work there
	topics          text[] not null,           -- in the signer's words; {} once erased
	channels        text[] not null,
	kinds           text[] not null,           -- of hits that wait; {} for every kind
	media           boolean not null,          -- pictures and recordings too
	a_week          integer not null,          -- of one author, from Monday on in the zone
	sample          integer not null,          -- percent that the desk reads afterwards
	zone            text not null,
	from_at         timestamptz not null,
	until_at        timestamptz not null,
	digest          text collate "C" not null, -- of all that was signed: what receipts name
	member_id       text collate "C" not null, -- of accounts: who signed
	person_id       text collate "C" not null, -- likewise: nobody lets their own posts through
	mailbox         text collate "C" not null, -- likewise, in the form that reaches them; '' once erased
	name            text not null,             -- typed; '' once erased
	role            text not null,
	signed_at       timestamptz not null,
	revoked_at      timestamptz,
	revoked_by      text collate "C",          -- of accounts
	revoked_why     text not null default '',
	version         bigint not null default 1,
	constraint standing_numbers check (a_week between 1 and 50 and sample between 0 and 100),
	constraint standing_period check (from_at < until_at)
);
create index standing_of_organisation on review.standing (organisation_id, id);
create index standing_of_author on review.standing (author_id, id);

-- How many of one author went through in a week. The row is the lock: of two for the last place one gets it.
create table review.standing_week (
	standing_id text collate "C" not null references review.standing,
	author_id   text collate "C" not null,
	week        date not null, -- its Monday
	used        integer not null,
	primary key (standing_id, author_id, week),
	constraint standing_week_used check (used >= 1)
);

-- A submission whose author wants it let through under a permission, and what came of it.
create table review.standing_use (
	submission_id text collate "C" primary key references review.submission,
	standing_id   text collate "C" not null references review.standing,
	author_id     text collate "C" not null,
	topic         text not null,              -- under which its author says that it falls; '' once erased
	state         text not null,
	reason        text not null default '',   -- why it waits: a word of ours
	decision_id   text collate "C",
	week          date,                       -- in which it counts
	used_at       timestamptz,
	sampled       boolean not null default false,
	looked_at     timestamptz,                -- when the desk had read what was sampled
	looked_by     text collate "C",           -- of accounts
	constraint standing_use_state check (state in ('asked', 'opened', 'waits')),
	constraint standing_use_opened check ((state = 'opened') = (decision_id is not null and week is not null and used_at is not null))
);
create index standing_use_of on review.standing_use (standing_id, week);
create index standing_use_to_look on review.standing_use (standing_id, submission_id) where sampled and looked_at is null;
create index standing_use_of_author on review.standing_use (author_id);
