-- raw4: what any ledger writes of one transfer, without a rule: a transaction, its two entries, both balances in the order of
-- their ids; six round trips. How many a second a machine makes says how fast it is for a program that lives on PostgreSQL.
\set a random(1, 100000)
\set b random(1, 100000)
\set low least(:a, :b)
\set high greatest(:a, :b) + 1
\set i :i + 1
begin;
insert into raw4.txn (at) values (now()) returning id \gset
insert into raw4.posting (txn, account, amount) values (:id, :a, -100), (:id, :b, 100);
update raw4.balance set amount = amount - 100 where id = :low;
update raw4.balance set amount = amount + 100 where id = :high;
commit;
