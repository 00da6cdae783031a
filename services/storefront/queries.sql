-- name: Page :one
select creator_id, handle, name, bio, hue, profiles, version, created_at, updated_at, changed_by, changed_at from storefront.page where creator_id = @creator;

-- name: LockPage :one
select creator_id, handle, name, bio, hue, profiles, version, created_at, updated_at, changed_by, changed_at from storefront.page where creator_id = @creator for update;

-- name: InsertPage :exec
insert into storefront.page (creator_id, handle, handle_key, name, hue, public_json, created_at, updated_at)
values (@creator, @handle, lower(@handle), @name, @hue, @public, @now, @now)
on conflict (creator_id) do nothing;

-- name: FreeHandle :exec
update storefront.page set handle = null, handle_key = null where handle_key = lower(@handle) and creator_id <> @creator;

-- name: SavePage :one
update storefront.page set handle = @handle, handle_key = lower(@handle), name = @name, bio = @bio, hue = @hue, profiles = @profiles,
	public_json = @public, version = version + 1, updated_at = @now, changed_by = @changed_by, changed_at = @changed_at
where creator_id = @creator
returning creator_id, handle, name, bio, hue, profiles, version, created_at, updated_at, changed_by, changed_at;

-- name: PageProducts :many
select id from storefront.product where creator_id = @creator and state = 'published' order by place, id;

-- name: PlaceProducts :exec
update storefront.product p set place = t.place
from unnest(@ids::text[]) with ordinality as t (id, place)
where p.id = t.id and p.creator_id = @creator;

-- name: PublicPage :one
select '{"creator":' || pg.public_json || ',"products":[' ||
	coalesce((select string_agg(p.listing_json, ',' order by p.place, p.id) from storefront.product p
		where p.creator_id = pg.creator_id and p.state = 'published'), '') || ']}'
from storefront.page pg where pg.handle_key = lower($1);

-- name: PublicProduct :one
select '{"creator":' || pg.public_json || ',"product":' || p.detail_json || '}'
from storefront.page pg join storefront.product p on p.creator_id = pg.creator_id
where pg.handle_key = lower($1) and p.slug = $2 and p.state = 'published';

-- name: Catalogue :many
select p.id, p.listing_json, pg.public_json
from storefront.product p join storefront.page pg on pg.creator_id = p.creator_id
where p.state = 'published' and pg.handle_key is not null and ($1 = '' or p.id < $1)
order by p.id desc limit $2;

-- name: InsertProduct :exec
insert into storefront.product (id, creator_id, kind, slug, title, state, refund_days, place, created_at, updated_at)
values (@id, @creator, @kind, @slug, @title, 'draft', @refund_days,
	(select coalesce(max(place), 0) + 1 from storefront.product where creator_id = @creator), @now, @now);

-- name: Products :many
select p.id, p.creator_id, p.document_id, p.kind, p.slug, p.title, p.summary, p.description, p.cover_file_id, p.state, p.free, p.refund_days, p.publication_id,
	p.published_at, p.version, p.draft_seq, p.published_seq, p.created_at, p.updated_at, pg.handle, f.path as cover_path, f.digest as cover_digest,
	coalesce((select json_agg(json_build_object('id', r.id, 'amount', r.amount, 'currency', r.currency) order by r.currency = 'USD' desc, r.currency)
		from storefront.price r where r.product_id = p.id and r.ended_at is null), '[]') as prices,
	(select count(*) from storefront.lesson l where l.product_id = p.id) as lessons,
	(select count(*) from storefront.orders o where o.product_id = p.id and o.state = 'paid') as sold,
	u.seq as pub_seq, u.digest as pub_digest, u.lessons as pub_lessons
from storefront.product p
join storefront.page pg on pg.creator_id = p.creator_id
left join storefront.file f on f.id = p.cover_file_id
left join storefront.publication u on u.id = p.publication_id
where p.creator_id = @creator and (@id = '' or p.id = @id) and (@cursor = '' or p.id < @cursor)
order by p.id desc limit @limit;

-- name: LockProduct :one
select id, creator_id, document_id, kind, slug, title, summary, description, cover_file_id, state, free, refund_days, publication_id, published_at, version,
	draft_seq, published_seq, created_at, updated_at
from storefront.product where id = @id and creator_id = @creator for update;

-- name: SaveProduct :exec
update storefront.product set slug = @slug, title = @title, summary = @summary, description = @description, cover_file_id = @cover,
	refund_days = @refund_days, free = @free, version = version + 1, draft_seq = draft_seq + @draft, updated_at = @now
where id = @id;

-- name: TouchDraft :exec
update storefront.product set draft_seq = draft_seq + 1, updated_at = @now where id = @id;

-- name: MoveOutline :exec
update storefront.product set draft_seq = draft_seq + 1, version = version + 1, updated_at = @now where id = @id;

-- name: EndPrices :exec
update storefront.price set ended_at = @now where product_id = @product and ended_at is null and not (id = any(@keep::text[]));

-- name: CurrentPrices :many
select id, product_id, amount, currency, created_at from storefront.price where product_id = @product and ended_at is null
order by currency = 'USD' desc, currency;

-- name: InsertPrice :exec
insert into storefront.price (id, product_id, amount, currency, created_at) values (@id, @product, @amount, @currency, @now);

-- name: DeleteProduct :exec
with lessons as (delete from storefront.lesson where product_id = @id),
	sections as (delete from storefront.section where product_id = @id),
	prices as (delete from storefront.price where product_id = @id),
	kept as (delete from storefront.file where product_id = @id)
delete from storefront.product where id = @id and state = 'draft';

-- name: InsertText :exec
insert into storefront.published_text (digest, body) select * from unnest(@digests::text[], @bodies::text[]) on conflict do nothing;

-- name: InsertPublication :exec
insert into storefront.publication (id, product_id, seq, digest, manifest, title, summary, description, cover_path, lessons, published_at)
values (@id, @product, (select coalesce(max(seq), 0) + 1 from storefront.publication where product_id = @product), @digest, @manifest, @title, @summary,
	@description, @cover_path, @lessons, @now);

-- name: InsertPublicationLesson :exec
insert into storefront.publication_lesson (publication_id, lesson_id, place, section_slug, section_title, slug, title, free, text_digest, attached)
values (@publication, @lesson, @place, @section_slug, @section_title, @slug, @title, @free, @text, @attached);

-- name: InsertPublicationFiles :exec
insert into storefront.publication_file (publication_id, path, digest, size)
select @publication, path, digest, size from storefront.file where product_id = @product;

-- name: SetPublished :exec
update storefront.product set state = @state, publication_id = @publication, published_at = @published_at, published_seq = @published_seq,
	detail_json = @detail, listing_json = @listing, version = version + 1, updated_at = @now
where id = @id;

-- name: SetDocument :exec
update storefront.product set document_id = @document where id = @id;

-- name: SetListing :exec
update storefront.product set detail_json = @detail, listing_json = @listing where id = @id;

-- name: Unpublish :exec
update storefront.product set state = 'unpublished', version = version + 1, updated_at = @now where id = @id;

-- name: Publications :many
select u.id, u.product_id, u.seq, u.digest, u.lessons, u.published_at, u.manifest, u.title, u.summary, u.description, u.cover_path,
	p.publication_id = u.id and p.state = 'published' as current
from storefront.publication u join storefront.product p on p.id = u.product_id
where u.product_id = @product and (@id = '' or u.id = @id) and (@cursor = '' or u.id < @cursor)
	and (@creator = '' or p.creator_id = @creator)
order by u.id desc limit @limit;

-- name: PublicationLessons :many
select l.lesson_id, l.place, l.section_slug, l.section_title, l.slug, l.title, l.free, l.text_digest, l.attached
from storefront.publication_lesson l where l.publication_id = @publication order by l.place;

-- name: PublicationFiles :many
select path, digest, size from storefront.publication_file where publication_id = @publication;
