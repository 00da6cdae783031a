alter table storefront.page drop column changed_by, drop column changed_at;
