drop table storefront.former_slug;
