-- The statements of content, in sqlc's comment format. Times are arguments, never now().

-- name: InsertDocument :exec
insert into content.document (id, owner_id, product_id, kind, state, seq, digest, created_at, updated_at)
values (@id, @owner, @product, @kind, @state, @seq, @digest, @now, @now);

-- name: SaveDocument :exec
update content.document set state = @state, version = @version, seq = @seq, digest = @digest, updated_at = @updated_at,
	published_at = @published_at, scheduled_at = @scheduled_at, scheduled_digest = @scheduled_digest, scheduled_by = @scheduled_by, missed = @missed
where id = @id;

-- name: Document :one
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where id = @id and owner_id = @owner and state <> 'deleted';

-- name: LockDocument :one
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where id = @id and owner_id = @owner and state <> 'deleted' for update;

-- name: Documents :many
select d.id, d.owner_id, d.kind, d.state, d.version, d.seq, d.digest, d.created_at, d.updated_at, d.published_at, d.scheduled_at,
	case when w.title <> '' then w.title else left(w.body, 140) end as preview
from content.document d join content.words w on w.document_id = d.id and w.seq = d.seq
where d.owner_id = @owner and d.kind <> 'publication' and d.state <> 'deleted' and (@state = '' or d.state = @state) and (@cursor = '' or d.id < @cursor)
order by d.id desc limit @limit;

-- name: InsertVersion :exec
with v as (
	insert into content.version (document_id, seq, digest, saved_by, restored_from, saved_at)
	values (@document, @seq, @digest, @saved_by, @restored_from, @saved_at)
)
insert into content.words (document_id, seq, title, body, caption, links, destinations, disclosure, paid, media)
values (@document, @seq, @title, @body, @caption, @links, @destinations, @disclosure, @paid, @media);

-- name: Version :one
select v.document_id, v.seq, v.digest, v.saved_by, v.restored_from, v.saved_at,
	w.title, w.body, w.caption, w.links, w.destinations, w.disclosure, w.paid, w.media
from content.version v join content.words w on w.document_id = v.document_id and w.seq = v.seq
where v.document_id = @document and v.seq = @seq;

-- name: Versions :many
select v.document_id, v.seq, v.digest, v.saved_by, v.restored_from, v.saved_at,
	w.title, w.body, w.caption, w.links, w.destinations, w.disclosure, w.paid, w.media
from content.version v join content.words w on w.document_id = v.document_id and w.seq = v.seq
where v.document_id = @document order by v.seq;

-- name: History :many
select document_id, seq, digest, saved_by, restored_from, saved_at
from content.version where document_id = @document and seq < @before order by seq desc limit @limit;

-- name: DeleteWords :exec
delete from content.words where document_id = @document;

-- name: ForgetAnswers :exec
-- Answers that are kept for repeats hold the words too.
delete from content.idempotency where @document in (answer ->> 'id', answer ->> 'document_id');

-- name: DocumentsOf :many
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where owner_id = @owner and state <> 'deleted' and id > @after order by id limit @limit;

-- name: LockDocumentsOf :many
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where owner_id = @owner and state <> 'deleted' order by id for update;

-- name: Tombstone :exec
insert into content.erased (person_id, at) values (@person, @wall) on conflict do nothing;

-- name: ErasedSince :many
select person_id from content.erased where at > @since;

-- name: EraseAnswers :exec
delete from content.idempotency where starts_with(scope, @person || ' ');
