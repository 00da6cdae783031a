drop table billing.lost_sale;
