-- People who are erased. An event about one of them may still be under way, and so may a request of theirs: what either
-- would write again is not written, or is erased once more.
create table storefront.erased (
	person_id text collate "C" primary key,
	at        timestamptz not null -- wall time
);
create index erased_at on storefront.erased (at);
