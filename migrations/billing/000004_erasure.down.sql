alter table billing.order_money drop column buyer_erased;
alter table billing.account drop column erased_at;
