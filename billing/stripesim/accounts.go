package stripesim

import (
	"fmt"
	"net/url"
)

var accountFields = fields{
	"email": text, "metadata": facts,
	"business_type":    oneOf("individual", "company", "non_profit", "government_entity"),
	"business_profile": hash(fields{"url": text, "name": text, "mcc": text, "product_description": text.upTo(40000)}),
	"capabilities": hash(fields{
		"transfers": hash(fields{"requested": yesNo}), "card_payments": hash(fields{"requested": yesNo}),
	}),
	"settings": hash(fields{"payouts": hash(fields{
		"schedule":             hash(fields{"interval": oneOf("manual", "daily", "weekly", "monthly")}),
		"statement_descriptor": text.upTo(22),
	})}),
}

var (
	accountParams       = accountFields.and(fields{"type": oneOf("express", "custom", "standard"), "country": text, "default_currency": text})
	accountUpdateParams = accountFields
	accountLinkParams   = fields{
		"account": text.need(), "type": oneOf("account_onboarding", "account_update").need(), "return_url": text, "refresh_url": text,
		"collect":            oneOf("currently_due", "eventually_due"),
		"collection_options": hash(fields{"fields": oneOf("currently_due", "eventually_due"), "future_requirements": oneOf("include", "omit")}),
	}
)

// needed is what an express account of an individual must tell before it can be paid. [SPEC requirements]
var needed = []string{
	"business_profile.url", "external_account", "individual.address.city", "individual.address.line1", "individual.address.postal_code",
	"individual.dob.day", "individual.dob.month", "individual.dob.year", "individual.email", "individual.first_name", "individual.last_name",
	"tos_acceptance.date", "tos_acceptance.ip",
}

func (c *call) createAccount() (any, *failure) {
	if kind := c.p.str("type"); kind != "express" {
		return nil, refusal("", "type", "This simulator makes express accounts only, not %q.", kind)
	}
	country := c.p.str("country")
	if country == "" {
		country = c.sim.platform.Country
	}
	ccy, ok := countries[country]
	if !ok {
		return nil, refusal("country_unsupported", "country", "Country '%s' is unknown or not supported for accounts.", country)
	}
	if d := c.p.str("default_currency"); d != "" {
		if !knownCurrency(d) {
			return nil, refusal("", "default_currency", "Invalid currency: %s.", d)
		}
		ccy = d
	}
	a := &account{
		head: c.sim.head("acct"), Country: country, Currency: ccy, BusinessType: "individual", Interval: "daily", Transfers: "inactive",
		Due: needed, Past: needed, Disabled: "requirements.past_due", Metadata: labels{},
	}
	a.apply(c.p)
	c.sim.put(a)
	return c.sim.renderAccount(a), nil
}

func (a *account) apply(p params) {
	if e := p.str("email"); e != "" {
		a.Email = e
	}
	if b := p.str("business_type"); b != "" {
		a.BusinessType = b
	}
	if t := p.sub("capabilities").sub("transfers"); t.has("requested") {
		a.Requested = t.flag("requested")
	}
	if i := p.sub("settings").sub("payouts").sub("schedule").str("interval"); i != "" {
		a.Interval = i
	}
	if p.has("metadata") {
		a.Metadata = mergeLabels(a.Metadata, p.labels("metadata"))
	}
}

func (c *call) pathAccount() (*account, *failure) {
	a, ok := c.sim.tables.accounts.get(c.path("id"))
	if !ok {
		return nil, &failure{
			Status: 403, Kind: invalidRequest, Code: "account_invalid", stored: true,
			Message: "The provided key does not have access to account '" + c.path("id") + "' (or that account does not exist).",
		}
	}
	return a, nil
}

func (c *call) updateAccount() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	a.apply(c.p)
	c.sim.changed(a)
	return c.sim.renderAccount(a), nil
}

func (c *call) getAccount() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	return c.sim.renderAccount(a), nil
}

func (c *call) getOwnAccount() (any, *failure) { return c.sim.renderAccount(c.account), nil }

func (c *call) listAccounts() (any, *failure) {
	return listed(c, "/v1/accounts", c.sim.tables.accounts, all, c.sim.renderAccount, nil)
}

// changed saves an account and tells so.
func (s *Sim) changed(a *account) {
	s.put(a)
	s.emitFor(a.ID, "account.updated", s.renderAccount(a), nil)
}

func (c *call) createAccountLink() (any, *failure) {
	s := c.sim
	a, ok := s.tables.accounts.get(c.p.str("account"))
	if !ok || a.Platform {
		return nil, missing("account", c.p.str("account"), "account")
	}
	for _, k := range []string{"return_url", "refresh_url"} {
		if u, err := url.Parse(c.p.str(k)); err != nil || u.Host == "" {
			return nil, refusal("url_invalid", k, "Not a valid URL")
		}
	}
	l := s.newLink(a, "setup", 300)
	l.Return, l.Refresh = c.p.str("return_url"), c.p.str("refresh_url")
	return obj{
		"object": "account_link", "created": l.Created, "expires_at": l.Expires, "url": s.address(c.http) + "/setup/e/" + a.ID + "/" + l.ID,
	}, nil
}

func (s *Sim) newLink(a *account, purpose string, seconds int64) *link {
	h := s.head("link")
	h.ID = secret()
	l := &link{head: h, Account: a.ID, Purpose: purpose, Expires: s.now() + seconds}
	s.put(l)
	return l
}

func (c *call) createLoginLink() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	if !a.Submitted {
		return nil, refusal("", "account", "Cannot create a login link for an account that has not completed onboarding.")
	}
	l := c.sim.newLink(a, "login", 300)
	return obj{"object": "login_link", "created": l.Created, "url": c.sim.address(c.http) + "/express/" + a.ID + "/" + l.ID}, nil
}

func (a *account) transfersState() string {
	if !a.Requested {
		return "inactive"
	}
	return a.Transfers
}

func (s *Sim) renderAccount(a *account) obj {
	id := "/v1/accounts/" + a.ID
	banks := make([]obj, len(a.Banks))
	for i := range a.Banks {
		banks[i] = renderBank(a, i)
	}
	capabilities := obj{}
	if a.Requested {
		capabilities["transfers"] = a.transfersState()
	}
	interval := obj{"delay_days": cardSettles, "interval": a.Interval}
	terms := obj{"date": numOrNull(a.Accepted)}
	return obj{
		"id": a.ID, "object": "account", "business_profile": obj{
			"annual_revenue": nil, "estimated_worker_count": nil, "mcc": nil, "name": nil, "product_description": nil, "support_address": nil,
			"support_email": nil, "support_phone": nil, "support_url": nil, "url": nil,
		},
		"business_type": orNull(a.BusinessType), "capabilities": capabilities, "charges_enabled": a.Platform, "country": a.Country,
		"created": a.Created, "default_currency": a.Currency, "details_submitted": a.Submitted, "email": orNull(a.Email),
		"external_accounts":   obj{"object": "list", "data": banks, "has_more": false, "url": id + "/external_accounts"},
		"future_requirements": requirements(nil, nil, nil, ""), "metadata": labelsOf(a.Metadata), "payouts_enabled": a.Payouts,
		"requirements": requirements(a.Due, a.Past, a.Checking, a.Disabled),
		"settings": obj{
			"bacs_debit_payments": obj{"display_name": nil, "service_user_number": nil},
			"branding":            obj{"icon": nil, "logo": nil, "primary_color": nil, "secondary_color": nil},
			"card_issuing":        obj{"tos_acceptance": obj{"date": nil, "ip": nil}},
			"card_payments": obj{
				"decline_on": obj{"avs_failure": false, "cvc_failure": false}, "statement_descriptor_prefix": nil,
				"statement_descriptor_prefix_kana": nil, "statement_descriptor_prefix_kanji": nil,
			},
			"dashboard": obj{"display_name": nil, "timezone": "Etc/UTC"}, "invoices": obj{"default_account_tax_ids": nil},
			"payments":            obj{"statement_descriptor": nil, "statement_descriptor_kana": nil, "statement_descriptor_kanji": nil},
			"payouts":             obj{"debit_negative_balances": true, "schedule": interval, "statement_descriptor": nil},
			"sepa_debit_payments": obj{},
		},
		"tos_acceptance": terms, "type": a.kindOf(),
	}
}

func (a *account) kindOf() string {
	if a.Platform {
		return "standard"
	}
	return "express"
}

func requirements(due, past, checking []string, disabled string) obj {
	some := func(l []string) []string {
		if l == nil {
			return []string{}
		}
		return l
	}
	return obj{
		"alternatives": []obj{}, "current_deadline": nil, "currently_due": some(due), "disabled_reason": orNull(disabled), "errors": []obj{},
		"eventually_due": some(due), "past_due": some(past), "pending_verification": some(checking),
	}
}

func renderCapability(a *account) obj {
	return obj{
		"id": "transfers", "object": "capability", "account": ref{"account", a.ID}, "future_requirements": requirements(nil, nil, nil, ""),
		"requested": a.Requested, "requested_at": a.Created, "requirements": requirements(a.Due, a.Past, a.Checking, a.Disabled),
		"status": a.transfersState(),
	}
}

func (c *call) listCapabilities() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	return obj{
		"object": "list", "data": []obj{renderCapability(a)}, "has_more": false, "url": "/v1/accounts/" + a.ID + "/capabilities",
	}, nil
}

func (c *call) getCapability() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	if c.path("capability") != "transfers" {
		return nil, missing("capability", c.path("capability"), "id")
	}
	return renderCapability(a), nil
}

func renderBank(a *account, i int) obj {
	b := a.Banks[i]
	return obj{
		"id": b.ID, "object": "bank_account", "account": ref{"account", a.ID}, "account_holder_name": orNull(a.First + " " + a.Last),
		"account_holder_type": "individual", "account_type": nil, "available_payout_methods": []string{"standard"}, "bank_name": "STRIPE TEST BANK",
		"country": b.Country, "currency": b.Currency, "default_for_currency": true, "fingerprint": fmt.Sprintf("fp%s", b.ID[len(b.ID)-14:]),
		"future_requirements": requirementsOfBank(), "last4": b.Last4, "metadata": labels{}, "requirements": requirementsOfBank(),
		"routing_number": orNull(b.Routing), "status": b.Status,
	}
}

func requirementsOfBank() obj {
	return obj{"currently_due": []string{}, "errors": []obj{}, "past_due": []string{}, "pending_verification": []string{}}
}

func (s *Sim) resolveBank(id string) (obj, bool) {
	for _, a := range s.tables.accounts.list(all) {
		for i := range a.Banks {
			if a.Banks[i].ID == id {
				return renderBank(a, i), true
			}
		}
	}
	return nil, false
}

func (c *call) listBanks() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	banks := make([]obj, 0, len(a.Banks))
	if c.p.str("object") != "card" {
		for i := range a.Banks {
			banks = append(banks, renderBank(a, i))
		}
	}
	return obj{"object": "list", "data": banks, "has_more": false, "url": "/v1/accounts/" + a.ID + "/external_accounts"}, nil
}

func (c *call) getBank() (any, *failure) {
	a, err := c.pathAccount()
	if err != nil {
		return nil, err
	}
	for i := range a.Banks {
		if a.Banks[i].ID == c.path("bank") {
			return renderBank(a, i), nil
		}
	}
	return nil, missing("external account", c.path("bank"), "id")
}
