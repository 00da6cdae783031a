-- What was read under an organisation's policy, or went stale by one, has no place in the schema before: a database that holds one stays where it is.
drop index review.submission_past;
create index submission_past on review.submission (employer_id, id)
	where state in ('approved', 'no_objection', 'changes_requested', 'rejected', 'not_ours', 'no_decision', 'lapsed', 'revoked');
alter table review.submission
	drop constraint submission_state,
	add constraint submission_state check (state in ('draft', 'submitted', 'in_stage', 'approved', 'no_objection', 'changes_requested',
		'rejected', 'not_ours', 'withdrawn', 'no_decision', 'lapsed', 'revoked')),
	drop constraint submission_policy,
	add constraint submission_policy check (policy_source in ('starter', 'author'));
alter table review.decision drop column policy_number;
drop table review.policy_screening, review.submission_policy, review.policy_answer, review.policy_words, review.policy_version, review.policy;
