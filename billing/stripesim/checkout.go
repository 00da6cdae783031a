package stripesim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// locales are the languages of Stripe's page. There is no Arabic: such payers are asked for with "auto". [SPEC]
var locales = strings.Fields("auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru " +
	"sk sl sv th tr vi zh zh-HK zh-TW")

var sessionParams = fields{
	"mode": oneOf("payment", "setup", "subscription").need(), "success_url": text, "cancel_url": text, "client_reference_id": text.upTo(200),
	"customer_email": text.upTo(800), "expires_at": whole, "locale": oneOf(locales...), "metadata": facts,
	"payment_method_types": listOf(oneOf("card")), "submit_type": oneOf("auto", "book", "donate", "pay"), "ui_mode": oneOf("hosted"),
	"line_items": listOf(hash(fields{
		"quantity": whole,
		"price_data": hash(fields{
			"currency": text.need(), "unit_amount": whole,
			"product_data": hash(fields{"name": text.need(), "description": text.upTo(40000), "metadata": facts}),
		}),
	})),
	"payment_intent_data": hash(fields{
		"transfer_group": text, "metadata": facts, "description": text.upTo(1000), "statement_descriptor_suffix": text.upTo(22),
	}),
}

func (c *call) createSession() (any, *failure) {
	p, s := c.p, c.sim
	if p.str("mode") != "payment" {
		return nil, refusal("", "mode", "This simulator opens sessions of mode payment only.")
	}
	lines := p.list("line_items")
	if len(lines) != 1 {
		return nil, refusal("parameter_missing", "line_items", "Exactly one line item is simulated; %d were given.", len(lines))
	}
	line := lines[0]
	price := line.sub("price_data")
	if price == nil || !price.has("product_data") || !price.has("unit_amount") {
		return nil, refusal("parameter_missing", "line_items[0][price_data]", "You must specify either `price` or `price_data` with `product_data` and `unit_amount`.")
	}
	x := &session{
		head: s.head("cs_test"), Status: "open", Payment: "unpaid", Reference: p.str("client_reference_id"),
		Title: price.sub("product_data").str("name"), Description: price.sub("product_data").str("description"),
		Unit: price.num("unit_amount"), Quantity: 1, Currency: price.str("currency"), Email: p.str("customer_email"), Locale: p.str("locale"),
		Success: p.str("success_url"), Cancel: p.str("cancel_url"), Metadata: p.labels("metadata"),
	}
	if line.has("quantity") {
		x.Quantity = line.num("quantity")
	}
	intent := p.sub("payment_intent_data")
	x.Group, x.Suffix, x.About, x.IntentMetadata = intent.str("transfer_group"), intent.str("statement_descriptor_suffix"),
		intent.str("description"), intent.labels("metadata")
	if err := x.check(p, s.now()); err != nil {
		return nil, err
	}
	x.LineID, x.PriceID, x.Prod = s.newID("li"), s.newID("price"), s.newID("prod")
	s.put(x)
	s.schedule(x)
	return s.renderSession(x, s.address(c.http)), nil
}

// check applies the rules that no schema can say.
func (x *session) check(p params, now int64) *failure {
	if x.Quantity < 1 || x.Quantity > 999_999 {
		return refusal("parameter_invalid_integer", "line_items[0][quantity]", "This value must be greater than or equal to 1.")
	}
	if x.Unit > greatest {
		return refusal("amount_too_large", "line_items[0][price_data][unit_amount]", "Amount must be no more than 99999999.")
	}
	if err := checkAmount(x.total(), x.Currency, "line_items[0][price_data][unit_amount]"); err != nil {
		return err
	}
	if least := minimums[x.Currency]; x.total() < least {
		return refusal("amount_too_small", "", "The Checkout Session's total amount must be at least %d in %s.", least, x.Currency)
	}
	if x.Success == "" {
		return refusal("parameter_missing", "success_url", "You must provide a success_url.")
	}
	for param, u := range map[string]string{"success_url": x.Success, "cancel_url": x.Cancel} {
		if u == "" {
			continue
		}
		if parsed, err := url.Parse(u); err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return refusal("url_invalid", param, "Not a valid URL")
		}
	}
	if x.Email != "" && !strings.Contains(x.Email, "@") {
		return refusal("email_invalid", "customer_email", "Invalid email address: %s", x.Email)
	}
	if err := checkSuffix(x.Suffix); err != nil {
		return err
	}
	x.Expires = now + day
	if p.has("expires_at") {
		x.Expires = p.num("expires_at")
		if x.Expires < now+30*60 || x.Expires > now+day {
			return refusal("", "expires_at", "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.")
		}
	}
	return nil
}

// descriptorPrefix is the platform's own part of a card statement line.
const descriptorPrefix = "WORKFLUENCE"

// checkSuffix: Latin characters, at least one letter, none of <>\'"*, and prefix + "* " + suffix within 22. [DOC; the last two [UNV]]
func checkSuffix(suffix string) *failure {
	if suffix == "" {
		return nil
	}
	const param = "payment_intent_data[statement_descriptor_suffix]"
	letter := false
	for _, r := range suffix {
		if r < ' ' || r > '~' || strings.ContainsRune(`<>\'"*`, r) {
			return refusal("", param, "The statement descriptor suffix contains invalid characters.")
		}
		letter = letter || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	switch {
	case !letter:
		return refusal("", param, "The statement descriptor suffix must contain at least one alphabetic character.")
	case len(descriptorPrefix)+2+len(suffix) > 22:
		return refusal("", param, "The statement descriptor, prefix and suffix together, must be at most 22 characters.")
	}
	return nil
}

// address is where browsers reach the hosted pages.
func (s *Sim) address(r *http.Request) string {
	if s.cfg.BaseURL != "" {
		return strings.TrimSuffix(s.cfg.BaseURL, "/")
	}
	return "http://" + r.Host
}

func (s *Sim) renderSession(x *session, base string) obj {
	var page, details, mail any
	if x.Status == "open" {
		page = base + "/c/pay/" + x.ID
	}
	if x.Status == "complete" {
		details = obj{
			"address": address(x.PayerCountry), "email": x.PayerEmail, "name": orNull(x.PayerName), "phone": nil, "tax_exempt": "none", "tax_ids": []obj{},
		}
	} else if x.Email != "" {
		details = obj{"address": nil, "email": x.Email, "name": nil, "phone": nil, "tax_exempt": "none", "tax_ids": nil}
	}
	mail = orNull(x.Email)
	return obj{
		"id": x.ID, "object": "checkout.session", "after_expiration": nil, "allow_promotion_codes": nil, "amount_subtotal": x.total(),
		"amount_total": x.total(), "automatic_tax": obj{"enabled": false, "liability": nil, "status": nil}, "billing_address_collection": nil,
		"cancel_url": orNull(x.Cancel), "client_reference_id": orNull(x.Reference), "client_secret": nil, "consent": nil,
		"consent_collection": nil, "created": x.Created, "currency": x.Currency, "currency_conversion": nil, "custom_fields": []obj{},
		"custom_text": obj{"after_submit": nil, "shipping_address": nil, "submit": nil, "terms_of_service_acceptance": nil}, "customer": nil,
		"customer_creation": "if_required", "customer_details": details, "customer_email": mail, "expires_at": x.Expires, "invoice": nil,
		"invoice_creation": obj{"enabled": false, "invoice_data": obj{
			"account_tax_ids": nil, "custom_fields": nil, "description": nil, "footer": nil, "issuer": nil, "metadata": labels{}, "rendering_options": nil,
		}},
		"livemode": false, "locale": orNull(x.Locale), "metadata": labelsOf(x.Metadata), "mode": "payment", "payment_intent": refTo("intent", x.Intent),
		"payment_link": nil, "payment_method_collection": "if_required", "payment_method_configuration_details": nil, "payment_method_options": obj{},
		"payment_method_types": []string{"card"}, "payment_status": x.Payment, "phone_number_collection": obj{"enabled": false},
		"recovered_from": nil, "setup_intent": nil, "shipping_address_collection": nil, "shipping_cost": nil, "shipping_details": nil,
		"shipping_options": []obj{}, "status": x.Status, "submit_type": nil, "subscription": nil, "success_url": orNull(x.Success),
		"total_details": obj{"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted", "url": page,
	}
}

func address(country string) obj {
	return obj{"city": nil, "country": orNull(country), "line1": nil, "line2": nil, "postal_code": nil, "state": nil}
}

func (s *Sim) renderLines(x *session) obj {
	price := obj{
		"id": x.PriceID, "object": "price", "active": false, "billing_scheme": "per_unit", "created": x.Created, "currency": x.Currency,
		"custom_unit_amount": nil, "livemode": false, "lookup_key": nil, "metadata": labels{}, "nickname": nil, "product": x.Prod, "recurring": nil,
		"tax_behavior": "unspecified", "tiers_mode": nil, "transform_quantity": nil, "type": "one_time", "unit_amount": x.Unit,
		"unit_amount_decimal": decimal(x.Unit),
	}
	line := obj{
		"id": x.LineID, "object": "item", "amount_discount": 0, "amount_subtotal": x.total(), "amount_tax": 0, "amount_total": x.total(),
		"currency": x.Currency, "description": x.Title, "price": price, "quantity": x.Quantity,
	}
	return obj{"object": "list", "data": []obj{line}, "has_more": false, "url": "/v1/checkout/sessions/" + x.ID + "/line_items"}
}

func (c *call) pathSession() (*session, *failure) {
	x, ok := c.sim.tables.sessions.get(c.path("id"))
	if !ok {
		return nil, missing("checkout.session", c.path("id"), "id")
	}
	return x, nil
}

func (c *call) getSession() (any, *failure) {
	x, err := c.pathSession()
	if err != nil {
		return nil, err
	}
	return c.sim.renderSession(x, c.sim.address(c.http)), nil
}

func (c *call) listLines() (any, *failure) {
	x, err := c.pathSession()
	if err != nil {
		return nil, err
	}
	return c.sim.renderLines(x), nil
}

func (c *call) listSessions() (any, *failure) {
	base, intent := c.sim.address(c.http), c.p.str("payment_intent")
	return listed(c, "/v1/checkout/sessions", c.sim.tables.sessions, all, func(x *session) obj { return c.sim.renderSession(x, base) },
		func(x *session) bool { return intent == "" || x.Intent == intent })
}

func (c *call) expireSession() (any, *failure) {
	x, err := c.pathSession()
	if err != nil {
		return nil, err
	}
	if x.Status != "open" {
		return nil, refusal("", "", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `%s`.", x.Status)
	}
	base := c.sim.address(c.http)
	c.sim.expire(x, base)
	return c.sim.renderSession(x, base), nil
}

// expire closes an open session. A page that is in its challenge is closed too; the intent stays as it is.
func (s *Sim) expire(x *session, base string) {
	if x.Status != "open" {
		return
	}
	x.Status = "expired"
	s.put(x)
	if i, ok := s.tables.intents.get(x.Intent); ok && slices.Contains([]string{"requires_action", "requires_payment_method"}, i.Status) {
		i.Status = "canceled"
		s.put(i)
		s.emit("payment_intent.canceled", s.renderIntent(i), nil)
	}
	s.emit("checkout.session.expired", s.renderSession(x, base), nil)
}
