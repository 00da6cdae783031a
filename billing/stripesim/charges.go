package stripesim

func (s *Sim) renderIntent(i *intent) obj {
	var problem, next any
	if d := i.Failure; d != nil {
		e := obj{"type": "card_error", "code": d.Code, "message": d.Message, "payment_method": s.method(i)}
		if d.Decline != "" {
			e["decline_code"], e["charge"] = d.Decline, i.Charge
		} else {
			e["type"] = invalidRequest
		}
		problem = e
	}
	if i.Status == "requires_action" {
		next = obj{"type": "use_stripe_sdk", "use_stripe_sdk": obj{}}
	}
	method := refTo("method", i.Method)
	if i.Status == "requires_payment_method" {
		method = nil
	}
	return obj{
		"id": i.ID, "object": "payment_intent", "amount": i.Amount, "amount_capturable": 0, "amount_details": obj{"tip": obj{}},
		"amount_received": i.Received, "application": nil, "application_fee_amount": nil, "automatic_payment_methods": nil, "canceled_at": nil,
		"cancellation_reason": nil, "capture_method": "automatic", "client_secret": i.Secret, "confirmation_method": "automatic",
		"created": i.Created, "currency": i.Currency, "customer": nil, "description": orNull(i.About), "invoice": nil,
		"last_payment_error": problem, "latest_charge": refTo("charge", i.Charge), "livemode": false, "metadata": labelsOf(i.Metadata),
		"next_action": next, "on_behalf_of": nil, "payment_method": method, "payment_method_configuration_details": nil,
		"payment_method_options": obj{"card": obj{
			"installments": nil, "mandate_options": nil, "network": nil, "request_three_d_secure": "automatic",
		}},
		"payment_method_types": []string{"card"}, "processing": nil, "receipt_email": nil, "review": nil, "setup_future_usage": nil,
		"shipping": nil, "statement_descriptor": nil, "statement_descriptor_suffix": orNull(i.Suffix), "status": i.Status, "transfer_data": nil,
		"transfer_group": orNull(i.Group),
	}
}

// resolveMethod finds a payment method by the charge it was used for.
func (s *Sim) resolveMethod(id string) (obj, bool) {
	for _, i := range s.tables.intents.byID {
		if i.Method == id {
			return s.method(i), true
		}
	}
	return nil, false
}

func (s *Sim) method(i *intent) obj {
	who := s.billing("", "", "")
	if x, ok := s.tables.sessions.get(i.Session); ok {
		who = s.billing(x.PayerEmail, x.PayerName, x.PayerCountry)
	}
	return obj{
		"id": i.Method, "object": "payment_method", "billing_details": who, "card": obj{
			"brand": i.Card.Brand, "checks": cardChecks(), "country": i.Card.Country, "display_brand": i.Card.Brand, "exp_month": i.Card.Month,
			"exp_year": i.Card.Year, "fingerprint": fingerprintOf(i.Card), "funding": "credit", "generated_from": nil, "last4": i.Card.Last4,
			"networks":             obj{"available": []string{i.Card.Brand}, "preferred": nil},
			"three_d_secure_usage": obj{"supported": true}, "wallet": nil,
		},
		"created": i.Created, "customer": nil, "livemode": false, "metadata": labels{}, "type": "card",
	}
}

func cardChecks() obj {
	return obj{"address_line1_check": nil, "address_postal_code_check": nil, "cvc_check": "pass"}
}

func fingerprintOf(c card) string { return "sim" + c.Brand + c.Last4 }

func (s *Sim) billing(email, name, country string) obj {
	return obj{"address": address(country), "email": orNull(email), "name": orNull(name), "phone": nil}
}

func (s *Sim) renderCharge(ch *charge) obj {
	succeeded := ch.Status == "succeeded"
	var code, text any
	result := obj{
		"network_status": "approved_by_network", "reason": nil, "risk_level": "normal", "risk_score": 24, "seller_message": "Payment complete.",
		"type": "authorized",
	}
	if d := ch.Failure; d != nil {
		code, text = d.Code, d.Message
		result["network_status"], result["reason"], result["type"] = "declined_by_network", d.Decline, "issuer_declined"
		result["seller_message"] = "The bank did not return any further details with this decline."
	}
	captured := int64(0)
	if succeeded {
		captured = ch.Amount
	}
	return obj{
		"id": ch.ID, "object": "charge", "amount": ch.Amount, "amount_captured": captured, "amount_refunded": ch.Refunded, "application": nil,
		"application_fee": nil, "application_fee_amount": nil, "balance_transaction": refTo("txn", ch.Txn),
		"billing_details": s.billing(ch.Email, ch.Name, ch.PayerCountry), "calculated_statement_descriptor": statementLine(ch),
		"captured": succeeded, "created": ch.Created, "currency": ch.Currency, "customer": nil, "description": orNull(ch.About), "disputed": false,
		"failure_balance_transaction": nil, "failure_code": code, "failure_message": text, "fraud_details": obj{}, "invoice": nil,
		"livemode": false, "metadata": labelsOf(ch.Metadata), "on_behalf_of": nil, "outcome": result, "paid": succeeded,
		"payment_intent": refTo("intent", ch.Intent), "payment_method": orNull(ch.Method), "payment_method_details": methodDetails(ch),
		"receipt_email": nil, "receipt_number": nil, "receipt_url": nil, "refunded": ch.Refunded == ch.Amount && succeeded, "review": nil,
		"shipping": nil, "source_transfer": refTo("transfer", ch.Transfer), "statement_descriptor": nil,
		"statement_descriptor_suffix": orNull(ch.Suffix), "status": ch.Status, "transfer_data": nil, "transfer_group": orNull(ch.Group),
	}
}

func statementLine(ch *charge) any {
	if ch.Transfer != "" {
		return nil
	}
	if ch.Suffix == "" {
		return descriptorPrefix
	}
	return descriptorPrefix + "* " + ch.Suffix
}

func methodDetails(ch *charge) obj {
	if ch.Transfer != "" {
		return obj{"type": "stripe_account", "stripe_account": obj{}}
	}
	var secure any
	if ch.Card.Challenged {
		secure = obj{
			"authentication_flow": "challenge", "electronic_commerce_indicator": "05", "exemption_indicator": nil, "result": "authenticated",
			"result_reason": nil, "transaction_id": "3ds-" + ch.ID, "version": "2.2.0",
		}
	}
	return obj{"type": "card", "card": obj{
		"amount_authorized": ch.Amount, "brand": ch.Card.Brand, "checks": cardChecks(), "country": ch.Card.Country, "exp_month": ch.Card.Month,
		"exp_year": ch.Card.Year, "extended_authorization": obj{"status": "disabled"}, "fingerprint": fingerprintOf(ch.Card), "funding": "credit",
		"incremental_authorization": obj{"status": "unavailable"}, "installments": nil, "last4": ch.Card.Last4, "mandate": nil,
		"multicapture": obj{"status": "unavailable"}, "network": ch.Card.Brand, "network_token": obj{"used": false},
		"overcapture": obj{"maximum_amount_capturable": ch.Amount, "status": "unavailable"}, "three_d_secure": secure, "wallet": nil,
	}}
}

func (c *call) getIntent() (any, *failure) {
	i, ok := c.sim.tables.intents.get(c.path("id"))
	if !ok {
		return nil, missing("payment_intent", c.path("id"), "id")
	}
	return c.sim.renderIntent(i), nil
}

func (c *call) listIntents() (any, *failure) {
	return listed(c, "/v1/payment_intents", c.sim.tables.intents, all, c.sim.renderIntent, nil)
}

func (c *call) getCharge() (any, *failure) {
	ch, ok := c.sim.tables.charges.get(c.path("id"))
	if !ok || ch.Account != c.account.ID {
		return nil, missing("charge", c.path("id"), "id")
	}
	return c.sim.renderCharge(ch), nil
}

func (c *call) listCharges() (any, *failure) {
	key := c.account.ID
	switch {
	case c.p.str("payment_intent") != "":
		key = "intent:" + c.p.str("payment_intent")
	case c.p.str("transfer_group") != "":
		key = "group:" + c.p.str("transfer_group")
	}
	return listed(c, "/v1/charges", c.sim.tables.charges, key, c.sim.renderCharge, func(ch *charge) bool {
		return ch.Account == c.account.ID && (c.p.str("transfer_group") == "" || ch.Group == c.p.str("transfer_group"))
	})
}
