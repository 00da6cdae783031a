-- name: Post :many
select seq, fresh from billing.ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: Balance :one
-- One snapshot: a fold between checkpoint and entries can't be seen. The upper bound says nothing to the rows and much to
-- the planner: it takes a range between two bounds to be narrow, and reads the account's index.
select case when $3::boolean
	then coalesce((select debit - credit from billing.ledger_balance where account = $1 and currency = $2), 0)
	else coalesce((select balance from billing.ledger_checkpoint where account = $1 and currency = $2), 0)
		+ coalesce((select sum(amount)::bigint from billing.ledger_entry
			where account = $1 and currency = $2 and tx between (select tx from billing.ledger_horizon) and 9223372036854775807), 0)
	end;

-- name: LockBalance :one
select credit - debit from billing.ledger_balance where account = $1 and currency = $2 for update;

-- name: Balances :many
-- Of whole classes, or of all.
select account, currency, sum(amount)::bigint as balance
from (
	select account, currency, debit - credit as amount from billing.ledger_balance
	union all
	select account, currency, balance from billing.ledger_checkpoint
	union all
	select account, currency, amount from billing.ledger_entry
	where tx >= (select tx from billing.ledger_horizon) and not billing.ledger_guarded(account)
) b
where cardinality($1::text[]) = 0 or account = any ($1) or split_part(account, ':', 1) = any ($1)
group by account, currency
having sum(amount) <> 0
order by account, currency;

-- name: BalancesOfAccounts :many
select account, currency, sum(amount)::bigint as balance
from (
	select account, currency, debit - credit as amount from billing.ledger_balance where account = any ($1)
	union all
	select account, currency, balance from billing.ledger_checkpoint where account = any ($1)
	union all
	select account, currency, amount from billing.ledger_entry
	where account = any ($1) and not billing.ledger_guarded(account)
		and tx between (select tx from billing.ledger_horizon) and 9223372036854775807
) b
group by account, currency
having sum(amount) <> 0
order by account, currency;

-- name: Statement :many
select e.journal, e.n, e.tx, e.amount, j.key, j.kind, j.source, j.effective_at
from billing.ledger_entry e join billing.ledger_journal j on j.seq = e.journal
where e.account = $1 and e.currency = $2 and e.tx <= $3 and (e.tx, e.journal, e.n) < ($3, $4, $5)
order by e.tx desc, e.journal desc, e.n desc
limit $6;

-- name: JournalsBySource :many
select j.key, j.kind, j.source, j.effective_at, e.account, e.currency, e.amount
from billing.ledger_journal j join billing.ledger_entry e on e.journal = j.seq
where j.source = $1 and j.source <> ''
order by j.seq, e.n;

-- name: JournalsByKeys :many
select j.key, j.kind, j.source, j.effective_at, e.account, e.currency, e.amount
from billing.ledger_journal j join billing.ledger_entry e on e.journal = j.seq
where j.key = any ($1)
order by j.seq, e.n;

-- name: Fold :exec
-- The horizon's row is locked first, so that two folds take turns. Every transaction below the snapshot's xmin is
-- finished, and what it committed is visible here; the horizon never goes back.
with horizon as (
	select tx as old, greatest(tx, pg_snapshot_xmin(pg_current_snapshot())::text::bigint) as new
	from billing.ledger_horizon for update
), moved as (
	update billing.ledger_horizon set tx = horizon.new from horizon where horizon.new > horizon.old
)
insert into billing.ledger_checkpoint as c (account, currency, balance)
select e.account, e.currency, sum(e.amount)
from horizon, billing.ledger_entry e
where e.tx >= horizon.old and e.tx < horizon.new and not billing.ledger_guarded(e.account)
group by e.account, e.currency
order by e.account, e.currency
on conflict (account, currency) do update set balance = c.balance + excluded.balance;

-- name: Rebase :exec
with forgotten as (delete from billing.ledger_checkpoint)
update billing.ledger_horizon set tx = 0;

-- name: Size :one
select (select count(*) from billing.ledger_journal), (select count(*) from billing.ledger_entry);

-- name: Verify :many
with horizon as (
	select tx from billing.ledger_horizon
), resum as (
	select e.account, e.currency, sum(e.amount)::bigint as balance,
		coalesce(sum(e.amount) filter (where e.tx < horizon.tx), 0)::bigint as folded
	from billing.ledger_entry e, horizon
	group by e.account, e.currency
)
select 'journal' as "check", j.key as subject, coalesce(s.currency, '') as currency, 0::bigint as want, coalesce(s.total, 0)::bigint as got
from billing.ledger_journal j left join lateral (
	select e.currency, sum(e.amount) as total from billing.ledger_entry e where e.journal = j.seq
	group by e.currency, starts_with(e.account, 'M')
) s on true
where s.total is null or s.total <> 0
union all
select 'journal', 'entries of journal ' || e.journal, '', 0, count(*)
from billing.ledger_entry e
group by e.journal
having count(*) < 2 or not exists (select from billing.ledger_journal j where j.seq = e.journal)
union all
select 'digest', j.key, '', 0, 0
from billing.ledger_journal j join lateral (
	select sha256(convert_to(j.kind || string_agg(e'\n' || e.account || ' ' || e.currency || ' ' || e.amount, ''
		order by e.account collate "C", e.currency collate "C", e.amount), 'UTF8')) as digest
	from billing.ledger_entry e where e.journal = j.seq
) s on s.digest is distinct from j.digest
union all
select 'book', case when starts_with(account, 'M') then 'memo' else 'platform' end, currency, 0, sum(balance)::bigint
from resum group by starts_with(account, 'M'), currency having sum(balance) <> 0
union all
select 'guarded', coalesce(r.account, b.account), coalesce(r.currency, b.currency), coalesce(r.balance, 0), coalesce(b.debit - b.credit, 0)
from (select * from resum where billing.ledger_guarded(account)) r
	full join billing.ledger_balance b on b.account = r.account and b.currency = r.currency
where coalesce(r.balance, 0) <> coalesce(b.debit - b.credit, 0)
union all
select 'overdrawn', account, currency, balance, balance
from resum where billing.ledger_guarded(account) and balance > 0
union all
select 'checkpoint', coalesce(r.account, c.account), coalesce(r.currency, c.currency), coalesce(r.folded, 0), coalesce(c.balance, 0)
from (select * from resum where not billing.ledger_guarded(account)) r
	full join billing.ledger_checkpoint c on c.account = r.account and c.currency = r.currency
where coalesce(r.folded, 0) <> coalesce(c.balance, 0)
order by 1, 2, 3;
