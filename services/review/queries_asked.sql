-- The statements of receipts that speak for their author alone, and of quiet periods.

-- name: InsertAuthorReceipt :exec
insert into review.author_receipt (id, submission_id, kind, unanswered, name, role, answer, how, said_at, note, file_digest, at)
values (@id, @submission, @kind, @unanswered, @name, @role, @answer, @how, @said_at, @note, @file_digest, @at);

-- name: AuthorReceiptsOf :many
select r.id, r.submission_id, r.kind, r.unanswered, r.name, r.role, r.answer, r.how, r.said_at, r.note, r.file_digest, r.at
from review.author_receipt r where r.submission_id = any(@submissions) order by r.id;

-- name: AuthorReceiptOfAuthor :one
select r.id from review.author_receipt r join review.submission s on s.id = r.submission_id
where r.id = @decision and r.submission_id = @submission and s.author_id = @author;

-- name: AuthorReceiptIDs :many
select id from review.author_receipt where submission_id = any(@submissions);

-- name: EraseAuthorReceipts :exec
delete from review.author_receipt where submission_id = any(@submissions);

-- name: InsertQuiet :exec
insert into review.quiet (id, organisation_id, from_at, until_at, zone, why, member_id, created_at)
values (@id, @organisation, @from_at, @until_at, @zone, @why, @member, @now);

-- name: QuietPeriods :many
select q.* from review.quiet q where q.organisation_id = @organisation order by q.until_at desc, q.id desc limit 200;

-- name: LockQuiet :one
select q.* from review.quiet q where q.id = @id and q.organisation_id = @organisation for update;

-- name: EndQuiet :exec
update review.quiet set ended_at = @now, ended_by = @member, version = version + 1 where id = @id;

-- name: QuietUntil :one
-- Until when nothing opens at an employer at an instant, null when something may.
select max(q.until_at) from review.quiet q join review.employer e on e.organisation_id = q.organisation_id
where e.id = @employer and q.from_at <= @at and least(q.until_at, coalesce(q.ended_at, q.until_at)) > @at;
