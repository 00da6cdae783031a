alter table content.words drop column media;
drop table content.media, content.blob;
