-- name: Tell :exec
-- Notices of one event, each once, and the mails of those that are new.
with told as (
	insert into notify.notice (id, event_id, kind, subject, recipient, person, data, created_at)
	select n.id, @event_id, n.kind, n.subject, n.recipient, n.person, n.data::jsonb, @created_at
	from unnest(@ids::text[], @kinds::text[], @subjects::text[], @recipients::text[], @persons::text[], @data::text[])
		as n (id, kind, subject, recipient, person, data)
	on conflict on constraint notice_once do nothing
	returning id
)
insert into notify.mail (notice_id, message_id, state, priority, queued_at, due_at)
select m.id, m.message_id, 'queued', m.priority, @now, @wall
from unnest(@mails::text[], @message_ids::text[], @priorities::smallint[]) as m (id, message_id, priority) join told using (id);

-- name: HasNotice :one
select exists (select from notify.notice where kind = $1 and subject = $2);

-- name: ClaimMails :many
-- Mails to send now, among them those whose sender's lease is over.
update notify.mail as m set state = 'sending', tries = m.tries + 1, due_at = @lease
from (
	select notice_id from notify.mail
	where state in ('queued', 'sending') and due_at <= @wall
	order by priority, due_at limit @n for update skip locked
) as d join notify.notice as n on n.id = d.notice_id
where m.notice_id = d.notice_id
returning m.notice_id, m.message_id, m.tries, n.kind, n.subject, n.recipient, n.person, n.data;

-- name: SaveOutcomes :exec
-- What became of mails that were sent at the same time. A sender whose lease was over may still say that the server took the mail, nothing else.
with told as (
	select * from unnest(@ids::text[], @tries::integer[], @states::text[], @errors::text[], @due::timestamptz[], @done::timestamptz[])
		as o (id, tries, state, error, due_at, done_at)
), held as (
	select m.notice_id, o.state, o.error, o.due_at, o.done_at from notify.mail as m join told as o on o.id = m.notice_id
	where m.state = 'sending' and (m.tries = o.tries or o.state = 'sent')
	order by m.notice_id for update of m
)
update notify.mail as m set state = h.state, error = h.error, due_at = h.due_at, done_at = h.done_at
from held as h where m.notice_id = h.notice_id;

-- name: NoMailWaits :one
select not exists (select from notify.mail where state = 'sending' or state = 'queued' and error is null);

-- name: Inbox :many
select id, event_id, kind, subject, recipient, person, data, created_at, read_at
from notify.notice
where person = $1 and ($2 = '' or id < $2)
order by id desc
limit $3;

-- name: Unread :one
select count(*) from (
	select from notify.notice where person = $1 and read_at is null limit 100) as unread;

-- name: MarkRead :many
update notify.notice set read_at = coalesce(read_at, $3)
where person = $1 and id = $2
returning id, event_id, kind, subject, recipient, person, data, created_at, read_at;

-- name: MarkAllRead :exec
update notify.notice set read_at = $2 where person = $1 and read_at is null;

-- name: EraseMails :exec
delete from notify.mail where notice_id in (select id from notify.notice where recipient = $1);

-- name: EraseNotices :exec
delete from notify.notice where recipient = $1;

-- name: LeaveInbox :exec
update notify.notice set person = null where person = $1;
