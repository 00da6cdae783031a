-- A colon before a letter or digit names a variable, also inside a string: hence the blanks.
-- The rows of a payment with its fee: order, leg, two journals of five entries, the seller's balance, the event. Its digests are those of
-- one payment, so the books do not verify afterwards; they balance. Order m of creator k is order_k_m; ours are the even m, these the odd.
\set n (:first + :i) * :clients + :client_id
\set k :n % :creators
\set m :n / :creators * 2 + 1
\set i :i + 1
begin;
update billing.order_money set state = 'paid', version = version + 1, checkout_look_at = null, payment_id = 'pi_' || :n::text, charge_id = 'ch_' || :n::text,
	charge_txn = 'txn_' || :n::text, card_last4 = '4242', paid_at = :at::text::timestamptz where order_id = 'order_' || :k::text || '_' || :m::text;
update billing.leg set open = true, due_at = :due::text::timestamptz, look_at = :due::text::timestamptz, blocker = 'risk_window'
where order_id = 'order_' || :k::text || '_' || :m::text;
with j as (
	insert into billing.ledger_journal (key, kind, source, effective_at, digest)
	values ('charge:' || 'ch_' || :n::text, 'sale.paid', 'order_' || :k::text || '_' || :m::text, :at::text::timestamptz, decode(repeat('00', 32), 'hex')) returning seq
)
insert into billing.ledger_entry (journal, n, account, currency, amount)
select j.seq, v.n, v.account, 'USD', v.amount
from j, (values (0, 'SB', 10000), (1, 'CP:' || 'person_' || :k::text, -9000), (2, 'PF:' || 'course', -1000)) v (n, account, amount);
with j as (
	insert into billing.ledger_journal (key, kind, source, effective_at, digest)
	values ('txn:' || 'txn_' || :n::text, 'rail.fee', 'order_' || :k::text || '_' || :m::text, :at::text::timestamptz, decode(repeat('00', 32), 'hex')) returning seq
)
insert into billing.ledger_entry (journal, n, account, currency, amount)
select j.seq, v.n, v.account, 'USD', v.amount from j, (values (0, 'SF', 320), (1, 'SB', -320)) v (n, account, amount);
insert into billing.ledger_balance as b (account, currency, debit, credit) values ('CP:' || 'person_' || :k::text, 'USD', 0, 9000)
on conflict (account, currency) do update set credit = b.credit + excluded.credit;
insert into billing.outbox (id, name, key, payload, at)
values ('evt_limit' || :n::text, 'billing.order.money.v1', 'order_' || :k::text || '_' || :m::text,
	('{"order_id": "order_' || :k::text || '_' || :m::text || '", "version": 2, "state": "paid", "gross": {"amount": 10000, "currency": "USD"}, "paid_at": "' || :at::text ||
	'", "refund_requested": {"amount": 0, "currency": "USD"}, "refunded": {"amount": 0, "currency": "USD"}, "disputed": false}')::jsonb, :at::text::timestamptz);
commit;
