create table audit (
	seq    bigint generated always as identity primary key,
	at     timestamptz not null,
	actor  text not null, -- "person_a", "person_a for person_b", or the part of the house that acted
	action text not null,
	object text collate "C" not null,
	detail jsonb
);
create index audit_of_object on audit (object);
