-- name: Quiet :one
select not exists (
	select from {schema}.river_job
	where state in ('available', 'running', 'pending')
		or state in ('scheduled', 'retryable') and scheduled_at <= $1);

-- name: Waiting :many
select id, kind, args, attempt from {schema}.river_job
where state in ('available', 'scheduled', 'retryable')
order by id
limit 100;

-- name: Complete :exec
update {schema}.river_job set state = 'completed', finalized_at = $2, attempt = attempt + 1 where id = $1;
