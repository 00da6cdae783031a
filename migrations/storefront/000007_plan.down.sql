alter table storefront.orders add column plan jsonb;
