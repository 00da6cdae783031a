-- name: Account :one
select * from billing.account where person_id = @person_id;

-- name: AccountByStripe :one
select * from billing.account where stripe_id = @id;

-- name: LockAccount :one
select * from billing.account where person_id = @person_id for update;

-- name: AccountsToWatch :many
-- Those that a transfer may go to, or went to: R3 asks for each active payee.
select a.* from billing.account a where a.stripe_id is not null
	and (a.negative <> '{}' or exists (select from billing.leg l where l.person_id = a.person_id and l.open and (l.payable > 0 or l.transferred > l.reversed)))
order by a.person_id;

-- name: SetNegative :exec
update billing.account set negative = @negative where person_id = @person_id;

-- name: StartAccount :exec
insert into billing.account (person_id, country, updated_at, created_at) values (@person_id, @country, @now, @now)
on conflict (person_id) do nothing;

-- name: AccountOperation :one
select * from billing.operation where kind = 'account' and person_id = @person_id and state <> 'failed';

-- name: SaveAccount :exec
update billing.account set stripe_id = @stripe_id, country = @country, currency = @currency, transfers = @transfers,
	payouts_enabled = @payouts_enabled, submitted = @submitted, requirements = @requirements, pending_checks = @pending_checks,
	disabled_reason = @disabled_reason, ready = @ready, was_ready = @was_ready, bank_problem = @bank_problem, bank_last4 = @bank_last4, bank_currencies = @bank_currencies,
	updated_at = @updated_at
where person_id = @person_id;

-- name: InsertPayout :exec
insert into billing.payout (id, person_id, account, amount, currency, status, op_id, requested_by, idem_key, idem_hash, created_at)
values (@id, @person_id, @account, @amount, @currency, 'requested', @op_id, @requested_by, @idem_key, @idem_hash, @created_at);

-- name: PayoutOnce :one
select * from billing.payout where requested_by = @requested_by and idem_key = @idem_key;

-- name: PayoutIsRunning :one
select exists (select from billing.payout where person_id = @person_id and currency = @currency and status = 'requested');

-- name: LockPayout :one
select * from billing.payout where id = @id for update;

-- name: Payout :one
select * from billing.payout where id = @id;

-- name: PayoutsToPoll :many
select * from billing.payout where status = 'in_transit' and stripe_id is not null and arrival_on < @now::timestamptz - interval '1 day';

-- name: PayoutByStripe :one
select * from billing.payout where stripe_id = @id;

-- name: SavePayout :exec
update billing.payout set status = @status, stripe_id = @stripe_id, arrival_on = @arrival_on, reason = @reason, booked = @booked where id = @id;

-- name: Payouts :many
select * from billing.payout where person_id = @person_id and (@before = '' or id < @before) order by id desc limit @n;

-- name: LastPayouts :many
select distinct on (currency) * from billing.payout where person_id = @person_id order by currency, id desc;

-- name: SetPayoutTurn :exec
insert into billing.payout_turn (person_id, currency, next_at, skipped) values (@person_id, @currency, @next_at, @skipped)
on conflict (person_id, currency) do update set next_at = excluded.next_at, skipped = excluded.skipped;

-- name: StartPayoutTurn :exec
insert into billing.payout_turn (person_id, currency, next_at) values (@person_id, @currency, @next_at) on conflict (person_id, currency) do nothing;

-- name: PayoutTurnsDue :many
select person_id, currency, next_at, skipped from billing.payout_turn where next_at <= @now order by next_at limit 50;

-- name: PayoutTurns :many
select person_id, currency, next_at, skipped from billing.payout_turn where person_id = @person_id;

-- name: BalanceLegs :many
select l.currency,
	coalesce(sum(l.payable) filter (where l.due_at > @now), 0)::bigint as pending,
	coalesce(sum(l.payable + l.transferring) filter (where l.due_at <= @now), 0)::bigint as payable,
	min(l.due_at) filter (where l.due_at > @now and l.payable > 0) as next_release,
	coalesce(sum(l.share - l.taken - l.owed), 0)::bigint as sold,
	min(o.paid_at) as since,
	coalesce(min(l.blocker) filter (where l.due_at <= @now and l.payable > 0 and l.blocker not in ('', 'risk_window')), '') as blocker
from billing.leg l join billing.order_money o on o.order_id = l.order_id
where l.person_id = @person_id and l.open
group by l.currency order by l.currency;

-- name: InsertLookup :exec
insert into billing.charge_lookup (id, order_ids, created_at)
select @id, coalesce((select array_agg(order_id order by order_id) from billing.order_money
	where card_last4 = @last4 and gross = @gross and currency = @currency and paid_at >= @from_at and paid_at < @to_at), '{}'), @now;

-- name: Lookup :one
select id, order_ids from billing.charge_lookup where id = @id;
