package stripesim

// holding is what an account has in one currency, in minor units. Either may be negative.
type holding struct{ available, pending int64 }

func (s *Sim) holding(account, currency string) *holding {
	of := s.balances[account]
	if of == nil {
		of = map[string]*holding{}
		s.balances[account] = of
	}
	h := of[currency]
	if h == nil {
		h = &holding{}
		of[currency] = h
	}
	return h
}

// post records one movement: the only way a balance changes.
func (s *Sim) post(t *txn) *txn {
	t.head = s.head("txn")
	if t.Available < t.Created {
		t.Available = t.Created
	}
	s.put(t)
	s.fold(t)
	return t
}

// fold adds a movement to its balance, and plans the moment its funds become available.
func (s *Sim) fold(t *txn) {
	h := s.holding(t.Account, t.Currency)
	if t.Available <= s.now() {
		h.available += t.net()
		return
	}
	h.pending += t.net()
	s.at(t.Available, t.Seq, always, func() {
		h.pending -= t.net()
		h.available += t.net()
		s.announceAvailable(t)
	})
}

// announceAvailable tells once per account and moment that funds became available.
func (s *Sim) announceAvailable(t *txn) {
	who := t.Account + " " + t.Currency
	if s.expected[who] == t.Available {
		return
	}
	s.expected[who] = t.Available
	s.emitFor(t.Account, "balance.available", s.renderBalance(t.Account), nil)
}

// fundsFrom says when funds that came by txn id may be used again: at once, or when that movement is available.
func (s *Sim) fundsFrom(id string) int64 {
	if t, ok := s.tables.txns.get(id); ok && t.Available > s.now() {
		return t.Available
	}
	return s.now()
}

// renderBalance lists every currency an account ever held, its own first.
func (s *Sim) renderBalance(account string) obj {
	a, _ := s.tables.accounts.get(account)
	of := s.balances[account]
	codes := []string{a.Currency}
	for _, c := range sortedKeys(of) {
		if c != a.Currency {
			codes = append(codes, c)
		}
	}
	available, pending, reserved := make([]obj, 0, len(codes)), make([]obj, 0, len(codes)), make([]obj, 0, len(codes))
	for _, c := range codes {
		h := of[c]
		if h == nil {
			h = &holding{}
		}
		available = append(available, obj{"amount": h.available, "currency": c, "source_types": obj{"card": h.available}})
		pending = append(pending, obj{"amount": h.pending, "currency": c, "source_types": obj{"card": h.pending}})
		reserved = append(reserved, obj{"amount": 0, "currency": c})
	}
	out := obj{"object": "balance", "available": available, "pending": pending, "livemode": false}
	if a.Platform {
		out["connect_reserved"] = reserved
	}
	return out
}

func (s *Sim) renderTxn(t *txn) obj {
	status := "pending"
	if t.Available <= s.now() {
		status = "available"
	}
	details := []obj{}
	if t.Fee != 0 {
		details = append(details, obj{"amount": t.Fee, "application": nil, "currency": t.Currency, "description": "Stripe processing fees", "type": "stripe_fee"})
	}
	return obj{
		"id": t.ID, "object": "balance_transaction", "amount": t.Amount, "available_on": t.Available, "created": t.Created,
		"currency": t.Currency, "description": orNull(t.About), "exchange_rate": nil, "fee": t.Fee, "fee_details": details, "net": t.net(),
		"reporting_category": t.Category, "source": sourceRef(t.Source), "status": status, "type": t.Type,
	}
}

// sourceRef points at what moved the money, by the prefix of its id.
func sourceRef(id string) any {
	for prefix, kind := range map[string]string{
		"ch_": "charge", "py_": "charge", "re_": "refund", "pyr_": "refund", "tr_": "transfer", "trr_": "reversal", "po_": "payout",
	} {
		if len(id) > len(prefix) && id[:len(prefix)] == prefix {
			return ref{kind, id}
		}
	}
	return orNull(id)
}

func (c *call) getBalance() (any, *failure) { return c.sim.renderBalance(c.account.ID), nil }

func (c *call) getTxn() (any, *failure) {
	t, ok := c.sim.tables.txns.get(c.path("id"))
	if !ok || t.Account != c.account.ID {
		return nil, missing("balance transaction", c.path("id"), "id")
	}
	return c.sim.renderTxn(t), nil
}

func (c *call) listTxns() (any, *failure) {
	key := c.account.ID
	source, kind := c.p.str("source"), c.p.str("type")
	if c.p.has("payout") { // [DOC payouts/reconciliation] every payout here is a manual one
		return nil, refusal("", "payout", "Balance transaction history can only be filtered on automatic transfers, not manual.")
	}
	switch {
	case source != "":
		key += " source:" + source
	case kind != "":
		key += " type:" + kind
	}
	return listed(c, "/v1/balance_transactions", c.sim.tables.txns, key, c.sim.renderTxn, func(t *txn) bool {
		return (kind == "" || t.Type == kind) && (c.p.str("currency") == "" || t.Currency == c.p.str("currency"))
	})
}
