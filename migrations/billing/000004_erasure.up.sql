-- Erasure. An erased person's account keeps what paying out what is owed needs, and no detail that Stripe tells again is
-- taken over. An order whose buyer is erased keeps no digits of a card.
alter table billing.account add column erased_at timestamptz;
alter table billing.order_money add column buyer_erased boolean not null default false;
