drop table content.audit, content.idempotency, content.erased, content.words, content.version, content.document;
drop function content.refuse_change();
