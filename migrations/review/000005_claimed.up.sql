-- Employers that an organisation claimed, decisions of its members, and for whom people work: proof and end.

alter table review.employer
	add column organisation_id text collate "C",       -- of accounts, once claimed
	add column claim_seq       bigint not null default 0; -- of accounts' newest word: older ones count for nothing
create index employer_of_organisation on review.employer (organisation_id) where organisation_id is not null;

alter table review.decision
	add column member_id text collate "C" not null default '', -- of accounts: who decided for an organisation, '' for a link's reviewer
	add constraint decision_by check ((link_id = '') <> (member_id = ''));

-- What a desk lists: as fast with a hundred thousand past ones as with a hundred.
create index submission_waiting on review.submission (employer_id, id) where state = 'in_stage';
create index submission_past on review.submission (employer_id, id)
	where state in ('approved', 'no_objection', 'changes_requested', 'rejected', 'not_ours', 'no_decision', 'lapsed', 'revoked');

alter table review.employment
	add column version   bigint not null default 1,
	add column mailbox   text collate "C", -- at work, once it proved the employment; null once erased
	add column proved_at timestamptz,      -- wall time
	add column due_at    timestamptz;      -- the end, until what was still asked is withdrawn
create index employment_due on review.employment (due_at) where due_at is not null;
create index employment_of_person on review.employment (person_id, employer_id);

-- A code mailed to a mailbox at work. It is derived from the id.
create table review.work_code (
	id            text collate "C" primary key,
	employment_id text collate "C" not null references review.employment,
	mailbox       text collate "C" not null,
	tries         integer not null default 0,
	created_at    timestamptz not null, -- wall time
	used_at       timestamptz           -- wall time
);
create index work_code_of_employment on review.work_code (employment_id, id);
create index work_code_of_mailbox on review.work_code (mailbox, created_at);
