drop table accounts.api_token;
