drop table review.audit, review.idempotency, review.erased, review.gate_move, review.gate, review.decision_words, review.decision, review.session,
	review.link, review.submission, review.employment, review.employer;
drop function review.refuse_change();
