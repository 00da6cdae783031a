-- name: LockForParty :one
-- Whoever speaks for a party is no owner; a document whose words are gone still has gates to close.
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where id = @id for update;

-- name: LockDue :one
select id, owner_id, product_id, kind, state, version, seq, digest, created_at, updated_at,
	published_at, scheduled_at, scheduled_digest, scheduled_by, missed
from content.document where state = 'scheduled' and scheduled_at <= @now order by scheduled_at limit 1 for update skip locked;

-- name: NextDue :one
select min(scheduled_at) from content.document where state = 'scheduled';

-- name: Gates :many
select id, document_id, kind, ref, binding, state, digest, seq, said_at, valid_from, valid_until, added_at, rules
from content.gate where document_id = @document order by added_at, id;

-- name: Gate :one
select id, document_id, kind, ref, binding, state, digest, seq, said_at, valid_from, valid_until, added_at, rules
from content.gate where document_id = @document and kind = @kind and ref = @ref;

-- name: InsertGate :exec
insert into content.gate (id, document_id, kind, ref, binding, state, added_at)
values (@id, @document, @kind, @ref, @binding, @state, @added_at);

-- name: SaveGate :exec
update content.gate set binding = @binding, state = @state, digest = @digest, seq = @seq, said_at = @said_at,
	valid_from = @valid_from, valid_until = @valid_until, rules = @rules
where id = @id;

-- name: InsertMove :exec
-- The first word of a number stays: a repeat is no other word.
insert into content.gate_move (gate_id, seq, move, digest, valid_from, valid_until, counted, published_at, at)
values (@gate, @seq, @move, @digest, @valid_from, @valid_until, @counted, @published_at, @at)
on conflict do nothing;

-- name: Move :one
select seq, move, counted, published_at from content.gate_move where gate_id = @gate and seq = @seq;

-- name: Publications :many
select p.id, p.document_id, p.seq, p.digest, p.place, p.gates, p.taken_back, p.published_by, p.published_at, w.destinations,
	(select f.url from content.proof f where f.publication_id = p.id order by f.id desc limit 1) as url,
	l.outcome as live_outcome, l.parts as live_parts, l.said_by as live_by, l.said_at as live_at
from content.publication p left join content.words w on w.document_id = p.document_id and w.seq = p.seq
left join lateral (select * from content.live_check c where c.publication_id = p.id order by c.id desc limit 1) l on true
where p.document_id = @document order by p.published_at, p.place, p.id;

-- name: InsertPublication :exec
insert into content.publication (id, document_id, seq, digest, place, gates, taken_back, published_by, published_at)
values (@id, @document, @seq, @digest, @place, @gates, @taken_back, @published_by, @published_at);

-- name: InsertProof :exec
insert into content.proof (id, publication_id, url, said_by, said_at) values (@id, @publication, @url, @said_by, @said_at);

-- name: InsertLiveCheck :exec
insert into content.live_check (id, publication_id, outcome, parts, digests, said_by, said_at)
values (@id, @publication, @outcome, @parts, @digests, @said_by, @said_at);

-- name: DeleteProofs :exec
delete from content.proof where publication_id in (select id from content.publication where document_id = @document);

-- name: VersionOfDigest :one
select v.document_id, v.seq, v.digest, v.saved_by, v.restored_from, v.saved_at,
	w.title, w.body, w.caption, w.links, w.destinations, w.disclosure, w.paid, w.media
from content.version v join content.words w on w.document_id = v.document_id and w.seq = v.seq
where v.document_id = @document and v.digest = @digest order by v.seq desc limit 1;
