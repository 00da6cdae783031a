-- The rows of an order placed: the order, its audit row, its event. :template is an order to copy from.
\set n (:first + :i) * :clients + :client_id
\set i :i + 1
begin;
insert into storefront.orders (id, number, product_id, creator_id, publication_id, price_id, title, amount, currency, buyer_key, email,
	country, locale, terms, state, idem_scope, idem_key, body_hash, retry_at, placed_at)
select 'order_limit' || lpad(:n::text, 21, '0'), 'WF-' || :n::text, product_id, creator_id, publication_id, price_id, title, amount, currency,
	'limit' || :n::text || '@example.com', 'limit' || :n::text || '@example.com', country, locale, terms, 'placed', idem_scope,
	'key_limit' || lpad(:n::text, 21, '0'), body_hash, retry_at, placed_at
from storefront.orders where id = :template::text;
insert into storefront.audit (at, actor, action, object)
values (:at::text::timestamptz, 'guest', 'order.placed', 'order_limit' || lpad(:n::text, 21, '0'));
insert into storefront.outbox (id, name, key, payload, at)
values ('evt_limit' || lpad(:n::text, 21, '0'), 'storefront.order.placed.v1', 'order_limit' || lpad(:n::text, 21, '0'),
	('{"order_id": "order_limit' || lpad(:n::text, 21, '0') || '", "product_id": "' || :product::text || '", "creator_id": "person_ana"}')::jsonb, :at::text::timestamptz);
commit;
