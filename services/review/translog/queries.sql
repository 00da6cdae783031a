-- name: InsertLeaf :exec
with l as (insert into review.leaf (id, line) values (@id, @line) returning id)
insert into review.leaf_words (id, salt, statement, parts) select l.id, @salt, @statement, @parts from l;

-- name: LockLog :exec
-- One sequencer at a time, whatever process it is in.
select pg_advisory_xact_lock(hashtextextended('review.log', 15));

-- name: Queued :many
select l.id, l.line from review.leaf l where not exists (select from review.log_row r where r.id = l.id) order by l.seq limit @limit;

-- name: AnyQueued :one
select exists (select from review.leaf l where not exists (select from review.log_row r where r.id = l.id));

-- name: Size :one
select coalesce(max(index) + 1, 0) from review.log_row;

-- name: Hashes :many
select index, hash from review.log_hash where index = any(@indexes::bigint[]);

-- name: InsertRows :exec
insert into review.log_row (index, id, line)
select @first::bigint + r.n - 1, r.id, r.line from unnest(@ids::text[], @lines::text[]) with ordinality as r (id, line, n);

-- name: InsertHashes :exec
insert into review.log_hash (index, hash)
select @first::bigint + h.n - 1, h.hash from unnest(@hashes::bytea[]) with ordinality as h (hash, n);

-- name: InsertCheckpoint :exec
insert into review.checkpoint (size, signed, at) values (@size, @signed, @at);

-- name: Checkpoint :one
-- The newest.
select size, signed from review.checkpoint order by size desc limit 1;

-- name: Leaf :one
select l.line, r.index, w.salt, w.statement, w.parts
from review.leaf l left join review.log_row r on r.id = l.id left join review.leaf_words w on w.id = l.id
where l.id = @id;

-- name: Rows :many
select line from review.log_row where index >= @from order by index limit @limit;

-- name: Erase :exec
delete from review.leaf_words where id = any(@ids::text[]);
