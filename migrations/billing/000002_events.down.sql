drop table billing.parked;
drop table billing.inbox;
drop table billing.outbox;
