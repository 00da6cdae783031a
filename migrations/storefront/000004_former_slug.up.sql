-- Former addresses of products that were published: they lead to the product's present one, and no other product of the
-- creator takes one until its owner gives it up.
create table storefront.former_slug (
	creator_id text collate "C" not null references storefront.page,
	slug       text collate "C" not null,
	product_id text collate "C" not null references storefront.product,
	since      timestamptz not null,
	primary key (creator_id, slug)
);
create index former_slug_of_product on storefront.former_slug (product_id);
