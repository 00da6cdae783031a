-- name: LockBuyer :exec
select pg_advisory_xact_lock(hashtextextended(@product || ' ' || @buyer, 11));

-- name: Offer :one
select p.id as product_id, p.creator_id, p.publication_id, p.state, p.free, p.refund_days, u.title, r.id as price_id, r.amount, r.currency
from storefront.product p
left join storefront.publication u on u.id = p.publication_id
left join storefront.price r on r.product_id = p.id and r.id = @price and r.ended_at is null
where p.id = @product and p.state <> 'draft';

-- name: OrderByKey :one
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id
where o.idem_scope = @scope and o.idem_key = @key;

-- name: RecentOrder :one
-- From the buyer's own orders, which are few: a plan made while the shop was empty must not walk through all that the product sold.
with own as materialized (select * from storefront.orders where buyer_key = @buyer)
select o.*, e.id as entitlement_id, e.access from own o left join storefront.entitlement e on e.order_id = o.id
where o.product_id = @product
	and (o.state in ('placed', 'open', 'processing') or (o.state = 'paid' and o.paid_at > @since and e.access = 'open'))
order by o.state = 'processing' desc, o.id desc limit 1;

-- name: Owned :one
-- Gathered and then ordered: "order by id limit 1" reads the whole table backwards for who owns nothing. Two halves instead of an
-- "or", so that one plan is good for guests (person null) and people.
select coalesce((array_agg(o.order_id order by o.id desc))[1], '') from (
	select e.order_id, e.id from storefront.entitlement e where e.product_id = @product and e.buyer_key = @buyer and e.access in ('open', 'paused')
	union all
	select e.order_id, e.id from storefront.entitlement e where e.product_id = @product and e.person_id = @owner and e.access in ('open', 'paused')) o;

-- name: InsertOrder :exec
insert into storefront.orders (id, number, product_id, creator_id, publication_id, price_id, title, amount, currency, buyer_key, person_id, email,
	buyer_name, company, vat_id, country, locale, terms, state, idem_scope, idem_key, body_hash, retry_at, placed_at, paid_at)
values (@id, @number, @product, @creator, @publication, @price, @title, @amount, @currency, @buyer, @person, @email,
	@name, @company, @vat, @country, @locale, @terms, @state, @scope, @key, @hash, @retry, @now, @paid);

-- name: Order :one
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id where o.id = @id;

-- name: LockOrder :exec
select from storefront.orders where id = @id for update;

-- name: LockedOrder :one
-- With its access, which is written under the order's lock.
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id
where o.id = @id;

-- name: OrderBehind :one
-- The order, if it does not know these facts yet.
select id from storefront.orders where id = @id and money_version < @version;

-- name: VisibleOrder :one
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id
where o.id = @id and (@secret or o.person_id = nullif(@person, '') or o.creator_id = nullif(@person, ''));

-- name: OrdersOfBuyer :many
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id
where o.person_id = @person and (@cursor = '' or o.id < @cursor) order by o.id desc limit @limit;

-- name: OrdersOfCreator :many
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id
where o.creator_id = @person and o.state in ('paid', 'processing') and (@product = '' or o.product_id = @product)
	and (@cursor = '' or o.id < @cursor)
order by o.id desc limit @limit;

-- name: OpenOrder :one
with opened as (
	update storefront.orders set plan_id = @plan_id, plan_digest = @plan_digest, checkout_url = @url, checkout_expires_at = @expires,
		retry_at = case when state in ('placed', 'open') then @retry::timestamptz else retry_at end,
		state = case when state = 'placed' then 'open' else state end
	where id = @id returning *)
select o.*, e.id as entitlement_id, e.access from opened o left join storefront.entitlement e on e.order_id = o.id;

-- name: EndOrder :exec
-- A refused order frees its key: the same press may be tried again.
-- One without a buyer (erased) has no receipt to keep a company for.
update storefront.orders set state = @state, retry_at = null, idem_key = null,
	company = case when buyer_key = '' then '' else company end, vat_id = case when buyer_key = '' then '' else vat_id end
where id = @id and state in ('placed', 'open');

-- name: ClaimOrders :many
update storefront.orders set retry_at = @next
where id in (select id from storefront.orders where retry_at <= @wall order by retry_at limit 20 for update skip locked)
returning id, state, placed_at;

-- name: SaveMoney :exec
update storefront.orders set money_version = @version, state = @state, paid_at = @paid, refund_requested = @refund_requested, refunded = @refunded,
	refund_failed = @refund_failed, disputed = @disputed, retry_at = case when @state in ('open', 'processing') then retry_at end,
	company = case when buyer_key = '' and @state in ('failed', 'expired') then '' else company end,
	vat_id = case when buyer_key = '' and @state in ('failed', 'expired') then '' else vat_id end
where id = @id;

-- name: PutEntitlement :exec
insert into storefront.entitlement (id, order_id, product_id, buyer_key, person_id, access, opened_at, changed_at)
values (@id, @order, @product, @buyer, @person, @access, @now, @now)
on conflict (order_id) do update set access = excluded.access, changed_at = excluded.changed_at;

-- name: Receipt :one
select o.*, e.id as entitlement_id, e.access, pg.name as creator_name, pg.handle, p.slug
from storefront.orders o join storefront.product p on p.id = o.product_id join storefront.page pg on pg.creator_id = o.creator_id
left join storefront.entitlement e on e.order_id = o.id
where o.id = @id and o.state = 'paid' and (@secret or o.person_id = nullif(@person, '') or o.creator_id = nullif(@person, ''));

-- name: Library :many
select e.id, e.order_id, e.product_id, p.kind, u.id as publication_id, u.digest, u.title, u.summary, f.digest as cover_digest, f.path as cover_path,
	pg.public_json as creator_json, e.access, u.lessons, e.last_lesson_id, e.opened_at,
	(select count(*) from storefront.progress g join storefront.publication_lesson l on l.lesson_id = g.lesson_id and l.publication_id = u.id
		where g.entitlement_id = e.id) as done
from storefront.entitlement e join storefront.product p on p.id = e.product_id join storefront.publication u on u.id = p.publication_id
join storefront.page pg on pg.creator_id = p.creator_id
left join storefront.publication_file f on f.publication_id = u.id and f.path = u.cover_path
where e.person_id = @person and (@cursor = '' or e.id < @cursor) order by e.id desc limit @limit;

-- name: Holding :one
select e.id, e.order_id, e.product_id, p.kind, u.id as publication_id, u.digest, u.title, u.summary, pg.public_json as creator_json, e.access,
	u.lessons, e.last_lesson_id, e.opened_at
from storefront.entitlement e join storefront.product p on p.id = e.product_id join storefront.publication u on u.id = p.publication_id
join storefront.page pg on pg.creator_id = p.creator_id
where e.id = @id and (@secret or e.person_id = nullif(@person, ''));

-- name: OrderOfEntitlement :one
select order_id from storefront.entitlement where id = @id;

-- name: Unclaimed :one
select count(*) from storefront.orders where buyer_key = @buyer and person_id is null and state = 'paid';

-- name: AttachOrders :many
-- Nobody has their own product in their library; own is for an erasure, which must not miss what they bought from themselves as a guest.
update storefront.orders set person_id = @person
where buyer_key = @buyer and person_id is null and (@own or creator_id <> @person) returning id;

-- name: AttachOrder :exec
update storefront.orders set person_id = @person where id = @id and person_id is null;

-- name: AttachEntitlements :exec
update storefront.entitlement set person_id = @person where order_id = any(@orders::text[]) and person_id is null;

-- name: LessonsWithProgress :many
select l.lesson_id, l.place, l.section_slug, l.section_title, l.slug, l.title, l.free, l.text_digest, l.attached, g.done_at
from storefront.publication_lesson l
left join storefront.progress g on g.entitlement_id = @entitlement and g.lesson_id = l.lesson_id
where l.publication_id = @publication order by l.place;

-- name: Text :one
select body from storefront.published_text where digest = @digest;

-- name: PublicationOf :one
select p.publication_id from storefront.page pg join storefront.product p on p.creator_id = pg.creator_id
where pg.handle_key = lower($1) and p.slug = $2 and p.state = 'published';

-- name: Bookmark :exec
update storefront.entitlement set last_lesson_id = @lesson where id = @id;

-- name: MarkDone :exec
insert into storefront.progress (entitlement_id, lesson_id, done_at)
select @entitlement, l.lesson_id, @now from storefront.publication_lesson l where l.publication_id = @publication and l.lesson_id = @lesson
on conflict do nothing;

-- name: UnmarkDone :exec
delete from storefront.progress where entitlement_id = @entitlement and lesson_id = @lesson;
