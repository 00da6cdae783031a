-- The transparency log (docs/receipts.md). A leaf is queued in the transaction of what it is about; the sequencer gives it a place.

-- A row of the log on its way there. Append-only, and without a word: the commitment says nothing without its salt.
create table review.leaf (
	seq  bigint generated always as identity primary key,
	id   text collate "C" not null unique, -- of the receipt
	line text not null                     -- the record, as it stands in the log
);

-- What a leaf commits to. It never changes, and it can be erased: then nobody can tell any more what the row was about.
create table review.leaf_words (
	id        text collate "C" primary key references review.leaf (id),
	salt      bytea not null,
	statement text not null, -- RFC 8785 JSON
	parts     text not null  -- likewise: what the statement's digest is over
);

-- The log itself. Append-only.
create table review.log_row (
	index bigint primary key, -- from 0
	id    text collate "C" not null unique references review.leaf (id),
	line  text not null
);

-- The hashes of the log's tree, in the order of golang.org/x/mod/sumdb/tlog. Append-only.
create table review.log_hash (
	index bigint primary key,
	hash  bytea not null,
	constraint log_hash_size check (length(hash) = 32)
);

-- What the house signed. Append-only.
create table review.checkpoint (
	size   bigint primary key,
	signed text not null,
	at     timestamptz not null
);

create trigger leaf_append_only before update or delete or truncate on review.leaf for each statement execute function review.refuse_change();
create trigger leaf_words_do_not_change before update or truncate on review.leaf_words for each statement execute function review.refuse_change();
create trigger log_row_append_only before update or delete or truncate on review.log_row for each statement execute function review.refuse_change();
create trigger log_hash_append_only before update or delete or truncate on review.log_hash for each statement execute function review.refuse_change();
create trigger checkpoint_append_only before update or delete or truncate on review.checkpoint for each statement execute function review.refuse_change();
revoke update, delete, truncate on review.leaf, review.log_row, review.log_hash, review.checkpoint from wf_review;
revoke update, truncate on review.leaf_words from wf_review;
