-- Agreements of one stage have no place in the schema before: a database that holds one stays where it is.
alter table review.decision
	drop constraint decision_kind,
	add constraint decision_kind check (kind in ('approve', 'no_objection', 'request_changes', 'suggest', 'reject', 'not_ours', 'revoke', 'object'));
drop index review.decision_of_member;
drop table review.desk_note, review.recusal, review.deputy, review.vote, review.stage_event, review.stage, review.stage_plan;
