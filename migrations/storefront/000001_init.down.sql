drop table storefront.audit, storefront.idempotency, storefront.upload, storefront.progress, storefront.entitlement, storefront.orders,
	storefront.publication_file, storefront.publication_lesson, storefront.publication, storefront.published_text, storefront.lesson_file,
	storefront.file, storefront.lesson, storefront.section, storefront.price, storefront.product, storefront.page;
drop function storefront.refuse_change();
