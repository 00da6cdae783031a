-- name: InsertComment :exec
insert into content.comment (id, document_id, seq, part, from_char, until_char, medium, body, replacement, result_digest, reply_to, state, said_by, said_at)
values (@id, @document, @seq, @part, @from_char, @until_char, @medium, @body, @replacement, @result_digest, @reply_to, @state, @said_by, @said_at);

-- name: SaveComment :exec
update content.comment set state = @state, accepted_seq = @accepted_seq, settled_by = @settled_by, settled_at = @settled_at where id = @id;

-- name: Comment :one
select id, document_id, seq, part, from_char, until_char, medium, body, replacement, result_digest, reply_to, state, accepted_seq, said_by, said_at,
	settled_by, settled_at
from content.comment where document_id = @document and id = @id;

-- name: Comments :many
select id, document_id, seq, part, from_char, until_char, medium, body, replacement, result_digest, reply_to, state, accepted_seq, said_by, said_at,
	settled_by, settled_at
from content.comment where document_id = @document and (@state = '' or state = @state) and id > @cursor order by id limit @limit;

-- name: VersionsAt :many
select v.document_id, v.seq, v.digest, v.saved_by, v.restored_from, v.saved_at,
	w.title, w.body, w.caption, w.links, w.destinations, w.disclosure, w.paid, w.media
from content.version v join content.words w on w.document_id = v.document_id and w.seq = v.seq
where v.document_id = @document and v.seq = any (@seqs);

-- name: DeleteComments :exec
delete from content.comment where document_id = @document;
