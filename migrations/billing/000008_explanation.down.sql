alter table billing.difference
	add column explained_at timestamptz,
	add column explained_by text collate "C",
	add column explanation  text not null default '';
update billing.difference d set explained_at = e.at, explained_by = e.person_id, explanation = e.words
from (select distinct on (difference_id) * from billing.explanation order by difference_id, seq desc) e
where e.difference_id = d.id and e.gap = d.gap;
alter table billing.difference
	add constraint difference_explained check ((explained_at is null) = (explained_by is null) and (explained_at is null) = (explanation = ''));
alter table billing.difference drop column gap;
drop table billing.explanation;
drop table billing.audit;
drop function billing.refuse_change();
