drop table content.entry_word, content.entry_words, content.entry;
alter table content.document drop constraint document_product, drop constraint document_kind, drop column product_id;
update content.document set kind = 'deliverable' where kind = 'publication';
alter table content.document
	add constraint document_kind check (kind in ('linkedin_post', 'article', 'tiktok', 'newsletter', 'member_post', 'broadcast', 'deliverable'));
