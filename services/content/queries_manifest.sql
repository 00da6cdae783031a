-- name: LockProduct :exec
-- A product has one document: two who begin it at the same time wait for each other.
select pg_advisory_xact_lock(hashtextextended(@product, 14));

-- name: LockOfProduct :one
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where product_id = @product and state <> 'deleted' for update;

-- name: InsertEntries :exec
insert into content.entry (document_id, seq, position, kind, path, digest)
select @document, @seq, e.position - 1, e.kind, e.path, e.digest
from unnest(@kinds::text[], @paths::text[], @digests::text[]) with ordinality as e (kind, path, digest, position);

-- name: InsertEntryWords :exec
-- Each digest says the same for good.
insert into content.entry_words (document_id, digest, title, summary, body)
select distinct on (e.digest) @document, e.digest, e.title, e.summary, e.body
from unnest(@digests::text[], @titles::text[], @summaries::text[], @bodies::text[]) as e (digest, title, summary, body)
on conflict do nothing;

-- name: Entries :many
select position, kind, path, digest from content.entry where document_id = @document and seq = @seq order by position;

-- name: EntriesWithWords :many
select e.position, e.kind, e.path, e.digest, coalesce(w.title, '') as title, coalesce(w.summary, '') as summary, coalesce(w.body, '') as body
from content.entry e left join content.entry_words w on w.document_id = e.document_id and w.digest = e.digest
where e.document_id = @document and e.seq = @seq order by e.position;

-- name: EntryWords :many
-- What parties said of the entries of one version.
select w.gate_id, w.digest, w.seq, w.state, w.valid_from, w.valid_until
from content.entry_word w join content.gate g on g.id = w.gate_id
where g.document_id = @document and w.digest in (select digest from content.entry where document_id = @document and seq = @seq);

-- name: OpenEntries :exec
-- Entries of the version that was read: all, or those that are named. A later word of the party about an entry stands.
insert into content.entry_word (gate_id, digest, seq, state, valid_from, valid_until)
select distinct @gate, e.digest, @seq::bigint, 'open', @valid_from::timestamptz, @valid_until::timestamptz
from content.entry e
where e.document_id = @document and e.seq = (select max(seq) from content.version where document_id = @document and digest = @digest)
	and (cardinality(@digests::text[]) = 0 or e.digest = any(@digests::text[]))
on conflict (gate_id, digest) do update set seq = excluded.seq, state = 'open', valid_from = excluded.valid_from, valid_until = excluded.valid_until
where entry_word.seq < excluded.seq;

-- name: CloseEntries :exec
-- Whatever there ever was in the document: a word that comes late must not open any of it.
insert into content.entry_word (gate_id, digest, seq, state)
select distinct @gate, digest, @seq::bigint, 'closed' from content.entry where document_id = @document
on conflict (gate_id, digest) do update set seq = excluded.seq, state = 'closed', valid_from = null, valid_until = null
where entry_word.seq < excluded.seq;

-- name: DeleteEntries :exec
delete from content.entry where document_id = @document;

-- name: DeleteEntryWords :exec
delete from content.entry_words where document_id = @document;
