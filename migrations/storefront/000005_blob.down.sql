drop index storefront.upload_content;
drop table storefront.blob;
