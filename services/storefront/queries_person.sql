-- name: Tombstone :exec
insert into storefront.erased (person_id, at) values (@person, @wall) on conflict do nothing;

-- name: IsErased :one
select exists (select from storefront.erased where person_id = @person);

-- name: ErasedSince :many
select person_id from storefront.erased where at > @since;

-- name: EraseBuyer :many
-- What is paid, or may be yet, keeps the company and VAT id that its receipt is about. An order nobody went on with ends.
update storefront.orders set buyer_key = '', person_id = null, email = '', buyer_name = '', locale = 'en',
	company = case when amount > 0 and state in ('open', 'processing', 'paid') then company else '' end,
	vat_id = case when amount > 0 and state in ('open', 'processing', 'paid') then vat_id else '' end,
	idem_scope = '', idem_key = null, body_hash = null,
	retry_at = case when state <> 'placed' then retry_at end,
	state = case when state = 'placed' then 'expired' else state end
where person_id = @person returning id;

-- name: EraseHoldings :exec
update storefront.entitlement set buyer_key = '', person_id = null, last_lesson_id = null where order_id = any(@orders::text[]);

-- name: EraseProgress :exec
delete from storefront.progress g using storefront.entitlement e where e.id = g.entitlement_id and e.order_id = any(@orders::text[]);

-- name: EraseAnswers :exec
delete from storefront.idempotency where starts_with(scope, @person || ' ');

-- name: EraseUploads :exec
update storefront.upload set name = '', expires_at = @wall where creator_id = @person and name <> '';

-- name: EraseChanger :exec
-- When a page was changed last stays, for its creator.
update storefront.page set changed_by = null where changed_by = @person;

-- name: PagesChanged :many
-- The pages of others that the person changed last.
select creator_id, changed_at from storefront.page where changed_by = @person and creator_id <> @person order by creator_id;

-- name: ProductsToErase :many
select id, creator_id, state from storefront.product where creator_id = @person order by id for update;

-- name: EraseDraft :exec
-- Of a product that was published its publications stay, for those who have it. The draft that nobody saw goes.
with lessons as (delete from storefront.lesson where product_id = @id),
	sections as (delete from storefront.section where product_id = @id),
	kept as (delete from storefront.file where product_id = @id)
update storefront.product p set title = u.title, summary = '', description = '', cover_file_id = null, state = 'unpublished',
	detail_json = null, listing_json = null, draft_seq = draft_seq + 1, version = version + 1, updated_at = @now
from storefront.publication u where p.id = @id and u.id = p.publication_id;

-- name: HasDraft :one
select p.state = 'published' or p.detail_json is not null or exists (select from storefront.section s where s.product_id = p.id)
	or exists (select from storefront.file f where f.product_id = p.id)
from storefront.product p where p.id = @id;

-- name: PersonsOrders :many
-- Those in the person's library, and those made with their proven address without signing in.
select o.*, e.id as entitlement_id, e.access from storefront.orders o left join storefront.entitlement e on e.order_id = o.id
where (o.person_id = @person or o.person_id is null and o.buyer_key = @buyer) and o.id > @after order by o.id limit @limit;

-- name: PersonsHoldings :many
select e.id, e.order_id, e.product_id, o.title, e.access, e.last_lesson_id, e.opened_at, coalesce((
	select json_agg(json_build_object('lesson_id', g.lesson_id, 'title', l.title, 'done', g.done_at) order by g.done_at, g.lesson_id)
	from storefront.progress g left join storefront.publication_lesson l on l.lesson_id = g.lesson_id and l.publication_id = p.publication_id
	where g.entitlement_id = e.id), '[]') as done
from storefront.entitlement e join storefront.orders o on o.id = e.order_id join storefront.product p on p.id = e.product_id
where (e.person_id = @person or e.person_id is null and e.buyer_key = @buyer) and e.id > @after order by e.id limit @limit;

-- name: ForgetBusinesses :exec
update storefront.orders set company = '', vat_id = ''
where buyer_key = '' and (company <> '' or vat_id <> '') and paid_at < @before;
