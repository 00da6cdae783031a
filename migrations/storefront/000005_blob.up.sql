-- Every content of the file store. A row stands before its content does; unused_since is when the collector first saw that
-- nothing refers to it.
create table storefront.blob (
	digest       text collate "C" primary key,
	unused_since timestamptz -- wall time
);
create index blob_unused on storefront.blob (unused_since) where unused_since is not null;
create index upload_content on storefront.upload (digest) where digest is not null;

insert into storefront.blob (digest)
select digest from storefront.file union select digest from storefront.publication_file union select digest from storefront.upload where digest is not null;
