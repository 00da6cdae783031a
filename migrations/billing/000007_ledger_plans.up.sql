-- The books' own functions keep their plans for as long as a connection lives. One that was made while the books were nearly empty read them from
-- end to end until PostgreSQL's figures caught up; each of these looks is by key.
alter function billing.ledger_check_journal() set enable_seqscan = off;
alter function billing.ledger_check_entries() set enable_seqscan = off;
alter function billing.ledger_post(text[], text[], text[], timestamptz[], bytea[], int[], smallint[], text[], text[], bigint[]) set enable_seqscan = off;
