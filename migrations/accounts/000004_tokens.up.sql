-- Tokens by which programs act for a person, within scopes. Only a hash of each is kept. Times are wall time.

create table accounts.api_token (
	id           text collate "C" primary key,
	person_id    text collate "C" not null references accounts.person,
	name         text not null,
	token_hash   bytea not null,
	ending       text not null, -- its last four characters, to tell it from others
	scopes       text[] not null,
	created_at   timestamptz not null,
	last_used_at timestamptz,
	expires_at   timestamptz not null,
	revoked_at   timestamptz,
	constraint api_token_scopes check (cardinality(scopes) > 0)
);
create unique index api_token_hash on accounts.api_token (token_hash);
create index api_token_of_person on accounts.api_token (person_id, id);
