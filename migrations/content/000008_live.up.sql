-- What somebody found at a publication's address: digests of texts, never the texts. Append-only; the newest counts.
create table content.live_check (
	id             text collate "C" primary key,
	publication_id text collate "C" not null references content.publication,
	outcome        text not null,
	parts          text[] not null, -- those that differ
	digests        jsonb not null,  -- of what was found, by part
	said_by        text not null,
	said_at        timestamptz not null,
	constraint live_check_outcome check (outcome in ('equal', 'differs') and (outcome = 'equal') = (cardinality(parts) = 0))
);
create index live_check_of_publication on content.live_check (publication_id, id);
create trigger live_check_append_only before update or delete or truncate on content.live_check for each statement execute function content.refuse_change();
revoke update, delete, truncate on content.live_check from wf_content;
