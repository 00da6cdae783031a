-- Who did what. Append-only; ids and words of our own.
create table billing.audit (
	seq    bigint generated always as identity primary key,
	at     timestamptz not null,
	actor  text not null, -- "person_a", "person_a for person_b", or the part of the house that acted
	action text not null,
	object text collate "C" not null,
	detail jsonb
);
create index audit_of_object on billing.audit (object);

-- The part of a difference that an explanation explains: by how much two balances differ, not what they are, which the next sale changes.
alter table billing.difference add column gap text not null default '';
update billing.difference set gap = case
	when body ? 'books' then (body->'books'->>'amount')::bigint - coalesce((body->'stripe'->>'amount')::bigint, 0) || ' minor ' || (body->'books'->>'currency')
	else what
end;
alter table billing.difference alter column gap drop default;

-- Why a difference is no cause for alarm, each time somebody wrote it. The newest holds as long as the gap is what it was then; all of
-- them stay, also when the difference is gone.
create table billing.explanation (
	seq           bigint generated always as identity primary key, -- in the order in which they were kept: the difference's row is locked
	id            text collate "C" not null unique,
	difference_id text collate "C" not null references billing.difference,
	gap           text not null, -- what it explains
	at            timestamptz not null,
	person_id     text collate "C" not null, -- the operator
	words         text not null check (words <> '')
);
create index explanation_of_difference on billing.explanation (difference_id, seq);

insert into billing.explanation (id, difference_id, gap, at, person_id, words)
select 'expl_' || split_part(id, '_', 2), id, gap, explained_at, explained_by, explanation
from billing.difference where explained_at is not null order by explained_at, id;

alter table billing.difference
	drop constraint difference_explained,
	drop column explained_at,
	drop column explained_by,
	drop column explanation;

create function billing.refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger audit_append_only before update or delete or truncate on billing.audit for each statement execute function billing.refuse_change();
create trigger explanation_append_only before update or delete or truncate on billing.explanation for each statement execute function billing.refuse_change();

revoke update, delete, truncate on billing.audit, billing.explanation from wf_billing;
