package stripesim

var payoutParams = fields{
	"amount": whole.need(), "currency": text.need(), "description": text, "metadata": facts, "method": oneOf("standard"),
	"statement_descriptor": text.upTo(22), "destination": text,
}

func (c *call) createPayout() (any, *failure) {
	s, a := c.sim, c.account
	po := &payout{
		head: s.head("po"), Account: a.ID, Status: "pending", Amount: c.p.num("amount"), Currency: c.p.str("currency"), About: c.p.str("description"),
		Descriptor: c.p.str("statement_descriptor"), Metadata: c.p.labels("metadata"),
	}
	if err := checkUnits(po.Amount, po.Currency, "amount"); err != nil {
		return nil, err
	}
	if (po.Currency == "huf" || po.Currency == "twd") && po.Amount%100 != 0 {
		return nil, refusal("", "amount", "Payouts in %s must be divisible by 100.", po.Currency)
	}
	if !a.Payouts {
		return nil, refusal("payouts_not_allowed", "", "Cannot create payouts: this account has payouts disabled. Check the account's requirements.")
	}
	if !a.Platform {
		b, ok := a.bankFor(po.Currency, c.p.str("destination"))
		if !ok {
			return nil, refusal("", "currency", "Sorry, you don't have any external accounts in that currency (%s).", po.Currency)
		}
		if b.Status == "errored" {
			return nil, refusal("bank_account_unusable", "", "The bank account can't be used for payouts: an earlier payout to it failed. Give another one.")
		}
		po.Bank, po.BankFails = b.ID, b.Failure
	}
	if s.holding(a.ID, po.Currency).available < po.Amount {
		return nil, refusal("balance_insufficient", "", "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.")
	}
	po.Sends, po.Arrival = midnightAfter(po.Created, 1), midnightAfter(po.Created, payoutTakes)
	mv := s.post(&txn{
		Account: a.ID, Type: "payout", Category: "payout", Source: po.ID, About: "STRIPE PAYOUT", Amount: -po.Amount, Currency: po.Currency,
	})
	po.Txn = mv.ID
	s.put(po)
	s.schedule(po)
	s.emitFor(a.ID, "payout.created", s.renderPayout(po), nil)
	return s.renderPayout(po), nil
}

func (a *account) bankFor(currency, id string) (bank, bool) {
	for _, b := range a.Banks {
		if b.Currency == currency && (id == "" || b.ID == id) {
			return b, true
		}
	}
	return bank{}, false
}

func (s *Sim) sendPayout(po *payout) {
	if po.Status != "pending" {
		return
	}
	po.Status = "in_transit"
	s.put(po)
	s.emitFor(po.Account, "payout.updated", s.renderPayout(po), obj{"status": "pending"})
}

func (s *Sim) arrivePayout(po *payout) {
	if po.Status != "in_transit" && po.Status != "pending" {
		return
	}
	if po.BankFails != "" {
		s.failPayout(po, po.BankFails)
		return
	}
	po.Status = "paid"
	s.put(po)
	s.emitFor(po.Account, "payout.paid", s.renderPayout(po), nil)
}

// failPayout returns the money of a payout, also of one that was paid: banks send back up to five business days later. The bank
// account can't be used any more until it is replaced. [SPEC failure_balance_transaction; DOC failed external accounts]
func (s *Sim) failPayout(po *payout, code string) bool {
	if po.Status == "failed" || po.Status == "canceled" {
		return false
	}
	po.Status, po.FailCode, po.FailText = "failed", code, "The bank returned the payout: "+code+"."
	s.returnFunds(po, "payout_failure", "payout_reversal")
	s.put(po)
	s.emitFor(po.Account, "payout.failed", s.renderPayout(po), nil)
	a, _ := s.tables.accounts.get(po.Account)
	for i := range a.Banks {
		if a.Banks[i].ID == po.Bank {
			a.Banks[i].Status = "errored"
			a.Payouts, a.Due, a.Past = false, []string{"external_account"}, []string{"external_account"}
			s.emitFor(a.ID, "account.external_account.updated", renderBank(a, i), nil)
			s.changed(a)
		}
	}
	return true
}

func (s *Sim) returnFunds(po *payout, kind, category string) {
	mv := s.post(&txn{
		Account: po.Account, Type: kind, Category: category, Source: po.ID, About: "STRIPE PAYOUT FAILURE", Amount: po.Amount, Currency: po.Currency,
	})
	po.FailTxn = mv.ID
}

func (c *call) pathPayout() (*payout, *failure) {
	po, ok := c.sim.tables.payouts.get(c.path("id"))
	if !ok || po.Account != c.account.ID {
		return nil, missing("payout", c.path("id"), "id")
	}
	return po, nil
}

func (c *call) cancelPayout() (any, *failure) {
	po, err := c.pathPayout()
	if err != nil {
		return nil, err
	}
	if po.Status != "pending" {
		return nil, refusal("", "", "Payouts can only be canceled while they are pending; this one is %s.", po.Status)
	}
	po.Status = "canceled"
	c.sim.returnFunds(po, "payout_cancel", "payout_reversal")
	c.sim.put(po)
	c.sim.emitFor(po.Account, "payout.canceled", c.sim.renderPayout(po), nil)
	return c.sim.renderPayout(po), nil
}

func (s *Sim) renderPayout(po *payout) obj {
	return obj{
		"id": po.ID, "object": "payout", "amount": po.Amount, "arrival_date": po.Arrival, "automatic": po.Automatic,
		"balance_transaction": refTo("txn", po.Txn), "created": po.Created, "currency": po.Currency, "description": orNull(po.About),
		"destination": refTo("bank", po.Bank), "failure_balance_transaction": refTo("txn", po.FailTxn), "failure_code": orNull(po.FailCode),
		"failure_message": orNull(po.FailText), "livemode": false, "metadata": labelsOf(po.Metadata), "method": "standard", "original_payout": nil,
		"reconciliation_status": "not_applicable", "reversed_by": nil, "source_type": "card", "statement_descriptor": orNull(po.Descriptor),
		"status": po.Status, "type": "bank_account",
	}
}

func (c *call) getPayout() (any, *failure) {
	po, err := c.pathPayout()
	if err != nil {
		return nil, err
	}
	return c.sim.renderPayout(po), nil
}

func (c *call) listPayouts() (any, *failure) {
	arrival, _ := c.p["arrival_date"].(span)
	return listed(c, "/v1/payouts", c.sim.tables.payouts, c.account.ID, c.sim.renderPayout, func(po *payout) bool {
		return arrival.fits(po.Arrival) && (c.p.str("status") == "" || po.Status == c.p.str("status")) &&
			(c.p.str("destination") == "" || po.Bank == c.p.str("destination"))
	})
}
