-- notify: what we told whom, and the mails that told it. Ids and amounts only:
-- addresses are asked for when a mail is sent, and stored nowhere here.

create table notify.notice (
	id         text collate "C" primary key,
	event_id   text collate "C" not null,
	kind       text not null,
	subject    text collate "C" not null, -- what it is about: an order, a refund, a payout, a link
	recipient  text collate "C" not null, -- whom it is for: a person, or the buyer of an order, by the order's id
	person     text collate "C",          -- whose inbox shows it; null for mails only
	data       jsonb not null,
	created_at timestamptz not null,
	read_at    timestamptz,
	constraint notice_once unique (kind, subject, recipient)
);
create index notice_inbox on notify.notice (person, id desc) where person is not null;
create index notice_unread on notify.notice (person) where person is not null and read_at is null;

create table notify.mail (
	notice_id   text collate "C" primary key references notify.notice (id),
	message_id  text not null,
	state       text not null check (state in ('queued', 'sending', 'sent', 'failed', 'dropped')),
	tries       integer not null default 0,
	lease_until timestamptz, -- wall time; while sending
	error       text,
	queued_at   timestamptz not null,
	done_at     timestamptz,
	constraint mail_message_id unique (message_id)
);
create index mail_waiting on notify.mail (lease_until) where state in ('queued', 'sending');
