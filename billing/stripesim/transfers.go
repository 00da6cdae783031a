package stripesim

var transferParams = fields{
	"amount": whole.need(), "currency": text.need(), "destination": text.need(), "source_transaction": text, "transfer_group": text,
	"description": text, "metadata": facts,
}

var reversalParams = fields{"amount": whole, "description": text, "metadata": facts}

func (c *call) createTransfer() (any, *failure) {
	s, p := c.sim, c.p
	to, ok := s.tables.accounts.get(p.str("destination"))
	if !ok || to.Platform {
		return nil, missing("destination", p.str("destination"), "destination")
	}
	t := &transfer{
		head: s.head("tr"), Amount: p.num("amount"), Currency: p.str("currency"), Destination: to.ID, Group: p.str("transfer_group"),
		About: p.str("description"), Metadata: p.labels("metadata"),
	}
	if err := checkUnits(t.Amount, t.Currency, "amount"); err != nil {
		return nil, err
	}
	if to.transfersState() != "active" {
		return nil, refusal("insufficient_capabilities_for_transfer", "", "Your destination account needs to have at least one of the following "+
			"capabilities enabled: transfers, crypto_transfers, legacy_payments")
	}
	from := s.now()
	if id := p.str("source_transaction"); id != "" {
		ch, err := s.sourceOf(t, id)
		if err != nil {
			return nil, err
		}
		ch.Transferred += t.Amount
		t.Source, t.Group = ch.ID, ch.Group
		if t.Group == "" {
			t.Group = "group_" + ch.ID
		}
		s.put(ch)
		from = s.fundsFrom(ch.Txn)
	} else if have := s.holding(s.platform.ID, t.Currency).available; have < t.Amount {
		return nil, refusal("balance_insufficient", "", "You have insufficient available funds in your Stripe account. One likely reason you have "+
			"insufficient funds is that your funds are automatically being paid out; try enabling manual payouts.")
	}
	s.carryOut(t, from)
	s.emit("transfer.created", s.renderTransfer(t), nil)
	return s.renderTransfer(t), nil
}

// sourceOf checks a source_transaction: it succeeded, settles in the currency of the transfer, and has that much left.
// [DOC separate charges and transfers; that a reversal gives room back is [UNV]]
func (s *Sim) sourceOf(t *transfer, id string) (*charge, *failure) {
	ch, ok := s.tables.charges.get(id)
	if !ok || ch.Account != s.platform.ID {
		return nil, missing("charge", id, "source_transaction")
	}
	mv, settled := s.tables.txns.get(ch.Txn)
	switch {
	case ch.Status != "succeeded" || !settled:
		return nil, refusal("", "source_transaction", "Only a successful charge can be used as source_transaction.")
	case mv.Currency != t.Currency:
		return nil, refusal("", "currency", "The currency of source_transaction's balance transaction (%s) must be the same as the transfer currency (%s)", mv.Currency, t.Currency)
	case t.Group != "" && ch.Group != "" && t.Group != ch.Group:
		return nil, refusal("", "transfer_group", "The transfer_group of the transfer must be that of its source_transaction (%s).", ch.Group)
	case ch.Transferred+t.Amount > ch.Amount:
		return nil, refusal("", "amount", "Transfers using this transaction as a source must not exceed the source amount of %d. There is already "+
			"%d transferred using this source.", ch.Amount, ch.Transferred)
	}
	return ch, nil
}

// carryOut moves the money on both sides and makes the payment that the payee sees.
func (s *Sim) carryOut(t *transfer, from int64) {
	out := s.post(&txn{
		Account: s.platform.ID, Type: "transfer", Category: "transfer", Source: t.ID, About: t.About, Amount: -t.Amount, Currency: t.Currency,
		Available: from,
	})
	t.Txn = out.ID
	py := &charge{
		head: s.head("py"), Account: t.Destination, Status: "succeeded", Amount: t.Amount, Currency: t.Currency, Transfer: t.ID, Group: t.Group,
		Metadata: labels{},
	}
	in := s.post(&txn{
		Account: t.Destination, Type: "payment", Category: "charge", Source: py.ID, Amount: t.Amount, Currency: t.Currency, Available: from,
	})
	py.Txn, py.AvailableSince, t.Payment = in.ID, from, py.ID
	s.put(py)
	s.put(t)
}

func (s *Sim) renderTransfer(t *transfer) obj {
	rows, more := page(s.tables.reversals.list(t.ID), listQuery{limit: 10}, nil)
	return obj{
		"id": t.ID, "object": "transfer", "amount": t.Amount, "amount_reversed": t.Reversed, "balance_transaction": refTo("txn", t.Txn),
		"created": t.Created, "currency": t.Currency, "description": orNull(t.About), "destination": ref{"account", t.Destination},
		"destination_payment": refTo("charge", t.Payment), "livemode": false, "metadata": labelsOf(t.Metadata),
		"reversals": wrapList("/v1/transfers/"+t.ID+"/reversals", rows, more, s.renderReversal), "reversed": t.Reversed == t.Amount,
		"source_transaction": refTo("charge", t.Source), "source_type": "card", "transfer_group": orNull(t.Group),
	}
}

func (s *Sim) renderReversal(v *reversal) obj {
	return obj{
		"id": v.ID, "object": "transfer_reversal", "amount": v.Amount, "balance_transaction": refTo("txn", v.Txn), "created": v.Created,
		"currency": v.Currency, "destination_payment_refund": refTo("refund", v.Refund), "metadata": labelsOf(v.Metadata),
		"source_refund": nil, "transfer": ref{"transfer", v.Transfer},
	}
}

func (c *call) pathTransfer() (*transfer, *failure) {
	t, ok := c.sim.tables.transfers.get(c.path("id"))
	if !ok {
		return nil, missing("transfer", c.path("id"), "id")
	}
	return t, nil
}

// createReversal takes money back from a payee who must have it. [SPEC: reversible only if the destination has enough balance]
func (c *call) createReversal() (any, *failure) {
	s := c.sim
	t, err := c.pathTransfer()
	if err != nil {
		return nil, err
	}
	left := t.Amount - t.Reversed
	amount := left
	if c.p.has("amount") {
		amount = c.p.num("amount")
	}
	has := s.holding(t.Destination, t.Currency)
	switch {
	case left == 0:
		return nil, refusal("", "", "Transfer %s is already fully reversed.", t.ID)
	case amount <= 0:
		return nil, refusal("parameter_invalid_integer", "amount", "Invalid positive integer")
	case amount > left:
		return nil, refusal("", "amount", "Reversal amount (%d) is greater than the unreversed amount of the transfer (%d).", amount, left)
	case has.available+has.pending < amount:
		return nil, refusal("balance_insufficient", "", "The connected account has insufficient funds in its balance to reverse this transfer.")
	}
	from := s.now()
	if has.available < amount {
		from = s.fundsFrom(t.Txn)
	}
	v := &reversal{head: s.head("trr"), Transfer: t.ID, Amount: amount, Currency: t.Currency, Metadata: c.p.labels("metadata")}
	pr := &refund{
		head: s.head("pyr"), Account: t.Destination, Status: "succeeded", Amount: amount, Currency: t.Currency, Charge: t.Payment,
		SourceReverse: v.ID, Metadata: labels{},
	}
	back := s.post(&txn{
		Account: s.platform.ID, Type: "transfer_refund", Category: "transfer_reversal", Source: v.ID, About: "REFUND FOR TRANSFER", Amount: amount,
		Currency: t.Currency, Available: from,
	})
	out := s.post(&txn{
		Account: t.Destination, Type: "payment_refund", Category: "refund", Source: pr.ID, About: "REFUND FOR PAYMENT", Amount: -amount,
		Currency: t.Currency, Available: from,
	})
	v.Txn, v.Refund, pr.Txn = back.ID, pr.ID, out.ID
	t.Reversed += amount
	if ch, ok := s.tables.charges.get(t.Source); ok {
		ch.Transferred -= amount
		s.put(ch)
	}
	if py, ok := s.tables.charges.get(t.Payment); ok {
		py.Refunded += amount
		s.put(py)
	}
	s.put(v)
	s.put(pr)
	s.put(t)
	s.emit("transfer.reversed", s.renderTransfer(t), obj{"amount_reversed": t.Reversed - amount})
	return s.renderReversal(v), nil
}

func (c *call) getTransfer() (any, *failure) {
	t, err := c.pathTransfer()
	if err != nil {
		return nil, err
	}
	return c.sim.renderTransfer(t), nil
}

func (c *call) updateTransfer() (any, *failure) {
	t, err := c.pathTransfer()
	if err != nil {
		return nil, err
	}
	t.Metadata = mergeLabels(t.Metadata, c.p.labels("metadata"))
	if c.p.has("description") {
		t.About = c.p.str("description")
	}
	c.sim.put(t)
	c.sim.emit("transfer.updated", c.sim.renderTransfer(t), nil)
	return c.sim.renderTransfer(t), nil
}

func (c *call) listTransfers() (any, *failure) {
	key, group, to := all, c.p.str("transfer_group"), c.p.str("destination")
	switch {
	case group != "":
		key = "group:" + group
	case to != "":
		key = "destination:" + to
	}
	return listed(c, "/v1/transfers", c.sim.tables.transfers, key, c.sim.renderTransfer, func(t *transfer) bool {
		return to == "" || t.Destination == to
	})
}

func (c *call) listReversals() (any, *failure) {
	t, err := c.pathTransfer()
	if err != nil {
		return nil, err
	}
	return listed(c, "/v1/transfers/"+t.ID+"/reversals", c.sim.tables.reversals, t.ID, c.sim.renderReversal, nil)
}

func (c *call) getReversal() (any, *failure) {
	v, ok := c.sim.tables.reversals.get(c.path("reversal"))
	if !ok || v.Transfer != c.path("id") {
		return nil, missing("transfer reversal", c.path("reversal"), "id")
	}
	return c.sim.renderReversal(v), nil
}
