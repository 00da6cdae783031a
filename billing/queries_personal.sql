-- name: EarningsOf :many
select l.order_id, l.share, l.taken + l.owed - l.regained as returned, l.transferred, l.currency, o.paid_at
from billing.leg l join billing.order_money o on o.order_id = l.order_id
where l.person_id = @person_id and l.open order by l.order_id;

-- name: RefundsOfPayee :many
select r.* from billing.refund r
where r.order_id in (select l.order_id from billing.leg l where l.person_id = @person_id) order by r.id;

-- name: DropUnmadeAccount :exec
delete from billing.account a where a.person_id = @person_id and a.stripe_id is null
	and not exists (select from billing.operation o where o.kind = 'account' and o.person_id = a.person_id and o.state <> 'failed');

-- name: EraseAccount :exec
update billing.account set erased_at = coalesce(erased_at, @now), bank_last4 = '', requirements = '{}', pending_checks = '{}', disabled_reason = ''
where person_id = @person_id;

-- name: EraseNotesBy :exec
-- A note in a person's own words goes; the words that are told to Stripe say nothing of anybody.
update billing.refund set reason = '' where requested_by = @person_id and not (reason = any(@words::text[])) and reason <> '';

-- name: EraseCard :exec
update billing.order_money set card_last4 = null, buyer_erased = true where order_id = @order_id;

-- name: EraseNotesOn :exec
update billing.refund set reason = '' where order_id = @order_id and not (reason = any(@words::text[])) and reason <> '';

-- name: ForgetLostSales :exec
delete from billing.lost_sale where person_id = @person_id;
