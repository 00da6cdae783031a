-- Objections have no place in the schema before: a database that holds one stays where it is.
alter table review.decision_words drop column mailbox, drop column basis;
drop index review.decision_objection_once;
alter table review.decision
	drop constraint decision_kind,
	add constraint decision_kind check (kind in ('approve', 'no_objection', 'request_changes', 'suggest', 'reject', 'not_ours', 'revoke')),
	drop column legal;
alter table review.submission drop column protected;
