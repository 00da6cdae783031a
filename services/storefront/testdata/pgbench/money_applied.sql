-- A colon before a letter or digit names a variable, also inside a string: hence the blanks.
-- The rows of a payment that storefront takes in: order, entitlement, two audit rows, two events. The orders were placed before.
\set n (:first + :i) * :clients + :client_id + 1
\set i :i + 1
begin;
update storefront.orders set money_version = 2, state = 'paid', paid_at = :at::text::timestamptz, refund_requested = 0, refunded = 0, disputed = false,
	retry_at = null where id = 'order_limit' || :n::text;
insert into storefront.audit (at, actor, action, object, detail)
values (:at::text::timestamptz, 'billing', 'order.money', 'order_limit' || :n::text, '{"version": 2, "state": "paid"}');
insert into storefront.entitlement (id, order_id, product_id, buyer_key, access, opened_at, changed_at)
values ('ent_limit' || :n::text, 'order_limit' || :n::text, :product::text, 'order_limit' || :n::text, 'open', :at::text::timestamptz, :at::text::timestamptz);
insert into storefront.audit (at, actor, action, object, detail)
values (:at::text::timestamptz, 'storefront', 'access.open', 'ent_limit' || :n::text, ('{"order":"order_limit' || :n::text || '"}')::jsonb);
insert into storefront.outbox (id, name, key, payload, at)
values ('evt_paid' || :n::text, 'storefront.order.paid.v1', 'order_limit' || :n::text,
		('{"order_id":"order_limit' || :n::text || '","product_id":"' || :product::text || '","creator_id":"person_ana"}')::jsonb, :at::text::timestamptz),
	('evt_open' || :n::text, 'storefront.access.changed.v1', 'order_limit' || :n::text,
		('{"order_id":"order_limit' || :n::text || '","entitlement_id":"ent_limit' || :n::text || '","open": true}')::jsonb, :at::text::timestamptz);
commit;
