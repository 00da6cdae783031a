-- A buyer was turned away because a payee has not passed the identity check: one row a payee, product and day, so that however many
-- buyers press, the payee hears of it once. Nothing names the buyer.
create table billing.lost_sale (
	person_id  text collate "C" not null, -- the payee
	product_id text collate "C" not null,
	day        date not null, -- UTC
	price      bigint not null check (price > 0),
	currency   char(3) not null,
	reason     text not null check (reason in ('cap', 'days')),
	at         timestamptz not null,
	primary key (person_id, product_id, day)
);
