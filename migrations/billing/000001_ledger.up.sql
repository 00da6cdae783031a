-- The books. billing/ledger/doc.go says what holds and why; this file sees to it.

-- One business effect. tx is the transaction that booked it: folding goes by finished transactions.
create table billing.ledger_journal (
	seq          bigint generated always as identity primary key,
	key          text collate "C" not null,
	kind         text not null,
	source       text collate "C" not null,
	effective_at timestamptz not null,
	digest       bytea not null,
	tx           bigint not null default pg_current_xact_id()::text::bigint,
	constraint ledger_journal_key unique (key)
);
create index ledger_journal_source on billing.ledger_journal (source, seq) where source <> '';

-- The chart of accounts: the classes that must not fall below zero on their credit side, and the others.
create function billing.ledger_guarded(account text) returns boolean
	language sql immutable parallel safe
	return split_part(account, ':', 1) in ('CP', 'HR', 'HE', 'HB', 'TC', 'RC', 'DR');

-- Movements: + debit, - credit. Accounts that begin with M are the memo book.
create table billing.ledger_entry (
	journal  bigint not null,
	n        smallint not null,
	account  text collate "C" not null,
	currency char(3) not null,
	amount   bigint not null,
	tx       bigint not null default pg_current_xact_id()::text::bigint,
	primary key (journal, n),
	constraint ledger_entry_amount check (amount <> 0),
	constraint ledger_entry_account check (billing.ledger_guarded(account) or split_part(account, ':', 1) in
		('SB', 'PB', 'BT_T', 'CR', 'DH', 'SUSP', 'TX', 'PF', 'SF', 'DF', 'DL', 'BD', 'FX', 'AD', 'MB', 'MT', 'MK', 'MS'))
);
create index ledger_entry_account on billing.ledger_entry (account, currency, tx);
create index ledger_entry_tx on billing.ledger_entry using brin (tx) with (pages_per_range = 16, autosummarize = on);

-- Guarded accounts, with what was ever debited and credited. Updated by each post, never below zero. Half-empty
-- pages keep those updates on their page and out of the index.
create table billing.ledger_balance (
	account  text collate "C" not null,
	currency char(3) not null,
	debit    bigint not null,
	credit   bigint not null,
	primary key (account, currency),
	constraint ledger_balance_covered check (credit >= debit)
) with (fillfactor = 50);

-- Other accounts: the sum of their entries of transactions below the horizon.
create table billing.ledger_checkpoint (
	account  text collate "C" not null,
	currency char(3) not null,
	balance  bigint not null,
	primary key (account, currency)
);
create table billing.ledger_horizon (
	tx     bigint not null,
	single boolean primary key default true check (single)
);
insert into billing.ledger_horizon (tx) values (0);

-- ledger_post books journals (arrays: one element per journal, and one per entry with the position of its journal),
-- all or none, and answers a row per journal. Errors: WF001 overdrawn, WF002 key reused, WF004 restored.
create function billing.ledger_post(
	keys text[], kinds text[], sources text[], effective timestamptz[], digests bytea[],
	owners int[], accounts text[], currencies text[], amounts bigint[],
	out seq bigint, out fresh boolean
) returns setof record language plpgsql as $$
declare
	numbers bigint[];
	news    boolean[];
	known   bytea;
	move    record;
begin
	if exists (select from billing.ledger_horizon h where h.tx > pg_current_xact_id()::text::bigint) then
		raise exception 'checkpoints are ahead of this database' using errcode = 'WF004';
	end if;

	for i in 1 .. cardinality(keys) loop
		insert into billing.ledger_journal (key, kind, source, effective_at, digest)
		values (keys[i], kinds[i], sources[i], effective[i], digests[i])
		on conflict (key) do nothing
		returning ledger_journal.seq into seq;
		fresh := found;
		if not fresh then
			select j.seq, j.digest into strict seq, known from billing.ledger_journal j where j.key = keys[i];
			if known <> digests[i] then
				raise exception '%', keys[i] using errcode = 'WF002';
			end if;
		end if;
		numbers[i] := seq;
		news[i] := fresh;
		return next;
	end loop;
	if not (true = any (news)) then
		return;
	end if;

	insert into billing.ledger_entry (journal, n, account, currency, amount)
	select numbers[e.owner], e.n, e.account, e.currency, e.amount
	from unnest(owners, accounts, currencies, amounts) with ordinality e (owner, account, currency, amount, n)
	where news[e.owner];

	for move in
		select e.account, e.currency,
			coalesce(sum(e.amount) filter (where e.amount > 0), 0)::bigint as debit,
			coalesce(-sum(e.amount) filter (where e.amount < 0), 0)::bigint as credit
		from unnest(owners, accounts, currencies, amounts) e (owner, account, currency, amount)
		where news[e.owner] and billing.ledger_guarded(e.account)
		group by e.account, e.currency
		order by e.account collate "C", e.currency collate "C"
	loop
		update billing.ledger_balance b
		set debit = b.debit + move.debit, credit = b.credit + move.credit
		where b.account = move.account and b.currency = move.currency
			and b.credit + move.credit >= b.debit + move.debit;
		if found then
			continue;
		end if;
		-- No row: its first movement, which another post may be making too. Or a row that doesn't cover it.
		if move.credit < move.debit then
			raise exception '% %', move.account, move.currency using errcode = 'WF001';
		end if;
		insert into billing.ledger_balance as b (account, currency, debit, credit)
		values (move.account, move.currency, move.debit, move.credit)
		on conflict (account, currency) do update
		set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
	end loop;
end $$;

-- Append-only, whoever asks.
create function billing.ledger_refuse() returns trigger language plpgsql as $$
begin
	raise exception 'the books are append-only: % of %', lower(tg_op), tg_table_name using errcode = 'WF003';
end $$;
create trigger append_only before update or delete or truncate on billing.ledger_journal
	for each statement execute function billing.ledger_refuse();
create trigger append_only before update or delete or truncate on billing.ledger_entry
	for each statement execute function billing.ledger_refuse();
revoke update, delete, truncate on billing.ledger_journal, billing.ledger_entry from wf_billing;
revoke delete, truncate on billing.ledger_balance from wf_billing;

-- A journal is complete when its transaction ends: at least two entries, zero in total per currency and book.
create function billing.ledger_check_journal() returns trigger language plpgsql as $$
declare
	entries bigint;
	off     bigint;
begin
	select coalesce(sum(s.entries), 0), count(*) filter (where s.total <> 0) into entries, off
	from (
		select count(*) as entries, sum(e.amount) as total
		from billing.ledger_entry e where e.journal = new.seq
		group by e.currency, starts_with(e.account, 'M')
	) s;
	if entries < 2 or off > 0 then
		raise exception '% has % entries, and % sums that are not zero', new.key, entries, off
			using errcode = 'check_violation', constraint = 'ledger_journal_balanced', schema = 'billing', table = 'ledger_journal';
	end if;
	return null;
end $$;
create constraint trigger balanced after insert on billing.ledger_journal
	deferrable initially deferred for each row execute function billing.ledger_check_journal();

-- And nothing joins a journal after that.
create function billing.ledger_check_entries() returns trigger language plpgsql as $$
declare
	number bigint;
begin
	for number in select distinct f.journal from fresh f loop
		perform from billing.ledger_journal j where j.seq = number and j.tx = pg_current_xact_id()::text::bigint;
		if not found then
			raise exception 'journal % is closed', number
				using errcode = 'check_violation', constraint = 'ledger_entry_of_open_journal', schema = 'billing', table = 'ledger_entry';
		end if;
	end loop;
	return null;
end $$;
create trigger of_open_journal after insert on billing.ledger_entry
	referencing new table as fresh for each statement execute function billing.ledger_check_entries();
