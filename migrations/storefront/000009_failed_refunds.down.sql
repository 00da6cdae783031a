alter table storefront.orders drop column refund_failed;
