-- What of the refunds came back from the buyer's bank, as billing says it: an order whose refund failed is not "on its way back".
alter table storefront.orders add column refund_failed bigint not null default 0 check (refund_failed >= 0);
