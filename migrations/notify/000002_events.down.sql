drop table notify.parked;
drop table notify.inbox;
drop table notify.outbox;
