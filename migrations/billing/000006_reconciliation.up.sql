-- The hourly look at the whole of the books (money.md §10). One row says when it was asked for, who is at it, and when it last came to
-- its end; every replica may look, and one does.
create table billing.reconciliation (
	single      boolean primary key default true check (single),
	asked_at    timestamptz, -- wall: an operator asked for a look
	started_at  timestamptz, -- wall
	lease_until timestamptz, -- wall: somebody is at it
	at          timestamptz  -- domain: as of when the differences hold; null before the first look came to its end
);
insert into billing.reconciliation default values;

-- One thing that does not agree, from the look that found it to the look that found it gone. The figures are those of the last look;
-- an explanation holds as long as they stay what they were. Nothing else is ever edited: a fix is a journal.
create table billing.difference (
	id           text collate "C" primary key,
	key          text collate "C" not null, -- what it is about, whatever the figures are
	what         text not null,
	body         jsonb not null,
	found_at     timestamptz not null,
	seen_at      timestamptz not null,
	gone_at      timestamptz,
	explained_at timestamptz,
	explained_by text collate "C",
	explanation  text not null default '',
	constraint difference_explained check ((explained_at is null) = (explained_by is null) and (explained_at is null) = (explanation = ''))
);
create unique index difference_present on billing.difference (key) where gone_at is null;
