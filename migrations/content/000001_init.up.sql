-- Documents and their versions. Ids are TypeIDs. Columns named *_at hold domain time unless the comment says wall time.
-- Foreign keys stay inside this schema.

create table content.document (
	id         text collate "C" primary key,
	owner_id   text collate "C" not null,
	kind       text not null,
	state      text not null,
	version    bigint not null default 1,
	seq        integer not null,          -- of the newest version
	digest     text collate "C" not null, -- of the newest version: docs/digest.md
	created_at timestamptz not null,
	updated_at timestamptz not null,
	constraint document_kind check (kind in ('linkedin_post', 'article', 'tiktok', 'newsletter', 'member_post', 'broadcast', 'deliverable')),
	constraint document_state check (state in ('draft', 'withdrawn', 'deleted'))
);
create index document_of_owner on content.document (owner_id, id) where state <> 'deleted';

-- That a version was saved, and which digest it has. Append-only, and without a word of it: what was signed off stays
-- provable when the words are erased.
create table content.version (
	document_id   text collate "C" not null references content.document,
	seq           integer not null,
	digest        text collate "C" not null,
	saved_by      text not null, -- "person_a", "person_a for person_b"
	restored_from integer,
	saved_at      timestamptz not null,
	primary key (document_id, seq)
);
create index version_digest on content.version (document_id, digest);

-- What a version says. It never changes, and it can be erased.
create table content.words (
	document_id  text collate "C" not null,
	seq          integer not null,
	title        text not null,
	body         text not null,
	caption      text not null,
	links        jsonb not null,
	destinations jsonb not null,
	disclosure   text not null,
	paid         boolean not null,
	primary key (document_id, seq),
	foreign key (document_id, seq) references content.version (document_id, seq)
);

-- People who are erased. A request of theirs may still be under way: what it writes is erased once more.
create table content.erased (
	person_id text collate "C" primary key,
	at        timestamptz not null -- wall time
);
create index erased_at on content.erased (at);

-- The table of internal/idem.
create table content.idempotency (
	scope      text        not null,
	key        text        not null,
	body_hash  bytea       not null,
	answer     jsonb       not null,
	created_at timestamptz not null,
	primary key (scope, key)
);
create index idempotency_created on content.idempotency (created_at);

-- Who did what. Append-only; ids and words of our own.
create table content.audit (
	seq    bigint generated always as identity primary key,
	at     timestamptz not null,
	actor  text not null, -- "person_a", "person_a for person_b", or the part of the house that acted
	action text not null,
	object text collate "C" not null,
	detail jsonb
);
create index audit_of_object on content.audit (object);

create function content.refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger version_append_only before update or delete or truncate on content.version for each statement execute function content.refuse_change();
create trigger words_do_not_change before update or truncate on content.words for each statement execute function content.refuse_change();
create trigger audit_append_only before update or delete or truncate on content.audit for each statement execute function content.refuse_change();

revoke update, delete, truncate on content.version, content.audit from wf_content;
revoke update, truncate on content.words from wf_content;
