drop table storefront.parked;
drop table storefront.inbox;
drop table storefront.outbox;
