-- name: ReserveCheckout :one
with plan as (
	insert into billing.money_plan (id, order_id, digest, body, created_at)
	values (@plan_id, @order_id, @digest, @body, @now)
	on conflict (order_id) do nothing
	returning id
), placed as (
	insert into billing.order_money (order_id, plan_id, kind, product_id, request_hash, state, version, gross, currency,
		checkout_ends_at, checkout_look_at, created_at)
	select @order_id, plan.id, @kind, @product_id, @request_hash, 'none', 1, @gross, @currency, @ends_at, @look_at, @now from plan
	returning order_id
), legs as (
	insert into billing.leg (order_id, position, person_id, share, currency)
	select placed.order_id, t.position - 1, t.person_id, t.share, @currency
	from placed, unnest(@persons::text[], @shares::bigint[]) with ordinality as t (person_id, share, position)
), op as (
	insert into billing.operation (id, kind, order_id, amount, currency, state, request, lease_until, retry_at, tries, first_sent_at, created_at)
	select @op_id, 'checkout', placed.order_id, @gross, @currency, 'sent', @request, @lease, @lease, 1, @now, @now from placed
)
select count(*) from placed;

-- name: CheckoutOf :one
select o.request_hash, o.state, o.session_url, o.checkout_ends_at, p.digest, p.body, op.id as op_id
from billing.order_money o
join billing.money_plan p on p.order_id = o.order_id
join billing.operation op on op.order_id = o.order_id and op.kind = 'checkout'
where o.order_id = @order_id;

-- name: CheckoutOpened :exec
update billing.order_money set session_id = @session_id, session_url = @url, checkout_ends_at = @ends_at, checkout_look_at = @look_at
where order_id = @order_id and session_id is null;

-- name: SellingUnchecked :many
-- People of a checkout whose account is not ready, with what they sold before and since when.
select p.person_id, coalesce(sum(l.share - l.taken - l.owed), 0)::bigint as sold, min(o.paid_at) as since
from unnest(@persons::text[]) as p (person_id)
left join billing.account a on a.person_id = p.person_id
left join billing.leg l on l.person_id = p.person_id and l.currency = @currency and l.open
left join billing.order_money o on o.order_id = l.order_id
where not coalesce(a.was_ready, false)
group by p.person_id;

-- name: NoteLostSale :one
-- A buyer was turned away; 1 if nobody was on that day before.
with fresh as (
	insert into billing.lost_sale (person_id, product_id, day, price, currency, reason, at)
	values (@person_id, @product_id, @day, @price, @currency, @reason, @now)
	on conflict (person_id, product_id, day) do nothing returning 1
)
select count(*) from fresh;

-- name: LostSales :many
select product_id, price, currency, reason, at from (
	select distinct on (product_id) product_id, price, currency, reason, at from billing.lost_sale
	where person_id = @person_id and at > @since order by product_id, day desc
) newest order by at desc, product_id limit @n;

-- name: Order :one
select * from billing.order_money where order_id = @order_id;

-- name: LockOrder :one
select o.*, p.digest, p.body
from billing.order_money o join billing.money_plan p on p.order_id = o.order_id
where o.order_id = @order_id for update of o;

-- name: OrderWithPlan :one
select o.*, p.digest, p.body from billing.order_money o join billing.money_plan p on p.order_id = o.order_id where o.order_id = @order_id;

-- name: SaveOrder :exec
update billing.order_money set
	state = @state, version = @version, checkout_look_at = @checkout_look_at, session_id = coalesce(session_id, @session_id),
	payment_id = @payment_id, charge_id = @charge_id, charge_txn = @charge_txn, card_last4 = case when not buyer_erased then @card_last4 end, paid_at = @paid_at,
	refund_requested = @refund_requested, refunded = @refunded, refund_failed = @refund_failed, disputed = @disputed, frozen = @frozen
where order_id = @order_id;

-- name: Legs :many
select * from billing.leg where order_id = @order_id order by position;

-- name: CheckoutsToLookAt :many
select order_id from billing.order_money where checkout_look_at <= @now order by checkout_look_at limit 50;

-- name: CheckoutLookLater :exec
update billing.order_money set checkout_look_at = @at where order_id = @order_id and checkout_look_at is not null;

-- name: LegsToLookAt :many
select order_id, position from billing.leg where look_at <= @now order by look_at limit 50;

-- name: SaveLeg :exec
update billing.leg set open = @open, due_at = @due_at, look_at = @look_at, taken = @taken, owed = @owed, regained = @regained, netted = @netted,
	transferring = @transferring, transferred = @transferred, reversed = @reversed, transfer_id = @transfer_id, blocker = @blocker
where order_id = @order_id and position = @position;

-- name: WakeLegs :exec
-- The account of a person changed: what waited for it may go now.
update billing.leg set look_at = greatest(due_at, @now) where person_id = @person_id and open and payable > 0 and look_at is not null;

