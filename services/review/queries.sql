-- The statements of review, in sqlc's comment format. Times are arguments, never now(). Visibility is in the where clause: a thing
-- that somebody may not see is not there.

-- name: InsertEmployer :exec
insert into review.employer (id, domain, label, skeleton, state, created_at)
values (@id, @domain, @label, @skeleton, 'unclaimed', @now) on conflict on constraint employer_domain_once do nothing;

-- name: EmployerOf :one
select id from review.employer where domain = @domain;

-- name: KnownLookalikes :many
-- Employers whose label may be taken for another: those that somebody opened a link from, those that were claimed, and those that the
-- author names themselves. Two domains that one organisation claimed are no look-alikes. One edit leaves the beginning or the end of a label of five letters as it was.
select e.domain from review.employer e
where e.domain <> @domain
	and not exists (select from review.employer mine where mine.domain = @domain and mine.organisation_id = e.organisation_id)
	and (e.skeleton = @skeleton or left(e.label, 2) = left(@label, 2) or right(e.label, 2) = right(@label, 2))
	and (e.known_at is not null or e.state = 'claimed'
		or exists (select from review.employment m where m.employer_id = e.id and m.person_id = @author));

-- name: KnowEmployer :exec
update review.employer set known_at = @now where id = @id and known_at is null;


-- name: InsertSubmission :exec
insert into review.submission (id, author_id, document_id, seq, digest, employer_id, employer_name, mailbox, locale, zone, policy_source,
	policy_text, policy_digest, state, version, created_at, updated_at)
values (@id, @author, @document, @seq, @digest, @employer, @employer_name, @mailbox, @locale, @zone, @policy_source,
	@policy_text, @policy_digest, @state, @version, @now, @now);

-- name: SaveSubmission :exec
update review.submission set seq = @seq, digest = @digest, employer_id = @employer, employer_name = @employer_name, mailbox = @mailbox, locale = @locale,
	zone = @zone, policy_source = @policy_source, policy_text = @policy_text, policy_digest = @policy_digest, state = @state, version = @version,
	updated_at = @updated_at, sent_at = @sent_at, asked_at = @asked_at, due_at = @due_at, open_until = @open_until, decided_at = @decided_at,
	decision_id = @decision_id, valid_from = @valid_from, valid_until = @valid_until, cleared_digest = @cleared_digest, published_at = @published_at,
	published_other_at = @published_other_at, taken_back_at = @taken_back_at, reason = @reason, lease_until = @lease_until,
	protected = @protected
where id = @id;

-- name: Submission :one
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.id = @id and s.author_id = @author;

-- name: LockSubmission :one
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.id = @id and s.author_id = @author for update;

-- name: LockAnySubmission :one
-- For who acts on behalf of nobody: timers, and what was sent.
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.id = @id for update;

-- name: Submissions :many
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s
where s.author_id = @author and (@document = '' or s.document_id = @document) and (@cursor = '' or s.id < @cursor)
order by s.id desc limit @limit;

-- name: LockSubmissionsOfDocument :many
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.document_id = @document order by s.id for update;

-- name: LockSubmissionsOfAuthor :many
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.author_id = @author order by s.id for update;

-- name: LockDue :one
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.due_at <= @now order by s.due_at limit 1 for update skip locked;

-- name: NextDue :one
select least((select min(due_at) from review.submission where due_at is not null), (select min(due_at) from review.employment where due_at is not null),
	(select min(wake_at) from review.stage where wake_at is not null));

-- name: LeaseSent :one
update review.submission set lease_until = @until
where id = (select id from review.submission where state = 'submitted' and lease_until <= @wall order by sent_at limit 1 for update skip locked)
returning id;

-- name: SentSince :one
select count(*) from review.submission where author_id = @author and sent_at > @since;

-- name: InsertLink :exec
insert into review.link (id, submission_id, mailbox, asked_from, created_at) values (@id, @submission, @mailbox, @asked_from, @wall);

-- name: SaveLink :exec
update review.link set code_tries = @code_tries, used_at = @used_at, joined_at = @joined_at where id = @id;

-- name: Link :one
select l.id, l.submission_id, l.mailbox, l.asked_from, l.code_tries, l.created_at, l.used_at, l.joined_at
from review.link l where l.id = @id;

-- name: LockLink :one
select l.id, l.submission_id, l.mailbox, l.asked_from, l.code_tries, l.created_at, l.used_at, l.joined_at
from review.link l where l.id = @id for update;

-- name: LinksOf :many
select l.id, l.submission_id, l.mailbox, l.asked_from, l.code_tries, l.created_at, l.used_at, l.joined_at
from review.link l where l.submission_id = any(@submissions) order by l.id;

-- name: LockLinksOfMailbox :many
-- The newest first: the code of the newest mail is the one that people type.
select l.id, l.submission_id, l.mailbox, l.asked_from, l.code_tries, l.created_at, l.used_at, l.joined_at
from review.link l where l.mailbox = @mailbox and l.created_at > @since order by l.id desc limit @limit for update;

-- name: LinksSince :one
select count(*) filter (where mailbox = @mailbox) as to_mailbox, count(*) filter (where submission_id = @submission) as of_submission
from review.link where (mailbox = @mailbox or submission_id = @submission) and created_at > @since;

-- name: SubmissionOfLink :one
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s where s.id = @submission;

-- name: InsertSession :exec
insert into review.session (id, link_id, submission_id, token_hash, created_at, expires_at)
values (@id, @link, @submission, @token_hash, @created_at, @expires_at);

-- name: Reviewing :one
-- What a session is for: one submission, while its links show something.
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected, r.link_id
from review.session r join review.submission s on s.id = r.submission_id
where r.token_hash = @token_hash and r.expires_at > @wall and s.asked_at is not null and (s.open_until is null or s.open_until > @now);

-- name: DropSessions :exec
delete from review.session where expires_at <= @wall;

-- name: InsertDecision :exec
with d as (
	insert into review.decision (id, submission_id, document_id, seq, digest, kind, cleared_digest, comment_id, employer_id, link_id, member_id, assurance,
		policy_source, policy_digest, policy_number, asked_at, decided_at, valid_from, valid_until, legal)
	values (@id, @submission, @document, @seq, @digest, @kind, @cleared_digest, @comment, @employer, @link, @member, @assurance,
		@policy_source, @policy_digest, @policy_number, @asked_at, @decided_at, @valid_from, @valid_until, @legal)
	returning id
)
insert into review.decision_words (decision_id, name, role, reason, parts, basis, mailbox)
select id, @name, @role, @reason, @parts, @basis, @mailbox from d;

-- name: DecisionsOf :many
select d.id, d.submission_id, d.document_id, d.seq, d.digest, d.kind, d.cleared_digest, d.comment_id, d.employer_id, d.link_id, d.member_id, d.assurance,
	d.policy_source, d.policy_digest, d.policy_number, d.asked_at, d.decided_at, d.valid_from, d.valid_until, d.legal, w.name, w.role, w.reason, w.parts, w.basis, w.mailbox
from review.decision d left join review.decision_words w on w.decision_id = d.id
where d.submission_id = any(@submissions) order by d.decided_at, d.id;

-- name: Objection :one
select d.id, d.submission_id, d.document_id, d.seq, d.digest, d.kind, d.cleared_digest, d.comment_id, d.employer_id, d.link_id, d.member_id, d.assurance,
	d.policy_source, d.policy_digest, d.policy_number, d.asked_at, d.decided_at, d.valid_from, d.valid_until, d.legal, w.name, w.role, w.reason, w.parts, w.basis, w.mailbox
from review.decision d left join review.decision_words w on w.decision_id = d.id
where d.submission_id = @submission and d.kind = 'object';

-- name: NextMove :one
insert into review.gate (document_id, employer_id, seq) values (@document, @employer, 1)
on conflict (document_id, employer_id) do update set seq = gate.seq + 1
returning seq;

-- name: InsertMove :exec
insert into review.gate_move (document_id, employer_id, seq, submission_id, move, digest, valid_from, valid_until, state, due_at, at)
values (@document, @employer, @seq, @submission, @move, @digest, @valid_from, @valid_until, 'pending', @wall, @now);

-- name: LeaseMove :one
-- The lowest number of a gate first: an opening that follows a closing waits for its answer.
update review.gate_move m set due_at = @until, tries = tries + 1
where (m.document_id, m.employer_id, m.seq) = (
	select p.document_id, p.employer_id, p.seq from review.gate_move p
	where p.state = 'pending' and p.due_at <= @wall and (@submission = '' or p.submission_id = @submission)
		and not exists (select from review.decision d join review.leaf l on l.id = d.id
			where d.submission_id = p.submission_id and not exists (select from review.log_row r where r.id = l.id)) -- a gate follows the log
		and not exists (select from review.gate_move e where e.document_id = p.document_id and e.employer_id = p.employer_id and e.seq < p.seq and e.state = 'pending')
	order by p.due_at limit 1 for update skip locked)
returning m.document_id, m.employer_id, m.seq, m.submission_id, m.move, m.digest, m.valid_from, m.valid_until, m.state, m.outcome, m.published_at, m.tries, m.at;

-- name: RetryMove :exec
update review.gate_move set due_at = @due_at where document_id = @document and employer_id = @employer and seq = @seq and state = 'pending';

-- name: SaveMove :exec
update review.gate_move set state = @state, outcome = @outcome, published_at = @published_at
where document_id = @document and employer_id = @employer and seq = @seq and state = 'pending';

-- name: MovesOf :many
select m.document_id, m.employer_id, m.seq, m.submission_id, m.move, m.digest, m.valid_from, m.valid_until, m.state, m.outcome, m.published_at, m.tries, m.at
from review.gate_move m where m.submission_id = any(@submissions) order by m.seq;

-- name: MovesWait :one
select exists (select from review.gate_move where state = 'pending') or exists (select from review.submission where state = 'submitted')
	or exists (select from review.policy_screening);

-- name: OtherCleared :one
-- What else the employer stands by for the same document: it stays open when one agreement is taken away.
select s.id, s.author_id, s.document_id, s.seq, s.digest, s.employer_id, s.employer_name, s.mailbox, s.locale, s.zone, s.policy_source, s.policy_text,
	s.policy_digest, s.state, s.version, s.created_at, s.updated_at, s.sent_at, s.asked_at, s.due_at, s.open_until, s.decided_at, s.decision_id,
	s.valid_from, s.valid_until, s.cleared_digest, s.published_at, s.published_other_at, s.taken_back_at, s.reason, s.lease_until, s.protected
from review.submission s
where s.document_id = @document and s.employer_id = @employer and s.id <> @id and s.cleared_digest is not null and s.valid_until > @now
	and s.state in ('approved', 'no_objection', 'changes_requested')
order by s.decided_at desc limit 1;

-- name: EmployerDomain :one
select domain from review.employer where id = @id;

-- name: DecisionOfAuthor :one
select d.id from review.decision d join review.submission s on s.id = d.submission_id
where d.id = @decision and d.submission_id = @submission and s.author_id = @author;

-- name: DecisionIDs :many
select id from review.decision where submission_id = any(@submissions);

-- name: EraseDecisionWords :exec
delete from review.decision_words w using review.decision d where w.decision_id = d.id and d.submission_id = any(@submissions);

-- name: EraseLinks :exec
update review.link set mailbox = '' where submission_id = any(@submissions);

-- name: EraseSessions :exec
delete from review.session where submission_id = any(@submissions);

-- name: EraseEmployments :exec
update review.employment set name = '', mailbox = null, until_at = coalesce(until_at, @now), due_at = null
where person_id = @person and (name <> '' or until_at is null or mailbox is not null);

-- name: EraseWorkCodes :exec
delete from review.work_code c using review.employment m where c.employment_id = m.id and m.person_id = @person;

-- name: Tombstone :exec
insert into review.erased (person_id, at) values (@person, @wall) on conflict do nothing;

-- name: ErasedSince :many
select person_id from review.erased where at > @since;

-- name: EraseAnswers :exec
delete from review.idempotency where starts_with(scope, @person || ' ');
