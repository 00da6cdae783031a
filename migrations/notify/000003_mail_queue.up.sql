-- A mail is its own queue: who sends it holds a lease on its row, so that no second row is needed to say that it waits.
alter table notify.mail
	add column priority smallint not null default 2, -- 1 is sent first: somebody waits for it in front of a page
	add column due_at timestamptz;                   -- wall time: queued, when it may be tried; sending, when the lease ends; null when it is done
update notify.mail set due_at = coalesce(lease_until, queued_at) where state in ('queued', 'sending');
drop index notify.mail_waiting;
alter table notify.mail
	drop column lease_until,
	drop constraint mail_message_id, -- made of the notice's id, which is the key
	add constraint mail_due check ((due_at is not null) = (state in ('queued', 'sending')));
create index mail_waiting on notify.mail (priority, due_at) where state in ('queued', 'sending');
do $$
begin
	if to_regclass('notify.river_job') is not null then
		delete from notify.river_job where kind = 'send_mail';
	end if;
end $$;
