-- name: ClaimBlob :exec
insert into storefront.blob (digest) values (@digest) on conflict (digest) do update set unused_since = null;

-- name: MarkBlobs :exec
update storefront.blob b set unused_since = @wall
where b.unused_since is null
	and not exists (select from storefront.file f where f.digest = b.digest)
	and not exists (select from storefront.publication_file f where f.digest = b.digest)
	and not exists (select from storefront.upload u where u.digest = b.digest);

-- name: UnmarkBlobs :exec
update storefront.blob b set unused_since = null
where b.unused_since is not null and (
	exists (select from storefront.file f where f.digest = b.digest)
	or exists (select from storefront.publication_file f where f.digest = b.digest)
	or exists (select from storefront.upload u where u.digest = b.digest));

-- name: UnusedBlobs :many
select digest from storefront.blob where unused_since <= @before order by unused_since limit 1000;

-- name: DropBlob :exec
delete from storefront.blob b
where b.digest = @digest and b.unused_since <= @before
	and not exists (select from storefront.file f where f.digest = b.digest)
	and not exists (select from storefront.publication_file f where f.digest = b.digest)
	and not exists (select from storefront.upload u where u.digest = b.digest);

-- name: KnownUploads :many
select id from storefront.upload where id = any(@ids::text[]);
