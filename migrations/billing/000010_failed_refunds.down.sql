drop index billing.refund_failed;
alter table billing.refund drop column attempt, drop column failed_at;
alter table billing.order_money drop column refund_failed;
