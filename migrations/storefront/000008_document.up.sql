-- What is signed off before it is published: content's document of a product.
alter table storefront.product add column document_id text collate "C";
