delete from content.comment where part = 'media';
alter table content.comment
	drop constraint comment_media_words,
	drop constraint comment_medium,
	drop constraint comment_part,
	drop column medium,
	add constraint comment_part check (part in ('title', 'text', 'caption'));
