-- A product's publication is a document whose versions are manifests (docs/digest.md): storefront makes it. Its entries are agreed to by
-- their own digests.
alter table content.document
	add column product_id text collate "C",
	drop constraint document_kind,
	add constraint document_kind check (kind in ('linkedin_post', 'article', 'tiktok', 'newsletter', 'member_post', 'broadcast', 'deliverable', 'publication')),
	add constraint document_product check ((kind = 'publication') = (product_id is not null));
create unique index document_of_product on content.document (product_id) where state <> 'deleted';

-- What a manifest lists, in its order. It is erased with the words.
create table content.entry (
	document_id text collate "C" not null,
	seq         integer not null,
	position    integer not null,
	kind        text not null,
	path        text not null,
	digest      text collate "C" not null,
	primary key (document_id, seq, position),
	foreign key (document_id, seq) references content.version (document_id, seq)
);
create index entry_digest on content.entry (document_id, digest);

-- What an entry says, once for each digest: the page and the lessons. Files are storefront's.
create table content.entry_words (
	document_id text collate "C" not null references content.document,
	digest      text collate "C" not null,
	title       text not null,
	summary     text not null,
	body        text not null,
	primary key (document_id, digest)
);

-- What a party last said of an entry: its words count by number for each entry.
create table content.entry_word (
	gate_id     text collate "C" not null references content.gate,
	digest      text collate "C" not null,
	seq         bigint not null,
	state       text not null,
	valid_from  timestamptz,
	valid_until timestamptz,
	primary key (gate_id, digest),
	constraint entry_word_state check (state in ('open', 'closed'))
);

create trigger entry_does_not_change before update or truncate on content.entry for each statement execute function content.refuse_change();
create trigger entry_words_do_not_change before update or truncate on content.entry_words for each statement execute function content.refuse_change();
revoke update, truncate on content.entry, content.entry_words from wf_content;
