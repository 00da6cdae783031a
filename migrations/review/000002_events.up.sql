-- The tables of internal/outbox, equal in every schema. Written by
-- go test ./internal/outbox -update; edit internal/outbox/schema.sql instead.

-- Events of this service. seq gives the order of one object's events; times
-- of publishing are wall time, "at" is the time of the domain.
create table review.outbox (
	id           text collate "C" primary key,
	seq          bigint generated always as identity,
	name         text not null,
	key          text collate "C" not null,
	payload      jsonb not null,
	at           timestamptz not null,
	published_at timestamptz
);
create index outbox_unpublished on review.outbox (seq) where published_at is null;
create index outbox_published on review.outbox (published_at, seq) where published_at is not null;

-- Events whose effect is committed here, whoever emitted them. "at" is wall time.
create table review.inbox (
	consumer text not null,
	event_id text collate "C" not null,
	at       timestamptz not null,
	primary key (consumer, event_id)
);
create index inbox_at on review.inbox (at);

-- Events whose handler failed: due again at retry_at (wall time); parked for
-- good, until an operator replays them, when it is null.
create table review.parked (
	consumer  text not null,
	event_id  text collate "C" not null,
	name      text not null,
	key       text collate "C" not null,
	payload   jsonb not null,
	at        timestamptz not null,
	tries     integer not null,
	error     text not null,
	failed_at timestamptz not null,
	retry_at  timestamptz,
	primary key (consumer, event_id)
);
create index parked_due on review.parked (retry_at) where retry_at is not null;
