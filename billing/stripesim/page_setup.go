package stripesim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setup is what the onboarding page shows.
type setup struct {
	Country    string
	Currencies []string // an account may be in, upper case
	Sample     string   // address of this page filled in
	Action     string
}

var setupFields = []string{"first", "last", "day", "month", "year", "line1", "city", "postal", "account"}

// enterSetup follows an onboarding link. It works once: a second visit, or a late one, goes to the refresh address, as with Stripe.
func (s *Sim) enterSetup(r *http.Request) (*view, string) {
	l, a, ok := s.follow(r, "setup")
	if !ok || a.ID != r.PathValue("account") {
		return s.nothing(r), ""
	}
	if l.Consumed || s.now() > l.Expires {
		return nil, l.Refresh
	}
	l.Consumed = true
	s.put(l)
	visit := s.newLink(a, "session", 3600)
	visit.Return, visit.Refresh = l.Return, l.Refresh
	return nil, "/setup/s/" + visit.ID
}

func (s *Sim) follow(r *http.Request, purpose string) (*link, *account, bool) {
	l, ok := s.tables.links.get(r.PathValue("token"))
	if !ok || l.Purpose != purpose {
		return nil, nil, false
	}
	a, ok := s.tables.accounts.get(l.Account)
	return l, a, ok
}

func (s *Sim) showSetup(r *http.Request) (*view, string) {
	l, a, ok := s.follow(r, "session")
	if !ok {
		return s.nothing(r), ""
	}
	if l.Consumed || s.now() > l.Expires {
		return nil, l.Refresh
	}
	v := s.setupView(r, l, a)
	if r.URL.Query().Get("fill") != "" {
		v.Values = map[string]string{
			"first": "Jenny", "last": "Rosen", "day": "1", "month": "1", "year": "1990", "line1": "1 Sample Street", "city": "Sampletown",
			"postal": "10115", "account": "000123456789", "currency": strings.ToUpper(a.Currency),
		}
	}
	return v, ""
}

func (s *Sim) setupView(r *http.Request, l *link, a *account) *view {
	v := s.view(r, "", "setup", "setup_title")
	v.Back = l.Refresh
	v.Values["outcome"], v.Values["currency"] = "verified", strings.ToUpper(a.Currency)
	if a.First != "" {
		v.Values["first"], v.Values["last"] = a.First, a.Last
	}
	v.Content = setup{Country: placeName(v.L, a.Country), Currencies: bankCurrencies, Sample: "/setup/s/" + l.ID + "?fill=1", Action: "/setup/s/" + l.ID}
	return v
}

func (s *Sim) doSetup(r *http.Request) (*view, string) {
	l, a, ok := s.follow(r, "session")
	if !ok {
		return s.nothing(r), ""
	}
	if l.Consumed {
		return nil, l.Return
	}
	if s.now() > l.Expires {
		return nil, l.Refresh
	}
	if r.PostForm.Get("action") == "later" {
		return nil, l.Return
	}
	v := s.setupView(r, l, a)
	for _, f := range append(setupFields, "currency", "outcome", "terms") {
		v.Values[f] = strings.TrimSpace(r.PostForm.Get(f))
	}
	s.checkSetup(v, a.Currency)
	if len(v.Errors) > 0 {
		v.status = http.StatusUnprocessableEntity
		return v, ""
	}
	l.Consumed = true
	s.put(l)
	s.onboard(a, v.Values)
	return nil, l.Return
}

func (s *Sim) checkSetup(v *view, currency string) {
	for _, f := range []string{"first", "last", "line1", "city", "postal"} {
		if v.Values[f] == "" || len(v.Values[f]) > 200 {
			v.wrong(f, "error_"+f)
		}
	}
	d, _ := strconv.Atoi(v.Values["day"])
	m, _ := strconv.Atoi(v.Values["month"])
	y, _ := strconv.Atoi(v.Values["year"])
	born := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	now := s.cfg.Clock.Now()
	switch {
	case born.Day() != d || int(born.Month()) != m || y < 1900 || born.After(now):
		v.wrong("day", "error_birth")
	case born.AddDate(13, 0, 0).After(now):
		v.wrong("day", "error_age")
	}
	number := digits(v.Values["account"])
	if len(number) < 6 || len(number) > 34 {
		v.wrong("account", "error_account")
	}
	if v.Values["currency"] == "" { // as it was before there was a choice
		v.Values["currency"] = strings.ToUpper(currency)
	}
	if !slices.Contains(bankCurrencies, v.Values["currency"]) && v.Values["currency"] != strings.ToUpper(currency) {
		v.wrong("account", "error_account")
	}
	if v.Values["terms"] == "" {
		v.wrong("terms", "error_terms")
	}
	if !slices.Contains([]string{"verified", "document", "waiting"}, v.Values["outcome"]) {
		v.Values["outcome"] = "verified"
	}
}

// bankCurrencies are those in which a payee may have an account: money of another currency is paid out to an account in it.
var bankCurrencies = strings.Fields("USD EUR GBP CAD AUD CHF JPY")

// onboard takes what the payee told and lets the chosen outcome happen. An account takes the place of the one in its currency.
func (s *Sim) onboard(a *account, in map[string]string) {
	number := strings.ToUpper(digits(in["account"]))
	b := bank{
		ID: s.newID("ba"), Country: a.Country, Currency: strings.ToLower(in["currency"]), Last4: number[len(number)-4:], Status: "new", Failure: bankFailures[number],
	}
	if a.Country == "US" {
		b.Routing = "110000000"
	}
	had := a.transfersState()
	a.First, a.Last, a.Submitted, a.Accepted = in["first"], in["last"], true, s.now()
	a.Banks = append(slices.DeleteFunc(slices.Clone(a.Banks), func(old bank) bool { return old.Currency == b.Currency }), b)
	a.Due, a.Past, a.Checking, a.Disabled = nil, nil, nil, ""
	switch in["outcome"] {
	case "document":
		a.Due, a.Past = []string{"individual.verification.document"}, []string{"individual.verification.document"}
		a.Transfers, a.Payouts, a.Disabled = "inactive", false, "requirements.past_due"
	case "waiting":
		a.Checking, a.Transfers, a.Payouts, a.Disabled = []string{"individual.verification.document"}, "pending", false, "requirements.pending_verification"
		a.Verifies = s.now() + day
		s.schedule(a)
	default:
		a.Transfers, a.Payouts = "active", true
	}
	s.emitFor(a.ID, "account.external_account.created", renderBank(a, len(a.Banks)-1), nil)
	s.saved(a, had)
}

// saved stores an account and tells what changed, its capability included.
func (s *Sim) saved(a *account, had string) {
	s.changed(a)
	if a.transfersState() != had {
		s.emitFor(a.ID, "capability.updated", renderCapability(a), obj{"status": had})
	}
}

// verified ends a verification that took its time.
func (s *Sim) verified(a *account) {
	if a.Transfers != "pending" {
		return
	}
	a.Transfers, a.Payouts, a.Checking, a.Disabled, a.Verifies = "active", true, nil, "", 0
	s.saved(a, "pending")
}

// express is the payee's small dashboard.
type express struct {
	Available, Pending []string
	Payouts            []expressPayout
}

type expressPayout struct{ Amount, Day, Status string }

func (s *Sim) showExpress(r *http.Request) *view {
	l, a, ok := s.follow(r, "login")
	if !ok || s.now() > l.Expires || a.ID != r.PathValue("account") {
		return s.nothing(r)
	}
	v := s.view(r, "", "express", "express_title")
	var e express
	for _, c := range sortedKeys(s.balances[a.ID]) {
		h := s.balances[a.ID][c]
		e.Available = append(e.Available, amountIn(v.L, h.available, c))
		e.Pending = append(e.Pending, amountIn(v.L, h.pending, c))
	}
	rows, _ := page(s.tables.payouts.list(a.ID), listQuery{limit: 20}, nil)
	for _, po := range rows {
		e.Payouts = append(e.Payouts, expressPayout{
			amountIn(v.L, po.Amount, po.Currency), v.Date(time.Unix(po.Arrival, 0)), v.T("payout_" + po.Status),
		})
	}
	v.Content = e
	return v
}
