alter table billing.account drop column negative;
