-- What of an order's refunds came back from the buyer's bank and waits for a decision: the buyer's page, the creator's and the
-- operator's say it. A refund is told each time that it is sent: the second failure is news too.
alter table billing.order_money add column refund_failed bigint not null default 0
	constraint order_refund_failed check (refund_failed >= 0 and refund_failed <= refund_requested);
alter table billing.refund
	add column attempt   integer not null default 1 check (attempt > 0), -- how often it was sent
	add column failed_at timestamptz;                                     -- since when it waits for a decision
update billing.refund set failed_at = created_at where status = 'failed';
update billing.order_money o set refund_failed = f.amount
from (select order_id, sum(amount) as amount from billing.refund where status = 'failed' group by order_id) f where f.order_id = o.order_id;
create index refund_failed on billing.refund (failed_at) where status = 'failed';
