alter table notify.mail add column lease_until timestamptz;
update notify.mail set lease_until = due_at where state = 'sending';
drop index notify.mail_waiting;
alter table notify.mail
	drop constraint mail_due,
	drop column due_at,
	drop column priority,
	add constraint mail_message_id unique (message_id);
create index mail_waiting on notify.mail (lease_until) where state in ('queued', 'sending');
