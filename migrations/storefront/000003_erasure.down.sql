drop table storefront.erased;
