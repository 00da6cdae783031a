-- The statements of stages, deputies and what the desk is told. Visibility is in the where clause.

-- name: StagePlan :one
select p.organisation_id, p.version, p.zone, p.closed, p.stages, p.member_id, p.created_at from review.stage_plan p
where p.organisation_id = @organisation order by p.version desc limit 1;

-- name: StagePlanOfEmployer :one
select p.organisation_id, p.version, p.zone, p.closed, p.stages, p.member_id, p.created_at
from review.stage_plan p join review.employer e on e.organisation_id = p.organisation_id
where e.id = @employer order by p.version desc limit 1;

-- name: InsertStagePlan :exec
insert into review.stage_plan (organisation_id, version, zone, closed, stages, member_id, created_at)
values (@organisation, @version, @zone, @closed, @stages, @member, @now) on conflict do nothing;

-- name: InsertStage :exec
insert into review.stage (submission_id, position, step, name, roles, need, count, days, organisation_id, plan_version, zone, closed)
values (@submission, @position, @step, @name, @roles, @need, @count, @days, @organisation, @plan_version, @zone, @closed);

-- name: StagesOf :many
-- Of submissions, in order. Who changes one has the lock of its submission.
select t.submission_id, t.position, t.step, t.name, t.roles, t.need, t.count, t.days, t.organisation_id, t.plan_version, t.zone, t.closed, t.opened_at, t.passed_at,
	t.due_at, t.unmanned_at, t.remind_at, t.escalate_at, t.man_at
from review.stage t where t.submission_id = any(@submissions) order by t.submission_id, t.position;

-- name: SaveStage :exec
update review.stage set opened_at = @opened_at, passed_at = @passed_at, due_at = @due_at, unmanned_at = @unmanned_at, remind_at = @remind_at, escalate_at = @escalate_at,
	man_at = @man_at
where submission_id = @submission and position = @position;

-- name: RestStages :exec
-- The end of a submission clears the timers of its stages.
update review.stage set remind_at = null, escalate_at = null, man_at = null, unmanned_at = null
where submission_id = @submission and (wake_at is not null or unmanned_at is not null);

-- name: StageWakes :one
select t.submission_id, t.position, t.organisation_id, s.author_id from review.stage t join review.submission s on s.id = t.submission_id
where t.wake_at <= @now order by t.wake_at, t.submission_id, t.position limit 1;

-- name: LookAgain :exec
-- Who may speak in what an organisation has open is looked at once more.
update review.stage set man_at = @now where organisation_id = @organisation and opened_at is not null and passed_at is null
	and exists (select from review.submission s where s.id = submission_id and s.state = 'in_stage');

-- name: InsertStageEvent :exec
insert into review.stage_event (submission_id, position, kind, due_at, at) values (@submission, @position, @kind, @due_at, @now) on conflict do nothing;

-- name: Unmanned :many
select t.submission_id, t.name, t.roles, t.unmanned_at from review.stage t
where t.organisation_id = @organisation and t.opened_at is not null and t.passed_at is null and t.unmanned_at is not null order by t.unmanned_at, t.submission_id limit 100;

-- name: InsertVote :exec
insert into review.vote (decision_id, submission_id, position, kind, role, person_id, member_id, for_person, at)
values (@decision, @submission, @position, @kind, @role, @person, @member, @for_person, @now);

-- name: VotesOf :many
select v.decision_id, v.submission_id, v.position, v.kind, v.role, v.person_id, v.member_id, v.for_person, v.at, v.void_at
from review.vote v where v.submission_id = any(@submissions) order by v.submission_id, v.at, v.decision_id;

-- name: VoidVotes :exec
update review.vote set void_at = @now where submission_id = @submission and member_id = @member and void_at is null;

-- name: DeputiesOf :many
-- Those of an organisation that are not over.
select d.id, d.organisation_id, d.person_id, d.delegate_id, d.roles, d.from_at, d.until_at, d.ended_at, d.left_at
from review.deputy d where d.organisation_id = @organisation and d.ended_at is null and d.until_at > @now order by d.from_at, d.id limit 500;

-- name: InsertDeputy :exec
insert into review.deputy (id, organisation_id, person_id, delegate_id, roles, from_at, until_at, created_at)
values (@id, @organisation, @person, @delegate, @roles, @from_at, @until_at, @now);

-- name: LockDeputy :one
select d.id, d.organisation_id, d.person_id, d.delegate_id, d.roles, d.from_at, d.until_at, d.ended_at, d.left_at
from review.deputy d where d.id = @id and d.organisation_id = @organisation for update;

-- name: EndDeputy :exec
update review.deputy set ended_at = @now where id = @id;

-- name: DeputyLeft :exec
-- Who is away lost a role: the first time counts.
update review.deputy set left_at = @at where organisation_id = @organisation and person_id = @person and ended_at is null and left_at is null and not roles <@ @roles::text[];

-- name: RecusedFrom :many
select r.person_id from review.recusal r where r.submission_id = @submission;

-- name: InsertRecusal :exec
insert into review.recusal (submission_id, person_id, member_id, kind, at) values (@submission, @person, @member, @kind, @now) on conflict do nothing;

-- name: InsertDeskNote :exec
insert into review.desk_note (id, submission_id, position, organisation_id, person_id, kind, at) values (@id, @submission, @position, @organisation, @person, @kind, @now);

-- name: DeskNote :one
select n.id, n.submission_id, n.position, n.organisation_id, n.person_id, n.kind, t.name as stage, t.opened_at, t.passed_at, t.due_at, s.state, s.author_id, s.due_at as whole
from review.desk_note n join review.stage t on t.submission_id = n.submission_id and t.position = n.position join review.submission s on s.id = n.submission_id
where n.id = @id;

-- name: DecidedByMember :many
-- What stands by a member's word, and what waits for others beside it.
select s.id from review.submission s
where (s.state in ('approved', 'no_objection') or s.state = 'changes_requested' and s.cleared_digest is not null or s.state = 'in_stage')
	and exists (select from review.employer e where e.id = s.employer_id and e.organisation_id = @organisation)
	and (exists (select from review.vote v where v.submission_id = s.id and v.member_id = @member and v.void_at is null)
		or s.state <> 'in_stage' and exists (select from review.decision d where d.submission_id = s.id and d.member_id = @member and d.kind in ('approve', 'no_objection', 'suggest')))
order by s.id limit @limit;
