-- Policies of organisations: a draft, versions that never change, approvals, facts, and by which version a submission is read.

-- An organisation's policy. Whoever proposes, approves or decides meets the others at this row.
create table review.policy (
	organisation_id text collate "C" primary key,
	last            integer not null default 0, -- the highest number that a version has
	in_force        integer not null default 0, -- 0: none, and the starter counts
	draft           jsonb,                      -- text, rules, starter, without; null for none
	draft_writers   text[] not null default '{}', -- persons who wrote at it: none of them approves it
	draft_version   bigint not null default 0,
	draft_at        timestamptz,
	facts           jsonb not null default '{}', -- employer, customers, case_studies, competitors: lists of names
	facts_version   bigint not null default 0,
	facts_at        timestamptz
);

-- A version. Append-only, ids and digests alone.
create table review.policy_version (
	organisation_id text collate "C" not null references review.policy,
	number          integer not null,
	digest          text collate "C" not null,
	retroactive     boolean not null,   -- new hits close what was agreed to before
	writers         text[] not null,    -- persons
	proposed_by     text collate "C" not null, -- member of accounts
	proposed_at     timestamptz not null,
	primary key (organisation_id, number)
);

-- Its words. They never change.
create table review.policy_words (
	organisation_id text collate "C" not null,
	number          integer not null,
	note            text not null,
	own             jsonb not null, -- as it was written
	resolved        jsonb not null, -- the whole policy: what the digest is over
	primary key (organisation_id, number),
	foreign key (organisation_id, number) references review.policy_version
);

-- What a second person said to a version: once. Append-only.
create table review.policy_answer (
	organisation_id text collate "C" not null,
	number          integer not null,
	answer          text not null,
	person_id       text collate "C" not null,
	member_id       text collate "C" not null,
	at              timestamptz not null,
	primary key (organisation_id, number),
	foreign key (organisation_id, number) references review.policy_version,
	constraint policy_answer_is check (answer in ('approved', 'refused', 'withdrawn'))
);

create trigger policy_version_append_only before update or delete or truncate on review.policy_version for each statement execute function review.refuse_change();
create trigger policy_answer_append_only before update or delete or truncate on review.policy_answer for each statement execute function review.refuse_change();
create trigger policy_words_do_not_change before update or truncate on review.policy_words for each statement execute function review.refuse_change();
revoke update, delete, truncate on review.policy_version, review.policy_answer from wf_review;
revoke update, truncate on review.policy_words from wf_review;

-- By which version a submission is read, which of its rules it touches, and what became of that. Rules about talk that the law protects are
-- never among them.
create table review.submission_policy (
	submission_id   text collate "C" primary key references review.submission deferrable initially deferred, -- a draft's comes first
	organisation_id text collate "C" not null,
	number          integer not null,           -- 0: none of the organisation's yet
	rules           text[] not null default '{}',
	was_number      integer,                    -- while it was asked: the version before, and what it touched then
	was_rules       text[],
	moved_at        timestamptz,
	later_number    integer,                    -- once it was agreed to: a later version, and what it touches of that beside
	later_rules     text[],
	later_stale     boolean not null default false -- that closed it
);

-- Submissions to read again under the version in force.
create table review.policy_screening (
	submission_id text collate "C" primary key references review.submission,
	due_at        timestamptz not null, -- wall time: the next try, or the end of the lease of who tries
	tries         integer not null default 0
);
create index policy_screening_due on review.policy_screening (due_at);

alter table review.decision add column policy_number integer not null default 0;

alter table review.submission
	drop constraint submission_policy,
	add constraint submission_policy check (policy_source in ('starter', 'author', 'employer')),
	drop constraint submission_state,
	add constraint submission_state check (state in ('draft', 'submitted', 'in_stage', 'approved', 'no_objection', 'changes_requested',
		'rejected', 'not_ours', 'withdrawn', 'no_decision', 'lapsed', 'revoked', 'stale'));
drop index review.submission_past;
create index submission_past on review.submission (employer_id, id)
	where state in ('approved', 'no_objection', 'changes_requested', 'rejected', 'not_ours', 'no_decision', 'lapsed', 'revoked', 'stale');
