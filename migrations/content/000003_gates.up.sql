-- Gates, publications, the schedule.

alter table content.document
	drop constraint document_state,
	add column published_at     timestamptz,              -- for the first time
	add column scheduled_at     timestamptz,              -- the deadline of state scheduled; kept when it was missed
	add column scheduled_digest text collate "C",         -- of what a person said should appear then
	add column scheduled_by     text,
	add column missed           text not null default '', -- the code of the problem that kept it from appearing
	add constraint document_state check (state in ('draft', 'scheduled', 'missed_slot', 'published', 'withdrawn', 'deleted')),
	add constraint document_scheduled check (state not in ('scheduled', 'missed_slot') or
		(scheduled_at is not null and scheduled_digest is not null and scheduled_by is not null));
create index document_due on content.document (scheduled_at) where state = 'scheduled';

-- A party that must agree before a document appears, and what it last said.
create table content.gate (
	id          text collate "C" primary key,
	document_id text collate "C" not null references content.document,
	kind        text not null,
	ref         text collate "C" not null, -- the employer, engagement or deal
	binding     boolean not null,          -- false for what the owner chose and may take back
	state       text not null,
	digest      text collate "C",
	seq         bigint not null default 0, -- of the last word that counted
	said_at     timestamptz,               -- when it came
	valid_from  timestamptz,
	valid_until timestamptz,
	added_at    timestamptz not null,
	constraint gate_once unique (document_id, kind, ref),
	constraint gate_kind check (kind in ('client', 'brand', 'principal', 'rights', 'employer')),
	constraint gate_state check (state in ('waiting', 'open', 'closed', 'taken_back')),
	constraint gate_open check (state <> 'open' or digest is not null)
);

-- What parties said, in the order of their own numbers. Append-only: the answer that a closing got is the answer of every repeat.
create table content.gate_move (
	gate_id      text collate "C" not null references content.gate,
	seq          bigint not null,
	move         text not null,
	digest       text collate "C",
	valid_from   timestamptz,
	valid_until  timestamptz,
	counted      boolean not null, -- false when a later word was known already
	published_at timestamptz,      -- of a closing that came after the publication
	at           timestamptz not null,
	primary key (gate_id, seq),
	constraint gate_move check (move in ('open', 'close'))
);

-- That a version appeared at one of its places. Append-only; ids and digests.
create table content.publication (
	id           text collate "C" primary key,
	document_id  text collate "C" not null,
	seq          integer not null,
	digest       text collate "C" not null,
	place        integer not null, -- among the version's destinations, from 0
	gates        jsonb not null,   -- [{"gate", "seq"}…]: whose word let it through
	taken_back   text[] not null,  -- gates that the owner had taken back: it appeared without their clearance
	published_by text not null,
	published_at timestamptz not null,
	foreign key (document_id, seq) references content.version (document_id, seq),
	constraint publication_once unique (document_id, seq, place)
);

-- Where a publication can be seen, as its author says. The newest counts.
create table content.proof (
	id             text collate "C" primary key,
	publication_id text collate "C" not null references content.publication,
	url            text not null,
	said_by        text not null,
	said_at        timestamptz not null
);
create index proof_of_publication on content.proof (publication_id, id);

create trigger gate_move_append_only before update or delete or truncate on content.gate_move for each statement execute function content.refuse_change();
create trigger publication_append_only before update or delete or truncate on content.publication for each statement execute function content.refuse_change();
revoke update, delete, truncate on content.gate_move, content.publication from wf_content;
