-- A comment may be about a moment of a recording, or about a picture: part is 'media', medium its digest, and from_char and
-- until_char are milliseconds.
alter table content.comment
	add column medium text collate "C",
	drop constraint comment_part,
	add constraint comment_part check (part in ('title', 'text', 'caption', 'media')),
	add constraint comment_medium check ((part = 'media') = (medium is not null)),
	add constraint comment_media_words check (part <> 'media' or replacement is null);
