alter table billing.account drop column bank_currencies;
