-- Receipts that speak for their author alone: that they asked, and what they say was answered elsewhere. And quiet periods of employers.

-- A receipt without a word of the employer's. It opens nothing. What it says stands with its leaf, and beside it what the author typed; both are erasable.
create table review.author_receipt (
	id            text collate "C" primary key,
	submission_id text collate "C" not null references review.submission,
	kind          text not null,
	unanswered    boolean not null, -- of requested: the ten business days were over
	name          text not null,    -- of self_reported: who answered, as the author says
	role          text not null,
	answer        text not null,    -- of self_reported: yes, no, or other
	how           text not null,    -- mail, paper, talk
	said_at       timestamptz,      -- when, as the author says
	note          text not null,
	file_digest   text collate "C" not null, -- SHA-256 of what the author keeps as proof; '' for nothing
	at            timestamptz not null,
	constraint author_receipt_kind check (kind in ('requested', 'self_reported'))
);
create index author_receipt_of on review.author_receipt (submission_id, id);
-- That one asked is proved once while an answer may come, and once when none came.
create unique index author_receipt_once on review.author_receipt (submission_id, unanswered) where kind = 'requested';

-- Days in which nothing opens at an organisation's employers.
create table review.quiet (
	id              text collate "C" primary key,
	organisation_id text collate "C" not null,
	from_at         timestamptz not null,
	until_at        timestamptz not null,
	zone            text not null,
	why             text not null, -- for the desk alone
	member_id       text collate "C" not null,
	created_at      timestamptz not null,
	ended_at        timestamptz,   -- before its end
	ended_by        text collate "C",
	version         bigint not null default 1,
	constraint quiet_period check (from_at < until_at)
);
create index quiet_of on review.quiet (organisation_id, until_at);
