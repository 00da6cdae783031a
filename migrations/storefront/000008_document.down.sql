alter table storefront.product drop column document_id;
