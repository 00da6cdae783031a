drop table billing.difference;
drop table billing.reconciliation;
