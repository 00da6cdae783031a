-- Stages of a review: who of an organisation speaks, in which order, by when, and who stands in for whom.

-- How submissions to an organisation pass. A version never changes; what was sent keeps the version of its day. Append-only.
create table review.stage_plan (
	organisation_id text collate "C" not null, -- of accounts
	version         bigint not null,
	zone            text not null,             -- IANA: in which business days are counted
	closed          text[] not null,           -- days on which nobody works there, 2006-01-02
	stages          jsonb not null,            -- of reviewapi.PlanStage, in order
	member_id       text collate "C" not null, -- who set it
	created_at      timestamptz not null,
	primary key (organisation_id, version)
);

-- A stage of a submission, copied from the plan when it was sent. None: any member of the desk decides.
create table review.stage (
	submission_id   text collate "C" not null references review.submission,
	position        integer not null, -- from 1
	step            integer not null, -- stages of one step are open together
	name            text not null,
	roles           text[] not null,
	need            text not null,
	count           integer not null,
	days            integer not null, -- business days from opened_at
	organisation_id text collate "C" not null,
	plan_version    bigint not null,
	zone            text not null,
	closed          text[] not null,
	opened_at       timestamptz,
	passed_at       timestamptz,
	due_at          timestamptz, -- by when; stays for the record
	unmanned_at     timestamptz, -- since when too few may speak: visible, and never an approval
	remind_at       timestamptz, -- timers, cleared by what carries them out and by every end of the submission
	escalate_at     timestamptz,
	man_at          timestamptz, -- when to look again who may speak
	wake_at         timestamptz generated always as (least(remind_at, escalate_at, man_at)) stored,
	primary key (submission_id, position),
	constraint stage_need check (need in ('one', 'all', 'some')),
	constraint stage_passed check (passed_at is null or opened_at is not null)
);
create index stage_wakes on review.stage (wake_at) where wake_at is not null;
create index stage_of_organisation on review.stage (organisation_id, submission_id) where opened_at is not null and passed_at is null;

-- Reminders and escalations that were carried out: each once. Append-only.
create table review.stage_event (
	submission_id text collate "C" not null,
	position      integer not null,
	kind          text not null,
	due_at        timestamptz not null, -- of the stage: one that is opened again has another
	at            timestamptz not null,
	primary key (submission_id, position, kind, due_at),
	foreign key (submission_id, position) references review.stage,
	constraint stage_event_kind check (kind in ('reminder', 'escalation'))
);

-- Who spoke in a stage. The words are those of the decision.
create table review.vote (
	decision_id   text collate "C" primary key references review.decision,
	submission_id text collate "C" not null,
	position      integer not null,
	kind          text not null,             -- what they said; the decision of an agreement that waits for others is "agree"
	role          text not null,             -- as they had it then
	person_id     text collate "C" not null,
	member_id     text collate "C" not null,
	for_person    text collate "C" not null default '', -- whom they stood in for
	at            timestamptz not null,
	void_at       timestamptz,               -- the owner took the person's decisions back
	foreign key (submission_id, position) references review.stage
);
-- At the lock of the submission a person speaks once in a stage; the index says so to whoever writes beside the code.
create unique index vote_once on review.vote (submission_id, position, person_id) where void_at is null;
create index vote_of_member on review.vote (member_id);
create index decision_of_member on review.decision (member_id) where member_id <> '';

-- Who stands in for whom, from and until.
create table review.deputy (
	id              text collate "C" primary key,
	organisation_id text collate "C" not null,
	person_id       text collate "C" not null, -- who is away
	delegate_id     text collate "C" not null, -- the person who stands in
	roles           text[] not null,           -- of who is away, when they named them
	from_at         timestamptz not null,
	until_at        timestamptz not null,
	ended_at        timestamptz,
	left_at         timestamptz,               -- when who is away lost one of the roles: what was open then stays with the delegate
	created_at      timestamptz not null,
	constraint deputy_span check (from_at < until_at),
	constraint deputy_other check (person_id <> delegate_id)
);
create index deputy_of_organisation on review.deputy (organisation_id, until_at) where ended_at is null;

-- Who declared a stake in a submission, and decides nothing about it. Append-only.
create table review.recusal (
	submission_id text collate "C" not null references review.submission,
	person_id     text collate "C" not null,
	member_id     text collate "C" not null,
	kind          text not null,
	at            timestamptz not null,
	primary key (submission_id, person_id),
	constraint recusal_kind check (kind in ('writer', 'brand', 'close', 'other'))
);

-- What a member is told about a submission at their desk: by mail, without a word of it.
create table review.desk_note (
	id              text collate "C" primary key,
	submission_id   text collate "C" not null references review.submission,
	position        integer not null,
	organisation_id text collate "C" not null,
	person_id       text collate "C" not null,
	kind            text not null,
	at              timestamptz not null,
	constraint desk_note_kind check (kind in ('asked', 'reminder', 'escalation', 'no_reviewer'))
);
create index desk_note_of_submission on review.desk_note (submission_id);

alter table review.decision
	drop constraint decision_kind,
	add constraint decision_kind check (kind in ('approve', 'no_objection', 'request_changes', 'suggest', 'reject', 'not_ours', 'revoke', 'object', 'agree'));

create trigger stage_plan_append_only before update or delete or truncate on review.stage_plan for each statement execute function review.refuse_change();
create trigger stage_event_append_only before update or delete or truncate on review.stage_event for each statement execute function review.refuse_change();
create trigger recusal_append_only before update or delete or truncate on review.recusal for each statement execute function review.refuse_change();
revoke update, delete, truncate on review.stage_plan, review.stage_event, review.recusal from wf_review;
