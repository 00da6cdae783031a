-- name: StoreEvents :exec
-- Webhooks that came together, each once; a repeat writes nothing. The work that they mean joins what is already due for the object.
-- Rows are taken in one order, as another process stores at the same time (HintsDone takes them in the same).
with came as (
	select distinct on (id) * from unnest(
		@ids::text[], @types::text[], @accounts::text[], @objects::text[], @created::timestamptz[], @payloads::text[], @subjects::text[]
	) as c (id, type, account, object_id, created_at, payload, subject) order by id
), stored as (
	insert into billing.stripe_event (id, type, account, object_id, created_at, received_at, payload)
	select id, type, account, object_id, created_at, @wall, payload::jsonb from came order by id
	on conflict (id) do nothing
	returning id
)
insert into billing.hint (subject, account, due_at, since)
select distinct subject, account, @wall::timestamptz, @wall::timestamptz from came join stored using (id) order by subject, account
on conflict (subject, account) do update set seq = billing.hint.seq + 1, due_at = least(billing.hint.due_at, excluded.due_at), tries = 0;

-- name: AddHint :exec
insert into billing.hint (subject, account, due_at, since) values (@subject, @account, @wall, @wall)
on conflict (subject, account) do update set seq = billing.hint.seq + 1, due_at = least(billing.hint.due_at, excluded.due_at);

-- name: ClaimHints :many
update billing.hint h set lease_until = @lease, tries = h.tries + 1
from (
	select subject, account from billing.hint
	where due_at <= @wall and (lease_until is null or lease_until <= @wall)
	order by due_at limit @n for update skip locked
) d
where h.subject = d.subject and h.account = d.account
returning h.*;

-- name: HintsDone :exec
-- An event that came meanwhile has raised seq: then the object is looked at once more.
with looked as (
	select * from unnest(@subjects::text[], @accounts::text[], @seqs::bigint[]) as l (subject, account, seq)
), held as (
	select h.subject, h.account, h.seq = l.seq as over from billing.hint h join looked l using (subject, account)
	order by h.subject, h.account for update of h
), done as (
	delete from billing.hint h using held l where h.subject = l.subject and h.account = l.account and l.over
)
update billing.hint h set lease_until = null from held l where h.subject = l.subject and h.account = l.account and not l.over;

-- name: HintLater :exec
update billing.hint set lease_until = null, due_at = @due_at, error = @error where subject = @subject and account = @account;

-- name: HintsWaiting :one
select count(*) from billing.hint where due_at <= @until;

-- name: KnownEvents :many
select id from billing.stripe_event where id = any(@ids::text[]);

-- name: KnownTransactions :many
-- Of these transactions or their objects, those that a row knows: a charge without a fee has no journal of its own.
select charge_txn from billing.order_money where charge_txn = any(@ids::text[])
union all
select result_id from billing.operation where state = 'confirmed' and kind in ('transfer', 'reversal') and result_id = any(@sources::text[]);

-- name: SweepUpTo :one
select upto from billing.sweep where name = @name;

-- name: SetSweep :exec
insert into billing.sweep (name, upto) values (@name, @upto) on conflict (name) do update set upto = greatest(billing.sweep.upto, excluded.upto);

-- name: NextDeadline :one
select min(at) from (
	select min(checkout_look_at) as at from billing.order_money where checkout_look_at is not null
	union all select min(look_at) from billing.leg where look_at is not null
	union all select min(next_at) from billing.payout_turn
	union all select min(listed_at) + @list_gap::interval from billing.operation where state = 'unknown' and listed_at is not null
) d;

-- name: ForgetPayloads :exec
update billing.stripe_event set payload = '{}' where received_at < @before and payload <> '{}';

-- name: AskForReconciliation :exec
update billing.reconciliation set asked_at = @wall;

-- name: ClaimReconciliation :one
-- Due is what was asked for since the last look began, an hour that is over by either clock, and a look whose process died or failed.
-- The demo's clock runs ahead of the wall: what is shown would else hold for a day long gone.
update billing.reconciliation set started_at = @wall, lease_until = @lease
where (lease_until is null and (started_at is null or started_at <= @before or asked_at > started_at or at <= @now_before)) or lease_until <= @wall
returning started_at;

-- name: EndReconciliation :one
update billing.reconciliation set lease_until = null, at = @now where started_at = @started_at and lease_until is not null returning at;

-- name: Reconciliation :one
select at, case when lease_until is not null then started_at when asked_at > started_at or started_at is null then coalesce(asked_at, @wall) end as since
from billing.reconciliation;

-- name: SeeDifference :one
-- Says whether it is explained: the newest explanation holds for the gap that it explained.
insert into billing.difference (id, key, what, gap, body, found_at, seen_at) values (@id, @key, @what, @gap, @body, @now, @now)
on conflict (key) where gone_at is null do update set what = excluded.what, gap = excluded.gap, body = excluded.body, seen_at = excluded.seen_at
returning coalesce((
	select e.gap = billing.difference.gap from billing.explanation e where e.difference_id = billing.difference.id order by e.seq desc limit 1
), false);

-- name: EndDifferences :exec
update billing.difference set gone_at = @now where gone_at is null and key <> all(@present::text[]);

-- name: Differences :many
select id, body, gap, found_at from billing.difference where gone_at is null order by id;

-- name: Explanations :many
select id, difference_id, gap, at, person_id, words from billing.explanation where difference_id = any(@differences::text[]) order by seq desc;

-- name: LockDifference :one
select gap from billing.difference where id = @id and gone_at is null for update;

-- name: NewestExplanation :one
select id, difference_id, gap, at, person_id, words from billing.explanation where difference_id = @difference_id order by seq desc limit 1;

-- name: InsertExplanation :exec
insert into billing.explanation (id, difference_id, gap, at, person_id, words) values (@id, @difference_id, @gap, @at, @person_id, @words);
