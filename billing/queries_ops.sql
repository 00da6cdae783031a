-- name: ReserveOperation :exec
insert into billing.operation (id, kind, order_id, position, person_id, refund_id, payout_id, parent_id, amount, currency, state, request, retry_at, created_at)
values (@id, @kind, @order_id, @position, @person_id, @refund_id, @payout_id, @parent_id, @amount, @currency, 'reserved', @request, @retry_at, @created_at);

-- name: ClaimOperation :one
update billing.operation set
	state = case when state = 'reserved' then 'sent' else state end, lease_until = @lease, retry_at = @lease, tries = tries + 1,
	first_sent_at = coalesce(first_sent_at, @now)
where id = @id and state in ('reserved', 'sent', 'unknown') and (lease_until is null or lease_until <= @wall)
returning *;

-- name: DueOperations :many
-- Machines wait on the wall; the second lookup of an unknown outcome waits on the domain's clock, so that the demo's can walk to it.
select id from billing.operation
where state in ('reserved', 'sent', 'unknown') and (retry_at <= @wall or (state = 'unknown' and listed_at <= @listed_until))
order by retry_at limit @n;

-- name: Operation :one
select * from billing.operation where id = @id;

-- name: LockOperation :one
select * from billing.operation where id = @id for update;

-- name: FinishOperation :exec
update billing.operation set state = @state, result_id = @result_id, failure_code = @failure_code, request = '{}', lease_until = null
where id = @id;

-- name: RetryOperation :exec
-- The outcome is not known, or nothing happened yet: free the lease and try again later.
update billing.operation set state = @state, lease_until = null, retry_at = @retry_at, lists = @lists, listed_at = @listed_at,
	attempt = @attempt, first_sent_at = @first_sent_at, failure_code = @failure_code
where id = @id and state in ('sent', 'unknown');

-- name: OpenOperations :one
-- Those that still move: one whose outcome is unknown waits for hours and disturbs nobody.
select count(*) from billing.operation where state in ('reserved', 'sent');

-- name: TransfersOfLeg :many
-- The transfers of a leg, newest first, with what reversals took or may take of each.
select t.result_id as id, t.amount, coalesce(sum(r.amount) filter (where r.state <> 'failed'), 0)::bigint as reversing
from billing.operation t left join billing.operation r on r.kind = 'reversal' and r.parent_id = t.result_id
where t.kind = 'transfer' and t.order_id = @order_id and t.position = @position and t.state = 'confirmed'
group by t.id, t.result_id, t.amount order by t.id desc;

-- name: OwedOfLeg :many
-- What a payee owes after refunds that Stripe accepted, less what was ever asked back for each of them: a refused reversal is not asked
-- again, it is a receivable.
select g.refund_id, (g.owed - coalesce(sum(v.amount), 0))::bigint as owed
from billing.refund_leg g
join billing.refund r on r.id = g.refund_id
left join billing.operation v on v.kind = 'reversal' and v.refund_id = g.refund_id and v.position = g.position
where r.order_id = @order_id and g.position = @position and g.owed > 0 and r.stripe_id is not null and r.status in ('pending', 'succeeded')
group by g.refund_id, g.owed having g.owed > coalesce(sum(v.amount), 0)
order by g.refund_id;

-- name: ReversalsUnderWay :one
-- What reversals may still bring back from a person: those reserved, and those that wait for a transfer under way to be known.
select (
	(select coalesce(sum(amount), 0) from billing.operation
	 where kind = 'reversal' and person_id = @person_id and currency = @currency and state in ('reserved', 'sent', 'unknown')) +
	(select coalesce(sum(least(owed, transferring)), 0) from billing.leg
	 where person_id = @person_id and currency = @currency and open and transferring > 0 and owed > 0)
)::bigint;

-- name: InsertRefund :exec
insert into billing.refund (id, order_id, op_id, stripe_id, amount, currency, fee_returned, status, reason, requested_by, idem_key, idem_hash, created_at)
values (@id, @order_id, @op_id, @stripe_id, @amount, @currency, @fee_returned, @status, @reason, @requested_by, @idem_key, @idem_hash, @created_at);

-- name: InsertRefundLeg :exec
insert into billing.refund_leg (refund_id, position, from_payable, owed) values (@refund_id, @position, @from_payable, @owed);

-- name: RefundOnce :one
select * from billing.refund where requested_by = @requested_by and idem_key = @idem_key;

-- name: Refund :one
select * from billing.refund where id = @id;

-- name: RefundByStripe :one
select * from billing.refund where stripe_id = @id;

-- name: Refunds :many
select * from billing.refund where order_id = @order_id order by id;

-- name: RefundLegs :many
select * from billing.refund_leg where refund_id = @refund_id order by position;

-- name: SaveRefund :exec
update billing.refund set op_id = @op_id, stripe_id = @stripe_id, status = @status, settled = @settled, returned = @returned,
	failure_reason = @failure_reason, attempt = @attempt, failed_at = @failed_at
where id = @id;

-- name: FeeReturned :one
select coalesce(sum(fee_returned), 0)::bigint from billing.refund where order_id = @order_id and status not in ('canceled', 'reinstated');

-- name: FailedRefunds :many
-- Refunds that wait for a decision, the oldest first: a payee's, or all that have waited since before a time.
select r.* from billing.refund r
where r.status = 'failed' and r.failed_at < @before
	and (@person_id = '' or exists (select from billing.leg l where l.order_id = r.order_id and l.person_id = @person_id))
order by r.failed_at, r.id limit @n;

-- name: StaleOperations :many
select id, kind, state, created_at from billing.operation where state in ('reserved', 'sent', 'unknown') and created_at < @before order by created_at;
