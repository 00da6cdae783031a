drop table content.proof, content.publication, content.gate_move, content.gate;
update content.document set state = 'draft' where state in ('scheduled', 'missed_slot', 'published');
alter table content.document
	drop constraint document_state,
	drop constraint document_scheduled,
	drop column published_at,
	drop column scheduled_at,
	drop column scheduled_digest,
	drop column scheduled_by,
	drop column missed,
	add constraint document_state check (state in ('draft', 'withdrawn', 'deleted'));
