-- name: KeepFormerSlug :exec
insert into storefront.former_slug (creator_id, slug, product_id, since) values (@creator, @slug, @product, @now) on conflict do nothing;

-- name: DropFormerSlug :exec
delete from storefront.former_slug where creator_id = @creator and slug = @slug and product_id = @product;

-- name: FormerHolder :one
select product_id from storefront.former_slug where creator_id = @creator and slug = @slug;

-- name: FormerSlugs :many
select slug from storefront.former_slug where product_id = @product order by since, slug;

-- name: DropFormerSlugs :exec
delete from storefront.former_slug where creator_id = @creator;

-- name: PresentSlug :one
select p.slug from storefront.page pg
join storefront.former_slug f on f.creator_id = pg.creator_id
join storefront.product p on p.id = f.product_id
where pg.handle_key = lower($1) and f.slug = $2 and p.state = 'published';
