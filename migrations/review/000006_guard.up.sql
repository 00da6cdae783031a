-- The guard of talk that the law protects: whether a submission has some, and what it takes to refuse it.

-- What was sent before this column existed was not looked at, and counts as having none.
alter table review.submission add column protected boolean not null default false; -- found when it was sent; where it stands in the words is kept nowhere

alter table review.decision
	add column legal boolean not null default false, -- who refused a protected one says that they decide for legal
	drop constraint decision_kind,
	add constraint decision_kind check (kind in ('approve', 'no_objection', 'request_changes', 'suggest', 'reject', 'not_ours', 'revoke', 'object'));
-- At the lock of the submission one objection is kept; the index says so to whoever writes beside the code.
create unique index decision_objection_once on review.decision (submission_id) where kind = 'object';

alter table review.decision_words
	add column basis   text not null default '',              -- typed: on what a refusal of protected talk stands
	add column mailbox text collate "C" not null default ''; -- of who refused it, to know the same person again
