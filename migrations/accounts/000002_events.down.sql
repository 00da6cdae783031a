drop table accounts.parked;
drop table accounts.inbox;
drop table accounts.outbox;
