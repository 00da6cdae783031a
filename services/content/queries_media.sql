-- What documents show: pictures and recordings.

-- name: InsertMedia :exec
insert into content.media (document_id, digest, ext, size, added_by, added_at)
values (@document, @digest, @ext, @size, @added_by, @added_at) on conflict (document_id, digest) do nothing;

-- name: Media :many
select document_id, digest, ext, size, added_by, added_at from content.media where document_id = @document order by added_at, digest;

-- name: MediaShown :one
select exists (select from content.words where document_id = @document and media @> jsonb_build_array(jsonb_build_object('digest', @digest::text)));

-- name: DropMedia :exec
delete from content.media where document_id = @document and digest = @digest;

-- name: DeleteMedia :exec
delete from content.media where document_id = @document;

-- name: ClaimBlob :exec
insert into content.blob (digest) values (@digest) on conflict (digest) do update set unused_since = null;

-- name: MarkBlobs :exec
update content.blob b set unused_since = @wall
where b.unused_since is null and not exists (select from content.media m where m.digest = b.digest);

-- name: UnmarkBlobs :exec
update content.blob b set unused_since = null
where b.unused_since is not null and exists (select from content.media m where m.digest = b.digest);

-- name: UnusedBlobs :many
select digest from content.blob where unused_since <= @before order by unused_since limit 1000;

-- name: DropBlob :exec
delete from content.blob b
where b.digest = @digest and b.unused_since <= @before and not exists (select from content.media m where m.digest = b.digest);
