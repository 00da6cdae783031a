drop table {schema}.parked;
drop table {schema}.inbox;
drop table {schema}.outbox;
