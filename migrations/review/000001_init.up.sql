-- Employers, submissions, links of reviewers, decisions, and what is told to content. Ids are TypeIDs. Columns named *_at hold
-- domain time unless the comment says wall time. Foreign keys stay inside this schema.

-- An employer is a mail domain. It exists from the first submission on, unclaimed; what it is called is each author's own word.
create table review.employer (
	id         text collate "C" primary key,
	domain     text collate "C" not null, -- the registrable domain, in ASCII
	label      text collate "C" not null, -- its first label
	skeleton   text collate "C" not null, -- of the label: what it looks like
	state      text not null,
	known_at   timestamptz,               -- when somebody first opened a link from a mailbox of it
	created_at timestamptz not null,
	constraint employer_domain_once unique (domain),
	constraint employer_state check (state in ('unclaimed', 'claimed'))
);
create index employer_skeleton on review.employer (skeleton);
create index employer_beginning on review.employer (left(label, 2));
create index employer_end on review.employer (right(label, 2));

-- For whom a person says that they work, from and to.
create table review.employment (
	id          text collate "C" primary key,
	person_id   text collate "C" not null,
	employer_id text collate "C" not null references review.employer,
	name        text not null, -- what the person calls it; '' once erased
	since_at    timestamptz not null,
	until_at    timestamptz
);
create unique index employment_once on review.employment (person_id, employer_id) where until_at is null;

-- A document under review. Its words are in content; here is which version, and its digest.
create table review.submission (
	id               text collate "C" primary key,
	author_id        text collate "C" not null,
	document_id      text collate "C" not null,
	seq              integer not null,
	digest           text collate "C" not null,
	employer_id      text collate "C" not null references review.employer,
	employer_name    text not null,             -- what the author calls it
	mailbox          text,                      -- of the reviewer; null once erased
	locale           text not null,             -- of the mails to that mailbox
	zone             text not null,             -- in which business days are counted
	policy_source    text not null,
	policy_text      text not null,             -- what the author pasted; '' for the starter
	policy_digest    text collate "C" not null, -- pinned
	state            text not null,
	version          bigint not null default 1,
	created_at       timestamptz not null,
	updated_at       timestamptz not null,
	sent_at          timestamptz,
	asked_at         timestamptz,               -- when the mail was handed on: state in_stage begins
	due_at           timestamptz,               -- the deadline of in_stage and of what is approved; cleared by the transition
	open_until       timestamptz,               -- until when its links work once it is decided
	decided_at       timestamptz,
	decision_id      text collate "C",
	valid_from       timestamptz,
	valid_until      timestamptz,
	cleared_digest   text collate "C",          -- what the employer agreed to: the digest, or that of their suggestion
	published_at     timestamptz,               -- first publication of what was cleared
	published_other_at timestamptz,             -- first publication of something else
	taken_back_at    timestamptz,               -- the author no longer waits for this employer
	reason           text not null default '',  -- why it ended, when nobody decided: a word of ours
	lease_until      timestamptz,               -- wall time: until when somebody hands a sent one on
	constraint submission_state check (state in ('draft', 'submitted', 'in_stage', 'approved', 'no_objection', 'changes_requested',
		'rejected', 'not_ours', 'withdrawn', 'no_decision', 'lapsed', 'revoked')),
	constraint submission_policy check (policy_source in ('starter', 'author')),
	constraint submission_due check (state <> 'in_stage' or due_at is not null),
	constraint submission_cleared check (state not in ('approved', 'no_objection') or cleared_digest is not null)
);
create index submission_of_author on review.submission (author_id, id);
create index submission_of_document on review.submission (document_id, employer_id);
create unique index submission_once on review.submission (document_id, employer_id) where state in ('submitted', 'in_stage');
create index submission_due on review.submission (due_at) where due_at is not null;
create index submission_sent on review.submission (sent_at) where state = 'submitted';

-- A mailed link to one submission. Its token and code are derived from its id.
create table review.link (
	id            text collate "C" primary key,
	submission_id text collate "C" not null references review.submission,
	mailbox       text collate "C" not null,
	asked_from    text collate "C" references review.link, -- whose link was shown when this one was asked for
	code_tries    integer not null default 0,
	created_at    timestamptz not null, -- wall time
	used_at       timestamptz,          -- wall time
	joined_at     timestamptz           -- when its owner opened the submission
);
create index link_of_submission on review.link (submission_id, id);
create index link_of_mailbox on review.link (mailbox, created_at);

-- A browser that opened a link: it sees that one submission.
create table review.session (
	id            text collate "C" primary key,
	link_id       text collate "C" not null references review.link,
	submission_id text collate "C" not null references review.submission,
	token_hash    bytea not null unique,
	created_at    timestamptz not null, -- wall time
	expires_at    timestamptz not null  -- wall time
);
create index session_expires on review.session (expires_at);
create index session_of_link on review.session (link_id);

-- What an employer said. Append-only, and without a name or a word that somebody typed.
create table review.decision (
	id             text collate "C" primary key,
	submission_id  text collate "C" not null references review.submission,
	document_id    text collate "C" not null,
	seq            integer not null,
	digest         text collate "C" not null, -- of what was read
	kind           text not null,
	cleared_digest text collate "C",          -- what was agreed to
	comment_id     text collate "C",          -- the suggestion, in content
	employer_id    text collate "C" not null,
	link_id        text collate "C" not null,
	assurance      text not null,
	policy_source  text not null,
	policy_digest  text collate "C" not null,
	asked_at       timestamptz not null,
	decided_at     timestamptz not null,
	valid_from     timestamptz,
	valid_until    timestamptz,
	constraint decision_kind check (kind in ('approve', 'no_objection', 'request_changes', 'suggest', 'reject', 'not_ours', 'revoke')),
	constraint decision_assurance check (assurance in ('mailbox', 'claimed', 'sso'))
);
create index decision_of_submission on review.decision (submission_id, id);

-- The words beside a decision: never changed, and erasable.
create table review.decision_words (
	decision_id text collate "C" primary key references review.decision,
	name        text not null, -- typed by who decided
	role        text not null,
	reason      text not null,
	parts       text not null  -- RFC 8785 JSON: what the digest of what was read is over
);

-- The numbers of an employer's words about a document, and what content is to hear.
create table review.gate (
	document_id text collate "C" not null,
	employer_id text collate "C" not null references review.employer,
	seq         bigint not null,
	primary key (document_id, employer_id)
);
create table review.gate_move (
	document_id   text collate "C" not null,
	employer_id   text collate "C" not null,
	seq           bigint not null,
	submission_id text collate "C" not null references review.submission,
	move          text not null,
	digest        text collate "C" not null,
	valid_from    timestamptz,
	valid_until   timestamptz,
	state         text not null,
	outcome       text not null default '', -- of a closing: closed, or published
	published_at  timestamptz,              -- of a closing that came after the publication
	tries         integer not null default 0,
	due_at        timestamptz not null,     -- wall time: the next try, or the end of the lease of who tries
	at            timestamptz not null,
	primary key (document_id, employer_id, seq),
	foreign key (document_id, employer_id) references review.gate,
	constraint gate_move_move check (move in ('open', 'close')),
	constraint gate_move_state check (state in ('pending', 'done', 'void'))
);
create index gate_move_pending on review.gate_move (due_at) where state = 'pending';
create index gate_move_of_submission on review.gate_move (submission_id, seq);

-- People who are erased. A request of theirs may still be under way: what it writes is erased once more.
create table review.erased (
	person_id text collate "C" primary key,
	at        timestamptz not null -- wall time
);
create index erased_at on review.erased (at);

-- The table of internal/idem.
create table review.idempotency (
	scope      text        not null,
	key        text        not null,
	body_hash  bytea       not null,
	answer     jsonb       not null,
	created_at timestamptz not null,
	primary key (scope, key)
);
create index idempotency_created on review.idempotency (created_at);

-- Who did what. Append-only; ids and words of our own.
create table review.audit (
	seq    bigint generated always as identity primary key,
	at     timestamptz not null,
	actor  text not null, -- "person_a", the id of a reviewer's link, or the part of the house that acted
	action text not null,
	object text collate "C" not null,
	detail jsonb
);
create index audit_of_object on review.audit (object);

create function review.refuse_change() returns trigger language plpgsql as $$
begin
	raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger decision_append_only before update or delete or truncate on review.decision for each statement execute function review.refuse_change();
create trigger decision_words_do_not_change before update or truncate on review.decision_words for each statement execute function review.refuse_change();
create trigger audit_append_only before update or delete or truncate on review.audit for each statement execute function review.refuse_change();

revoke update, delete, truncate on review.decision, review.audit from wf_review;
revoke update, truncate on review.decision_words from wf_review;
