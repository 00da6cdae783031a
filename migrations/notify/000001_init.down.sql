drop table notify.mail;
drop table notify.notice;
