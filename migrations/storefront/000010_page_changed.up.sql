-- Who last changed a page by hand, and when: under a mandate that is the assistant. changed_by is empty once that person is erased.
alter table storefront.page add column changed_by text collate "C", add column changed_at timestamptz,
	add constraint page_changed_when check (changed_by is null or changed_at is not null);
create index page_changed_by on storefront.page (changed_by) where changed_by is not null;

-- The audit knows it of the changes so far: "A for B" is A's.
update storefront.page p set changed_at = a.at,
	changed_by = case when exists (select from storefront.erased e where e.person_id = split_part(a.actor, ' for ', 1)) then null else split_part(a.actor, ' for ', 1) end
from (select distinct on (object) object, actor, at from storefront.audit where action = 'page.changed' order by object, seq desc) a
where a.object = p.creator_id and not exists (select from storefront.erased e where e.person_id = p.creator_id);
