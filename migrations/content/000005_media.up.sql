-- Pictures and recordings of documents. Their bytes are in the file store, each content once.

-- What was uploaded for a document. A version shows some of it, named by digest.
create table content.media (
	document_id text collate "C" not null references content.document,
	digest      text collate "C" not null, -- of the bytes that are kept
	ext         text not null,             -- what they are, as a name's end: ".png"
	size        bigint not null,           -- bytes
	added_by    text not null,
	added_at    timestamptz not null,
	primary key (document_id, digest),
	constraint media_size check (size > 0)
);
create index media_digest on content.media (digest);

-- Every content of the file store. A row stands before its content does; unused_since is when the collector first saw that
-- nothing refers to it.
create table content.blob (
	digest       text collate "C" primary key,
	unused_since timestamptz -- wall time
);
create index blob_unused on content.blob (unused_since) where unused_since is not null;

-- What a version shows, in order: [{"digest", "alt"}…].
alter table content.words add column media jsonb not null default '[]';
