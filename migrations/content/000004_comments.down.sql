drop table content.comment;
