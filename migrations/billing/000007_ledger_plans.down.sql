alter function billing.ledger_check_journal() reset enable_seqscan;
alter function billing.ledger_check_entries() reset enable_seqscan;
alter function billing.ledger_post(text[], text[], text[], timestamptz[], bytea[], int[], smallint[], text[], text[], bigint[]) reset enable_seqscan;
