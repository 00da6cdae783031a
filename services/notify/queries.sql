-- name: InsertNotice :many
insert into notify.notice (id, event_id, kind, subject, recipient, person, data, created_at)
values (@id, @event_id, @kind, @subject, @recipient, @person, @data, @created_at)
on conflict on constraint notice_once do nothing
returning id;

-- name: HasNotice :one
select exists (select from notify.notice where kind = $1 and subject = $2);

-- name: InsertMail :exec
insert into notify.mail (notice_id, message_id, state, queued_at)
values (@notice_id, @message_id, 'queued', @queued_at);

-- name: ClaimMail :many
update notify.mail as m
set state = 'sending', tries = m.tries + 1, lease_until = $3
from notify.notice as n
where m.notice_id = $1 and n.id = m.notice_id
	and (m.state = 'queued' or m.state = 'sending' and m.lease_until < $2)
returning m.notice_id, m.message_id, m.tries, n.kind, n.subject, n.recipient, n.person, n.data;

-- name: MailState :one
select state from notify.mail where notice_id = $1;

-- name: FinishMail :exec
update notify.mail
set state = @state, error = @error, lease_until = null, done_at = @done_at
where notice_id = @notice_id and state = 'sending';

-- name: RequeueMail :exec
update notify.mail
set state = 'queued', error = @error, lease_until = null
where notice_id = @notice_id and state = 'sending';

-- name: AbandonedMails :many
update notify.mail set state = 'queued', lease_until = null
where notice_id in (
	select notice_id from notify.mail
	where state = 'sending' and lease_until < $1
	order by lease_until
	limit 50
	for update skip locked)
returning notice_id;

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
