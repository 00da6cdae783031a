-- Pages, products, publications, orders, entitlements. Ids are TypeIDs, amounts minor units. Columns named *_at hold domain
-- time unless the comment says wall time. Foreign keys stay inside this schema.

-- A creator's page. public_json is what everybody may see, kept ready.
create table storefront.page (
	creator_id  text collate "C" primary key,
	handle      text,                      -- as typed; follows accounts
	handle_key  text collate "C",          -- lower case
	name        text not null default '',
	bio         text not null default '',
	hue         text not null,
	profiles    jsonb not null default '[]',
	public_json text not null,
	version     bigint not null default 1,
	created_at  timestamptz not null,
	updated_at  timestamptz not null,
	constraint page_handle_once unique (handle_key)
);

create table storefront.product (
	id             text collate "C" primary key,
	creator_id     text collate "C" not null references storefront.page,
	kind           text not null,
	slug           text collate "C" not null,
	title          text not null,
	summary        text not null default '',
	description    text not null default '', -- Markdown
	cover_file_id  text collate "C",
	state          text not null,
	free           boolean not null default false,
	refund_days    integer not null,
	place          integer not null default 0, -- on the page, smallest first
	publication_id text collate "C",
	detail_json    text,                       -- its public page, while published
	listing_json   text,                       -- its card, while published
	published_at   timestamptz,
	version        bigint not null default 1,
	draft_seq      bigint not null default 1,  -- rises with each change of what would be published
	published_seq  bigint not null default 0,  -- draft_seq of the current publication
	created_at     timestamptz not null,
	updated_at     timestamptz not null,
	constraint product_slug_once unique (creator_id, slug),
	constraint product_kind check (kind in ('course')),
	constraint product_state check (state in ('draft', 'published', 'unpublished')),
	constraint product_published check (state <> 'published' or
		(publication_id is not null and detail_json is not null and listing_json is not null and published_at is not null))
);
create index product_of_creator on storefront.product (creator_id, place, id);
create index product_catalogue on storefront.product (id) where state = 'published';

-- A price never changes: a new one replaces it, and orders keep the one they saw.
create table storefront.price (
	id         text collate "C" primary key,
	product_id text collate "C" not null references storefront.product,
	amount     bigint not null,
	currency   char(3) not null,
	created_at timestamptz not null,
	ended_at   timestamptz,
	constraint price_positive check (amount > 0)
);
create unique index price_current on storefront.price (product_id, currency) where ended_at is null;

-- The draft of a course.
create table storefront.section (
	id         text collate "C" primary key,
	product_id text collate "C" not null references storefront.product,
	slug       text collate "C" not null,
	title      text not null,
	place      integer not null,
	version    bigint not null default 1,
	constraint section_slug_once unique (product_id, slug) deferrable
);

create table storefront.lesson (
	id         text collate "C" primary key,
	product_id text collate "C" not null references storefront.product,
	section_id text collate "C" not null references storefront.section,
	slug       text collate "C" not null,
	title      text not null,
	free       boolean not null default false,
	body       text not null default '',
	place      integer not null,
	version    bigint not null default 1,
	updated_at timestamptz not null,
	constraint lesson_slug_once unique (section_id, slug) deferrable
);
create index lesson_of_product on storefront.lesson (product_id);

-- A file of a product: a name for content that is kept by its digest.
create table storefront.file (
	id         text collate "C" primary key,
	product_id text collate "C" not null references storefront.product,
	path       text collate "C" not null,
	digest     text collate "C" not null,
	size       bigint not null,
	added_at   timestamptz not null,
	constraint file_path_once unique (product_id, path)
);
create index file_of_content on storefront.file (digest);

-- Files offered beside a lesson.
create table storefront.lesson_file (
	lesson_id text collate "C" not null references storefront.lesson on delete cascade,
	file_id   text collate "C" not null references storefront.file on delete cascade,
	place     integer not null,
	primary key (lesson_id, file_id)
);

-- Published texts, each once.
create table storefront.published_text (
	digest text collate "C" primary key, -- of the bytes, not of the canonical text
	body   text not null
);

create table storefront.publication (
	id           text collate "C" primary key,
	product_id   text collate "C" not null references storefront.product,
	seq          integer not null,
	digest       text collate "C" not null, -- of the manifest: docs/digest.md
	manifest     jsonb not null,
	title        text not null,
	summary      text not null,
	description  text not null,
	cover_path   text,
	lessons      integer not null,
	published_at timestamptz not null,
	constraint publication_seq_once unique (product_id, seq)
);

create table storefront.publication_lesson (
	publication_id text collate "C" not null references storefront.publication,
	lesson_id      text collate "C" not null, -- the draft's; it may be gone by now
	place          integer not null,
	section_slug   text collate "C" not null,
	section_title  text not null,
	slug           text collate "C" not null,
	title          text not null,
	free           boolean not null,
	text_digest    text collate "C" not null references storefront.published_text,
	attached       text[] not null, -- paths of files offered beside it, in order
	primary key (publication_id, lesson_id)
);

create table storefront.publication_file (
	publication_id text collate "C" not null references storefront.publication,
	path           text collate "C" not null,
	digest         text collate "C" not null,
	size           bigint not null,
	primary key (publication_id, path)
);
create index publication_file_content on storefront.publication_file (digest);

-- An order: what was agreed is copied here and never changes; what billing knows of the money has its version.
create table storefront.orders (
	id                  text collate "C" primary key,
	number              text collate "C" not null,
	product_id          text collate "C" not null references storefront.product,
	creator_id          text collate "C" not null,
	publication_id      text collate "C" not null references storefront.publication,
	price_id            text collate "C" references storefront.price,
	title               text not null,
	amount              bigint not null,
	currency            char(3) not null,
	buyer_key           text collate "C" not null, -- the address, lower case: whom the guard against double orders means
	person_id           text collate "C",          -- in whose library it is
	email               text not null,
	buyer_name          text not null default '',
	company             text not null default '',
	vat_id              text not null default '',
	country             char(2) not null,
	locale              text not null,
	terms               jsonb not null, -- refund days, right to withdraw, consent, as they stood
	plan                jsonb,          -- billing's money plan, with the fee
	plan_id             text collate "C",
	plan_digest         text collate "C",
	checkout_url        text,
	checkout_expires_at timestamptz,
	state               text not null,
	money_version       bigint not null default 0,
	refund_requested    bigint not null default 0,
	refunded            bigint not null default 0,
	disputed            boolean not null default false,
	idem_scope          text not null default '',
	idem_key            text,
	body_hash           bytea,
	retry_at            timestamptz, -- wall time: when to look after it next
	placed_at           timestamptz not null,
	paid_at             timestamptz,
	constraint order_number_once unique (number),
	constraint order_key_once unique (idem_scope, idem_key),
	constraint order_amount check (amount >= 0 and refund_requested >= 0 and refunded >= 0),
	constraint order_state check (state in ('placed', 'open', 'processing', 'paid', 'failed', 'expired')),
	constraint order_paid check ((state = 'paid') = (paid_at is not null))
);
create index order_of_buyer on storefront.orders (buyer_key, product_id);
create index order_of_person on storefront.orders (person_id, id) where person_id is not null;
create index order_of_creator on storefront.orders (creator_id, id);
create index order_of_product on storefront.orders (product_id, id);
create index order_retry on storefront.orders (retry_at) where retry_at is not null;

-- What a buyer owns. access is computed from the order's money and never from an event alone.
create table storefront.entitlement (
	id             text collate "C" primary key,
	order_id       text collate "C" not null references storefront.orders,
	product_id     text collate "C" not null references storefront.product,
	buyer_key      text collate "C" not null,
	person_id      text collate "C",
	access         text not null,
	last_lesson_id text collate "C",
	opened_at      timestamptz not null,
	changed_at     timestamptz not null,
	constraint entitlement_once unique (order_id),
	constraint entitlement_access check (access in ('open', 'paused', 'closed'))
);
create index entitlement_of_person on storefront.entitlement (person_id, id) where person_id is not null;
create index entitlement_of_buyer on storefront.entitlement (buyer_key, product_id);

create table storefront.progress (
	entitlement_id text collate "C" not null references storefront.entitlement,
	lesson_id      text collate "C" not null,
	done_at        timestamptz not null,
	primary key (entitlement_id, lesson_id)
);

-- A resumable upload. All its times are wall time.
create table storefront.upload (
	id         text collate "C" primary key,
	creator_id text collate "C" not null,
	product_id text collate "C" not null references storefront.product on delete cascade,
	lesson_id  text collate "C",
	name       text not null,
	import     boolean not null,
	length     bigint not null,
	received   bigint not null default 0,
	parts      text[] not null default '{}', -- their names, in order
	state      text not null,
	digest     text collate "C",
	file_id    text collate "C",
	expires_at timestamptz not null,
	constraint upload_state check (state in ('open', 'done')),
	constraint upload_bounds check (received between 0 and length)
);
create index upload_expires on storefront.upload (expires_at);

create table storefront.idempotency (
	scope      text        not null,
	key        text        not null,
	body_hash  bytea       not null,
	answer     jsonb       not null,
	created_at timestamptz not null,
	primary key (scope, key)
);
create index idempotency_created on storefront.idempotency (created_at);

-- Who did what. Ids only.
create table storefront.audit (
	seq    bigint generated always as identity primary key,
	at     timestamptz not null,
	actor  text not null, -- "person_a", "person_a for person_b", "guest", "storefront"
	action text not null,
	object text collate "C" not null,
	detail jsonb
);
create index audit_of_object on storefront.audit (object);

create function storefront.refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger audit_append_only before update or delete on storefront.audit for each row execute function storefront.refuse_change();
create trigger text_append_only before update or delete on storefront.published_text for each row execute function storefront.refuse_change();
create trigger publication_append_only before update or delete on storefront.publication for each row execute function storefront.refuse_change();
create trigger publication_lesson_append_only before update or delete on storefront.publication_lesson for each row execute function storefront.refuse_change();
create trigger publication_file_append_only before update or delete on storefront.publication_file for each row execute function storefront.refuse_change();

revoke update, delete on storefront.audit, storefront.published_text, storefront.publication, storefront.publication_lesson, storefront.publication_file from wf_storefront;
