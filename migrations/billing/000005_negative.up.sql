-- The currencies in which Stripe said last that the account is below zero (money.md R3): a fact to gate by, no balance.
alter table billing.account add column negative text[] not null default '{}';
