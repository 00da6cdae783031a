-- What people say about a passage of a version. It holds words, so it goes when the document's words go.
create table content.comment (
	id            text collate "C" primary key,
	document_id   text collate "C" not null,
	seq           integer not null,          -- the version that was read
	part          text not null,
	from_char     integer not null,          -- in Unicode code points
	until_char    integer not null,
	body          text not null,
	replacement   text,                      -- of a suggestion
	result_digest text collate "C",          -- of the version that a suggestion makes of the one that was read
	reply_to      text collate "C" references content.comment on delete cascade,
	state         text not null,
	accepted_seq  integer,
	said_by       text not null,
	said_at       timestamptz not null,
	settled_by    text,
	settled_at    timestamptz,
	foreign key (document_id, seq) references content.version (document_id, seq),
	constraint comment_part check (part in ('title', 'text', 'caption')),
	constraint comment_passage check (0 <= from_char and from_char <= until_char),
	constraint comment_state check (state in ('open', 'accepted', 'settled')),
	constraint comment_accepted check ((state = 'accepted') = (accepted_seq is not null)),
	constraint comment_suggestion check ((replacement is null) = (result_digest is null) and (state <> 'accepted' or replacement is not null))
);
create index comment_of_document on content.comment (document_id, id);
