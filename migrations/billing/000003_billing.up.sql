-- Billing: orders' money, operations on the rail, refunds, payouts, webhooks. Balances are in the ledger alone; the columns of a
-- leg are facts of one order. Every time is passed in; "wall" marks times of the wall clock, all others are domain time.

create table billing.money_plan (
	id         text collate "C" primary key,
	order_id   text collate "C" not null unique,
	digest     text not null,
	body       text not null, -- RFC 8785 JSON: the digest is over these bytes
	created_at timestamptz not null
);

create function billing.refuse_plan_change() returns trigger language plpgsql as $$
begin
	raise exception 'a money plan is never changed' using errcode = 'restrict_violation';
end $$;
create trigger money_plan_is_immutable before update or delete on billing.money_plan
	for each row execute function billing.refuse_plan_change();

create table billing.order_money (
	order_id         text collate "C" primary key,
	plan_id          text collate "C" not null,
	kind             text not null check (kind in ('sale')),
	product_id       text collate "C" not null,
	request_hash     text not null,
	state            text not null check (state in ('none', 'processing', 'paid', 'failed', 'expired')),
	version          bigint not null,
	gross            bigint not null check (gross > 0),
	currency         char(3) not null,
	session_id       text collate "C" constraint order_money_session_key unique,
	session_url      text,
	checkout_ends_at timestamptz not null,
	checkout_look_at timestamptz, -- deadline: ask once more whether it was paid, then close; null when settled
	payment_id       text collate "C" constraint order_money_payment_key unique,
	charge_id        text collate "C" constraint order_money_charge_key unique,
	charge_txn       text collate "C",
	card_last4       text,
	paid_at          timestamptz,
	refund_requested bigint not null default 0,
	refunded         bigint not null default 0,
	disputed         boolean not null default false,
	frozen           boolean not null default false,
	created_at       timestamptz not null,
	constraint order_money_never_more_than_paid
		check (refund_requested >= 0 and refunded >= 0 and refund_requested <= gross and refunded <= gross),
	constraint order_money_paid check ((state = 'paid') = (paid_at is not null))
);
create index order_money_look on billing.order_money (checkout_look_at) where checkout_look_at is not null;
create index order_money_lookup on billing.order_money (card_last4, gross, currency, paid_at) where card_last4 is not null;

-- One payee's part of one order. payable is what the ledger's creator_payable holds for it, once the order is paid.
create table billing.leg (
	order_id     text collate "C" not null references billing.order_money,
	position     smallint not null,
	person_id    text collate "C" not null,
	share        bigint not null check (share >= 0),
	currency     char(3) not null,
	open         boolean not null default false, -- the order is paid
	due_at       timestamptz,                    -- end of the risk window
	look_at      timestamptz,                    -- deadline: when to try the transfer (again); null when nothing is to do
	taken        bigint not null default 0 check (taken >= 0),        -- by refunds, from what was still payable
	owed         bigint not null default 0 check (owed >= 0),         -- by refunds, after the transfer
	regained     bigint not null default 0 check (regained >= 0),     -- back from refunds after the transfer that failed
	netted       bigint not null default 0 check (netted >= 0),       -- settled an older receivable
	transferring bigint not null default 0 check (transferring >= 0), -- reserved by a transfer operation
	transferred  bigint not null default 0 check (transferred >= 0),
	reversed     bigint not null default 0 check (reversed >= 0),
	transfer_id  text collate "C",
	blocker      text not null default '',
	payable      bigint not null generated always as (case when open then share + regained - taken - netted - transferring - transferred else 0 end) stored,
	primary key (order_id, position),
	constraint leg_payable_not_negative check (share + regained - taken - netted - transferring - transferred >= 0),
	constraint leg_reversed_at_most_transferred check (reversed <= transferred)
);
create index leg_look on billing.leg (look_at) where look_at is not null;
create index leg_person on billing.leg (person_id, currency) where open;
create index leg_transfer on billing.leg (transfer_id) where transfer_id is not null;

-- One external effect, from the decision to its certain end (money.md §8).
create table billing.operation (
	id            text collate "C" primary key,
	kind          text not null check (kind in ('checkout', 'transfer', 'reversal', 'refund', 'payout', 'account')),
	order_id      text collate "C",
	position      smallint,
	person_id     text collate "C",
	refund_id     text collate "C",
	payout_id     text collate "C",
	parent_id     text collate "C",            -- of a reversal: the transfer at Stripe
	amount        bigint not null,
	currency      char(3) not null,
	state         text not null check (state in ('reserved', 'sent', 'unknown', 'confirmed', 'failed')),
	attempt       integer not null default 1,
	request       jsonb not null,              -- what is sent; emptied at the end, since it may hold an address
	result_id     text collate "C",
	failure_code  text not null default '',
	lease_until   timestamptz,                 -- wall
	retry_at      timestamptz not null,        -- wall
	tries         integer not null default 0,
	first_sent_at timestamptz,                 -- domain: Stripe forgets a key after a day of its own time
	lists         integer not null default 0,  -- lookups since the outcome became unknown that found nothing
	listed_at     timestamptz,                 -- domain
	created_at    timestamptz not null
);
create index operation_open on billing.operation (retry_at) where state in ('reserved', 'sent', 'unknown');
create index operation_order on billing.operation (order_id) where order_id is not null;
create unique index operation_account_once on billing.operation (person_id) where kind = 'account' and state <> 'failed';

create table billing.refund (
	id             text collate "C" primary key,
	order_id       text collate "C" not null references billing.order_money,
	op_id          text collate "C" unique, -- null: made in Stripe's dashboard
	stripe_id      text collate "C" constraint refund_stripe_key unique,
	amount         bigint not null check (amount > 0),
	currency       char(3) not null,
	fee_returned   bigint not null check (fee_returned >= 0),
	status         text not null check (status in ('requested', 'pending', 'succeeded', 'failed', 'canceled', 'reinstated')),
	settled        boolean not null default false, -- its balance transaction is booked
	returned       boolean not null default false, -- its failure transaction is booked
	reason         text not null,
	failure_reason text not null default '',
	requested_by   text collate "C" not null default '',
	idem_key       text collate "C",
	idem_hash      text,
	created_at     timestamptz not null
);
create index refund_order on billing.refund (order_id, id);
create unique index refund_once on billing.refund (requested_by, idem_key) where idem_key is not null;

-- What a refund took from each payee.
create table billing.refund_leg (
	refund_id    text collate "C" not null references billing.refund,
	position     smallint not null,
	from_payable bigint not null check (from_payable >= 0),
	owed         bigint not null check (owed >= 0),
	primary key (refund_id, position)
);

-- A person's Stripe account as Stripe last described it.
create table billing.account (
	person_id       text collate "C" primary key,
	stripe_id       text collate "C" constraint account_stripe_key unique,
	country         char(2) not null,
	currency        char(3),
	transfers       text not null default 'inactive',
	payouts_enabled boolean not null default false,
	submitted       boolean not null default false,
	requirements    text[] not null default '{}',
	pending_checks  text[] not null default '{}',
	disabled_reason text not null default '',
	ready           boolean not null default false,
	was_ready       boolean not null default false,
	bank_problem    text not null default '', -- why the bank returned a payout; empty when payouts may go on
	bank_last4      text not null default '',
	updated_at      timestamptz not null,
	created_at      timestamptz not null
);

create table billing.payout (
	id           text collate "C" primary key,
	person_id    text collate "C" not null,
	account      text collate "C" not null,
	amount       bigint not null check (amount > 0),
	currency     char(3) not null,
	status       text not null check (status in ('requested', 'in_transit', 'paid', 'failed', 'canceled')),
	stripe_id    text collate "C" constraint payout_stripe_key unique,
	op_id        text collate "C",
	arrival_on   date,
	reason       text not null default '',
	booked       text not null default '', -- what the memo book says: '', created, paid, returned
	requested_by text collate "C" not null default '', -- empty: by the schedule
	idem_key     text collate "C",
	idem_hash    text,
	created_at   timestamptz not null
);
create unique index payout_running on billing.payout (person_id, currency) where status = 'requested';
create unique index payout_once on billing.payout (requested_by, idem_key) where idem_key is not null;
create index payout_person on billing.payout (person_id, id);

-- When a person is paid next, a currency; skipped says why the last turn made no payout.
create table billing.payout_turn (
	person_id text collate "C" not null,
	currency  char(3) not null,
	next_at   timestamptz not null,
	skipped   text not null default '',
	primary key (person_id, currency)
);
create index payout_turn_due on billing.payout_turn (next_at);

-- Every verified webhook, once. The payload is evidence; what it says is read again from Stripe.
create table billing.stripe_event (
	id          text collate "C" primary key,
	type        text not null,
	account     text collate "C" not null,
	object_id   text collate "C" not null,
	created_at  timestamptz not null,
	received_at timestamptz not null, -- wall
	payload     jsonb not null
);
create index stripe_event_created on billing.stripe_event (created_at);

-- One piece of work per object, however many events named it: look at the object again and apply it.
create table billing.hint (
	subject     text collate "C" not null,
	account     text collate "C" not null default '',
	seq         bigint not null default 1,
	due_at      timestamptz not null, -- wall
	lease_until timestamptz,          -- wall
	tries       integer not null default 0,
	since       timestamptz not null, -- wall
	error       text not null default '',
	primary key (subject, account)
);
create index hint_due on billing.hint (due_at);

create table billing.charge_lookup (
	id         text collate "C" primary key,
	order_ids  text[] not null,
	created_at timestamptz not null
);

-- How far a sweep has read Stripe's lists.
create table billing.sweep (
	name text primary key,
	upto timestamptz not null
);
