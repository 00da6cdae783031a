package stripesim

var refundParams = fields{
	"charge": text, "payment_intent": text, "amount": whole, "reason": oneOf("duplicate", "fraudulent", "requested_by_customer"), "metadata": facts,
}

func (c *call) createRefund() (any, *failure) {
	s := c.sim
	ch, err := c.refundable()
	if err != nil {
		return nil, err
	}
	left := ch.Amount - ch.Refunded
	amount := left
	if c.p.has("amount") {
		amount = c.p.num("amount")
	}
	switch {
	case left == 0:
		return nil, refusal("charge_already_refunded", "", "Charge %s has already been refunded.", ch.ID)
	case amount <= 0:
		return nil, refusal("parameter_invalid_integer", "amount", "Invalid positive integer")
	case amount > left:
		return nil, refusal("", "amount", "Refund amount (%d) is greater than unrefunded amount on charge (%d)", amount, left)
	case threeDecimal[ch.Currency] && amount%10 != 0:
		return nil, refusal("", "amount", "Amount must be divisible by 10 for three-decimal currencies.")
	}
	r := &refund{
		head: s.head("re"), Account: ch.Account, Status: "succeeded", Amount: amount, Currency: ch.Currency, Charge: ch.ID, Intent: ch.Intent,
		Reason: c.p.str("reason"), Metadata: c.p.labels("metadata"),
	}
	switch ch.Card.Behaviour {
	case refundFails:
		r.FailsAt = s.now() + refundLater
	case refundPending:
		r.Status, r.SucceedsAt = "pending", s.now()+refundLater
	}
	ch.Refunded += amount
	// The fee of the charge is not returned [UNV]. A refund of money that is still pending settles with it [UNV].
	mv := s.post(&txn{
		Account: ch.Account, Type: "refund", Category: "refund", Source: r.ID, About: "REFUND FOR CHARGE", Amount: -amount, Currency: ch.Currency,
		Available: s.fundsFrom(ch.Txn),
	})
	r.Txn = mv.ID
	s.put(r)
	s.put(ch)
	s.schedule(r)
	s.emit("refund.created", s.renderRefund(r), nil)
	s.emit("charge.refunded", s.renderCharge(ch), obj{"amount_refunded": ch.Refunded - amount})
	return s.renderRefund(r), nil
}

func (c *call) refundable() (*charge, *failure) {
	id := c.p.str("charge")
	if in := c.p.str("payment_intent"); in != "" {
		i, ok := c.sim.tables.intents.get(in)
		if !ok {
			return nil, missing("payment_intent", in, "payment_intent")
		}
		if i.Status != "succeeded" {
			return nil, refusal("payment_intent_unexpected_state", "", "This PaymentIntent (%s) does not have a successful charge to refund.", in)
		}
		id = i.Charge
	}
	if id == "" {
		return nil, refusal("parameter_missing", "charge", "One of the following params should be provided for this request: payment_intent or charge.")
	}
	ch, ok := c.sim.tables.charges.get(id)
	if !ok || ch.Account != c.account.ID {
		return nil, missing("charge", id, "charge")
	}
	if ch.Status != "succeeded" {
		return nil, refusal("charge_not_refundable", "charge", "Charge %s is not refundable.", id)
	}
	return ch, nil
}

// failRefund takes a refund back: its money returns to the balance. [SPEC failure_balance_transaction]
func (s *Sim) failRefund(r *refund, why string) bool {
	if r.Status != "succeeded" && r.Status != "pending" {
		return false
	}
	was := r.Status
	r.Status, r.Failure = "failed", why
	mv := s.post(&txn{
		Account: r.Account, Type: "refund_failure", Category: "refund_failure", Source: r.ID, About: "REFUND FAILURE", Amount: r.Amount,
		Currency: r.Currency,
	})
	r.FailureTxn = mv.ID
	s.put(r)
	if ch, ok := s.tables.charges.get(r.Charge); ok {
		ch.Refunded -= r.Amount
		s.put(ch)
	}
	s.tellRefund(r, obj{"status": was})
	return true
}

func (s *Sim) succeedRefund(r *refund) {
	if r.Status != "pending" {
		return
	}
	r.Status = "succeeded"
	s.put(r)
	s.tellRefund(r, obj{"status": "pending"})
}

func (s *Sim) tellRefund(r *refund, previous obj) {
	s.emit("refund.updated", s.renderRefund(r), previous)
	s.emit("charge.refund.updated", s.renderRefund(r), previous)
}

func (s *Sim) renderRefund(r *refund) obj {
	out := obj{
		"id": r.ID, "object": "refund", "amount": r.Amount, "balance_transaction": refTo("txn", r.Txn), "charge": refTo("charge", r.Charge),
		"created": r.Created, "currency": r.Currency, "metadata": labelsOf(r.Metadata), "payment_intent": refTo("intent", r.Intent),
		"reason": orNull(r.Reason), "receipt_number": nil, "source_transfer_reversal": refTo("reversal", r.SourceReverse), "status": r.Status,
		"transfer_reversal": nil,
	}
	if r.SourceReverse == "" {
		out["destination_details"] = obj{"type": "card", "card": obj{
			"reference": r.ID, "reference_status": "available", "reference_type": "acquirer_reference_number", "type": "refund",
		}}
	}
	if r.Failure != "" {
		out["failure_reason"] = r.Failure
	}
	if r.FailureTxn != "" {
		out["failure_balance_transaction"] = ref{"txn", r.FailureTxn}
	}
	return out
}

func (c *call) pathRefund() (*refund, *failure) {
	r, ok := c.sim.tables.refunds.get(c.path("id"))
	if !ok || r.Account != c.account.ID {
		return nil, missing("refund", c.path("id"), "id")
	}
	return r, nil
}

func (c *call) getRefund() (any, *failure) {
	r, err := c.pathRefund()
	if err != nil {
		return nil, err
	}
	return c.sim.renderRefund(r), nil
}

func (c *call) updateRefund() (any, *failure) {
	r, err := c.pathRefund()
	if err != nil {
		return nil, err
	}
	r.Metadata = mergeLabels(r.Metadata, c.p.labels("metadata"))
	c.sim.put(r)
	return c.sim.renderRefund(r), nil
}

func (c *call) listRefunds() (any, *failure) {
	key := c.account.ID
	if in := c.p.str("payment_intent"); in != "" {
		key = "intent:" + in
	}
	if ch := c.p.str("charge"); ch != "" {
		key = "charge:" + ch
	}
	return listed(c, "/v1/refunds", c.sim.tables.refunds, key, c.sim.renderRefund, func(r *refund) bool {
		return r.Account == c.account.ID && (c.p.str("payment_intent") == "" || r.Intent == c.p.str("payment_intent"))
	})
}
