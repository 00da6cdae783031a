drop table content.parked;
drop table content.inbox;
drop table content.outbox;
