-- name: Append :exec
insert into {schema}.outbox (id, name, key, payload, at)
select e.id, e.name, e.key, e.payload::jsonb, e.at
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
	with ordinality as e (id, name, key, payload, at, n)
order by e.n;

-- name: Unpublished :many
select id, name, key, payload, at from {schema}.outbox
where published_at is null
order by seq
limit $1;

-- name: MarkPublished :exec
update {schema}.outbox set published_at = $2 where id = any($1) and published_at is null;

-- name: PublishedSince :many
select id, name, key, payload, at, seq from {schema}.outbox
where published_at >= $1 and seq > $2
order by seq
limit $3;

-- name: AnyUnpublished :one
select exists (select from {schema}.outbox where published_at is null);

-- name: Arrive :many
insert into {schema}.inbox (consumer, event_id, at)
select $1, e.id, $3 from unnest($2::text[]) as e (id)
order by e.id
on conflict do nothing
returning event_id;

-- name: Arrived :many
select event_id from {schema}.inbox where consumer = $1 and event_id = any($2);

-- name: Fail :exec
insert into {schema}.parked (consumer, event_id, name, key, payload, at, tries, error, failed_at, retry_at)
values (@consumer, @event_id, @name, @key, @payload, @at, 1, @error, @failed_at, @retry_at)
on conflict do nothing;

-- name: FailAgain :exec
update {schema}.parked
set tries = @tries, error = @error, failed_at = @failed_at, retry_at = @retry_at
where consumer = @consumer and event_id = @event_id;

-- name: Due :many
select event_id as id, name, key, payload, at, tries from {schema}.parked
where consumer = $1 and retry_at <= $2
order by retry_at
limit 32;

-- name: TakeParked :many
delete from {schema}.parked where consumer = $1 and event_id = $2 returning event_id;

-- name: AnyRetrying :one
select exists (select from {schema}.parked where consumer = $1 and retry_at is not null);

-- name: Parked :many
select consumer, event_id, name, key, payload, at, tries, error, failed_at from {schema}.parked
where retry_at is null
order by failed_at desc
limit 500;

-- name: Replay :many
-- Every consumer of this schema that has the event, and whether it was parked for good: only then it is due now, with its tries back.
with found as (
	select consumer, event_id, retry_at is null as parked from {schema}.parked where event_id = $1 for update
), replayed as (
	update {schema}.parked p set retry_at = $2, tries = 0 from found f
	where p.consumer = f.consumer and p.event_id = f.event_id and f.parked
)
select parked from found;

-- name: ReplayAll :exec
update {schema}.parked set retry_at = $1, tries = 0 where retry_at is null;

-- name: ForgetOutbox :exec
delete from {schema}.outbox where id in (
	select id from {schema}.outbox where published_at < $1 order by published_at limit 5000);

-- name: ForgetInbox :exec
delete from {schema}.inbox where (consumer, event_id) in (
	select consumer, event_id from {schema}.inbox where at < $1 order by at limit 5000);

-- name: Lead :one
select pg_try_advisory_lock(hashtextextended('outbox relay of {schema}', 0));
