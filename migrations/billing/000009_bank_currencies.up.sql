-- In which currencies a payee has a bank account, as Stripe last said.
alter table billing.account add column bank_currencies text[] not null default '{}';
