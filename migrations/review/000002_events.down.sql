drop table review.parked;
drop table review.inbox;
drop table review.outbox;
