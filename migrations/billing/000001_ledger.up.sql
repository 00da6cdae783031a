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

-- The chart of accounts: the classes that must not fall below zero on their credit side, and all of them.
create function billing.ledger_guarded(account text) returns boolean
	language sql immutable parallel safe
	return split_part(account, ':', 1) in ('CP', 'HR', 'HE', 'HB', 'TC', 'RC', 'DR');
create function billing.ledger_known(account text) returns boolean
	language sql immutable parallel safe
	return split_part(account, ':', 1) in ('CP', 'HR', 'HE', 'HB', 'TC', 'RC', 'DR', 'SB', 'PB', 'BT_T', 'CR', 'DH', 'SUSP',
		'TX', 'PF', 'SF', 'DF', 'DL', 'BD', 'FX', 'AD', 'MB', 'MT', 'MK', 'MS');

-- Movements: + debit, - credit. Accounts that begin with M are the memo book. What an entry must be is checked with its
-- journal, below: a CHECK would be compiled anew for each statement, which costs more than the insert.
create table billing.ledger_entry (
	journal  bigint not null,
	n        smallint not null,
	account  text collate "C" not null,
	currency char(3) not null,
	amount   bigint not null,
	tx       bigint not null default pg_current_xact_id()::text::bigint,
	primary key (journal, n)
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

-- ledger_post books journals, all or none, and answers a row for each. Arrays hold one element per journal, and one
-- per entry: the position of its journal, its number there, and what it moves. The entries are in order of account and
-- currency, so that guarded rows are touched in ascending order and once each.
-- Errors: WF001 overdrawn, WF002 key reused, WF004 restored.
create function billing.ledger_post(
	keys text[], kinds text[], sources text[], effective timestamptz[], digests bytea[],
	owners int[], ns smallint[], accounts text[], currencies text[], amounts bigint[],
	out seq bigint, out fresh boolean
) returns setof record language plpgsql as $$
declare
	numbers bigint[];
	news    boolean[];
	known   bytea;
	dr      bigint := 0;
	cr      bigint := 0;
	current bigint := pg_current_xact_id()::text::bigint;
begin
	if exists (select from billing.ledger_horizon h where h.tx > current) then
		raise exception 'checkpoints are ahead of this database' using errcode = 'WF004';
	end if;

	for i in 1 .. cardinality(keys) loop
		insert into billing.ledger_journal (key, kind, source, effective_at, digest, tx)
		values (keys[i], kinds[i], sources[i], effective[i], digests[i], current)
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

	insert into billing.ledger_entry (journal, n, account, currency, amount, tx)
	select numbers[e.owner], e.n, e.account, e.currency, e.amount, current
	from unnest(owners, ns, accounts, currencies, amounts) e (owner, n, account, currency, amount)
	where news[e.owner];

	for i in 1 .. cardinality(accounts) loop
		if news[owners[i]] and billing.ledger_guarded(accounts[i]) then
			dr := dr + greatest(amounts[i], 0);
			cr := cr - least(amounts[i], 0);
		end if;
		continue when accounts[i + 1] = accounts[i] and currencies[i + 1] = currencies[i];
		continue when dr = 0 and cr = 0;

		update billing.ledger_balance b
		set debit = b.debit + dr, credit = b.credit + cr
		where b.account = accounts[i] and b.currency = currencies[i] and b.credit + cr >= b.debit + dr;
		if not found then
			-- No row: its first movement, which another post may be making too. Or a row that doesn't cover it.
			if cr < dr then
				raise exception '% %', accounts[i], currencies[i] using errcode = 'WF001';
			end if;
			insert into billing.ledger_balance as b (account, currency, debit, credit)
			values (accounts[i], currencies[i], dr, cr)
			on conflict (account, currency) do update
			set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
		end if;
		dr := 0;
		cr := 0;
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

-- A journal is complete when its transaction ends: at least two entries, each of something and on the chart, zero in
-- total per currency and book.
create function billing.ledger_check_journal() returns trigger language plpgsql as $$
declare
	entries bigint;
	total   numeric;
	sound   boolean;
	mixed   boolean;
begin
	select count(*), coalesce(sum(e.amount), 0), bool_and(e.amount <> 0 and billing.ledger_known(e.account)),
		min(e.currency) <> max(e.currency) or bool_or(starts_with(e.account, 'M')) <> bool_and(starts_with(e.account, 'M'))
	into entries, total, sound, mixed
	from billing.ledger_entry e where e.journal = new.seq;
	if mixed then
		select coalesce(sum(abs(s.total)), 0) into total
		from (
			select sum(e.amount) as total
			from billing.ledger_entry e where e.journal = new.seq
			group by e.currency, starts_with(e.account, 'M')
		) s;
	end if;
	if entries < 2 or total <> 0 or not sound then
		raise exception '% has % entries (sound: %) and is off by %', new.key, entries, sound, total
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
