-- The statements of organisations' policies, and of what is read by them.

-- name: Policy :one
select p.organisation_id, p.last, p.in_force, p.draft, p.draft_writers, p.draft_version, p.draft_at, p.facts, p.facts_version, p.facts_at
from review.policy p where p.organisation_id = @organisation;

-- name: LockPolicy :one
-- Makes the row the first time. Whoever writes about an organisation's policy waits here for the others.
insert into review.policy (organisation_id) values (@organisation)
on conflict (organisation_id) do update set last = policy.last
returning organisation_id, last, in_force, draft, draft_writers, draft_version, draft_at, facts, facts_version, facts_at;

-- name: SavePolicy :exec
update review.policy set last = @last, in_force = @in_force, draft = @draft, draft_writers = @draft_writers, draft_version = @draft_version, draft_at = @draft_at,
	facts = @facts, facts_version = @facts_version, facts_at = @facts_at
where organisation_id = @organisation;

-- name: InsertPolicyVersion :exec
with v as (
	insert into review.policy_version (organisation_id, number, digest, retroactive, writers, proposed_by, proposed_at)
	values (@organisation, @number, @digest, @retroactive, @writers, @member, @now)
	returning organisation_id, number
)
insert into review.policy_words (organisation_id, number, note, own, resolved) select organisation_id, number, @note, @own, @resolved from v;

-- name: InsertPolicyAnswer :exec
insert into review.policy_answer (organisation_id, number, answer, person_id, member_id, at) values (@organisation, @number, @answer, @person, @member, @now);

-- name: PolicyVersions :many
select v.organisation_id, v.number, v.digest, v.retroactive, v.writers, v.proposed_at, w.note, coalesce(a.answer, '') as answer, coalesce(a.person_id, '') as answered_by, a.at as answered_at
from review.policy_version v join review.policy_words w on w.organisation_id = v.organisation_id and w.number = v.number
left join review.policy_answer a on a.organisation_id = v.organisation_id and a.number = v.number
where v.organisation_id = @organisation and (@number = 0 or v.number = @number)
order by v.number desc limit 200;

-- name: PolicyOwn :one
select own from review.policy_words where organisation_id = @organisation and number = @number;

-- name: PolicyResolved :one
select resolved from review.policy_words where organisation_id = @organisation and number = @number;

-- name: PolicyOfEmployer :one
-- The version by which posts to an employer are read now. None: the starter counts, or what the author has.
select p.organisation_id, p.in_force as number, v.digest, v.retroactive
from review.employer e join review.policy p on p.organisation_id = e.organisation_id
join review.policy_version v on v.organisation_id = p.organisation_id and v.number = p.in_force
where e.id = @employer;

-- name: HoldPolicyOfEmployer :one
-- The same, which stays so until the transaction ends.
select p.organisation_id, p.in_force as number, v.digest, v.retroactive
from review.employer e join review.policy p on p.organisation_id = e.organisation_id
join review.policy_version v on v.organisation_id = p.organisation_id and v.number = p.in_force
where e.id = @employer for share of p;

-- name: SubmissionPolicy :one
select submission_id, organisation_id, number, rules, was_number, was_rules, moved_at, later_number, later_rules, later_stale
from review.submission_policy where submission_id = @submission;

-- name: SaveSubmissionPolicy :exec
insert into review.submission_policy (submission_id, organisation_id, number, rules, was_number, was_rules, moved_at, later_number, later_rules, later_stale)
values (@submission, @organisation, @number, @rules, @was_number, @was_rules, @moved_at, @later_number, @later_rules, @later_stale)
on conflict (submission_id) do update set organisation_id = excluded.organisation_id, number = excluded.number, rules = excluded.rules,
	was_number = excluded.was_number, was_rules = excluded.was_rules, moved_at = excluded.moved_at, later_number = excluded.later_number,
	later_rules = excluded.later_rules, later_stale = excluded.later_stale;

-- name: DropSubmissionPolicy :exec
delete from review.submission_policy where submission_id = @submission;

-- name: QueueScreenings :exec
-- What is asked of an organisation's employers, and what they stand by that has not appeared.
insert into review.policy_screening (submission_id, due_at)
select s.id, @wall from review.submission s join review.employer e on e.id = s.employer_id
where e.organisation_id = @organisation and s.mailbox is not null and exists (select from review.policy p where p.organisation_id = @organisation and p.in_force > 0)
	and (s.state in ('submitted', 'in_stage') or s.state in ('approved', 'no_objection', 'changes_requested') and s.cleared_digest is not null and s.published_at is null)
on conflict (submission_id) do update set due_at = excluded.due_at, tries = 0;

-- name: QueueScreening :exec
-- What the author took of a suggestion is read by a version that came into force meanwhile.
insert into review.policy_screening (submission_id, due_at)
select s.id, @wall from review.submission s join review.employer e on e.id = s.employer_id join review.policy p on p.organisation_id = e.organisation_id
left join review.submission_policy n on n.submission_id = s.id
where s.document_id = @document and s.state = 'approved' and p.in_force > 0 and (n.number is null or n.organisation_id <> p.organisation_id or n.number < p.in_force)
on conflict (submission_id) do nothing;

-- name: ScreeningWaits :one
select exists (select from review.policy_screening where submission_id = @submission);

-- name: LeaseScreening :one
update review.policy_screening set due_at = @until, tries = tries + 1
where submission_id = (select submission_id from review.policy_screening where due_at <= @wall order by due_at limit 1 for update skip locked)
returning submission_id, tries;

-- name: RetryScreening :exec
update review.policy_screening set due_at = @due_at where submission_id = @submission;

-- name: DropScreening :exec
delete from review.policy_screening where submission_id = @submission;

-- name: LastAsked :many
-- What was sent to an organisation last, whatever became of it: what was withdrawn is as if it had not been asked.
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.asked_at, s.open_until, s.cleared_digest
from review.submission s join review.employer e on e.id = s.employer_id
where e.organisation_id = @organisation and s.asked_at is not null and s.mailbox is not null
	and s.state in ('in_stage', 'approved', 'no_objection', 'changes_requested', 'rejected', 'not_ours', 'no_decision', 'lapsed', 'revoked', 'stale')
order by s.id desc limit @limit;
