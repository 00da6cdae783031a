package stripesim

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// till is what the payment page shows.
type till struct {
	Title, Description string
	Amount             string
	Email              string        // given by the seller; the payer can't change it
	Place              string        // the name of the chosen country, which stands first
	Places             template.HTML // options of the others
	Cards              []shownCard
	Action             string
}

// shownCard is a test card that fills the form by one press.
type shownCard struct{ Number, Message string }

// Spaced is the number in groups of four.
func (c shownCard) Spaced() string {
	var b strings.Builder
	for i, r := range c.Number {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

var testCardTable = []shownCard{
	{"4242424242424242", "card_ok"}, {"4000002500003155", "card_challenge"}, {"4000000000000002", "card_declined"},
	{"4000000000009995", "card_funds"}, {"4000000000005126", "card_refund_fails"},
}

func (s *Sim) showPay(r *http.Request) *view {
	x, ok := s.tables.sessions.get(r.PathValue("id"))
	if !ok {
		return s.nothing(r)
	}
	v := s.payView(r, x)
	if n := r.URL.Query().Get("card"); testCards[n].brand != "" {
		v.Values["number"] = shownCard{Number: n}.Spaced()
		v.Values["expiry"] = "12/" + strconv.Itoa(s.cfg.Clock.Now().Year()%100+2)
		v.Values["name"] = "Jenny Rosen"
		if v.Values["email"] == "" {
			v.Values["email"] = "jenny@example.com"
		}
	}
	return v
}

// payView is the form, or what is left to say when the session is over.
func (s *Sim) payView(r *http.Request, x *session) *view {
	v := s.view(r, x.Locale, "pay", "pay_title")
	switch x.Status {
	case "complete":
		v.template, v.Title = "said", v.T("done_title")
		v.Content = said{v.T("done_text"), v.T("done_next"), successURL(x)}
		return v
	case "expired":
		v.template, v.Title = "said", v.T("expired_title")
		v.Content = said{v.T("expired_text"), v.T("expired_next"), x.Cancel}
		return v
	}
	v.Back = x.Cancel
	v.Values = map[string]string{"email": x.Email, "country": s.guessCountry(r)}
	v.Content = &till{
		Title: x.Title, Description: x.Description, Amount: amountIn(v.L, x.total(), x.Currency), Email: x.Email, Place: placeName(v.L, v.Values["country"]), Places: placeOptions()[v.Tag],
		Cards: testCardTable, Action: "/c/pay/" + x.ID,
	}
	return v
}

// guessCountry takes the region of the browser's first language, else the platform's country.
func (s *Sim) guessCountry(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err == nil && len(tags) > 0 {
		if region, sure := tags[0].Region(); sure == language.Exact {
			return region.String()
		}
	}
	return s.cfg.Country
}

func (s *Sim) doPay(r *http.Request) (*view, string) {
	x, ok := s.tables.sessions.get(r.PathValue("id"))
	if !ok {
		return s.nothing(r), ""
	}
	v := s.payView(r, x)
	if x.Status == "complete" {
		return nil, successURL(x)
	}
	if x.Status != "open" {
		return v, ""
	}
	for _, f := range []string{"email", "name", "country", "number", "expiry"} {
		v.Values[f] = strings.TrimSpace(r.PostForm.Get(f))
	}
	v.Content.(*till).Place = placeName(v.L, v.Values["country"])
	p := s.readPayment(v, x, strings.TrimSpace(r.PostForm.Get("cvc")))
	if len(v.Errors) > 0 {
		v.status = http.StatusUnprocessableEntity
		return v, ""
	}
	out, why, err := s.pay(x, p)
	return s.afterTry(v, x, out, why, err)
}

// afterTry sends the payer on, to the bank, or back to the form with the reason.
func (s *Sim) afterTry(v *view, x *session, out outcome, why *declined, err error) (*view, string) {
	switch {
	case err == nil && out == paid:
		return nil, successURL(x)
	case err == nil && out == challenged:
		return nil, "/c/pay/" + x.ID + "/confirm"
	case why != nil:
		v.Problem = v.T(declineMessage(why))
	}
	v.status = http.StatusUnprocessableEntity
	return v, ""
}

func declineMessage(d *declined) string {
	switch {
	case d.Decline == "insufficient_funds":
		return "decline_funds"
	case d.Code == "expired_card":
		return "decline_expired"
	case d.Code == "incorrect_cvc":
		return "decline_cvc"
	case d.Code == "processing_error":
		return "decline_processing"
	case d.Code == "payment_intent_authentication_failure":
		return "decline_challenge"
	}
	return "decline_other"
}

// readPayment checks what was typed. A number that is not a test card is refused and never kept: this till takes no real card.
func (s *Sim) readPayment(v *view, x *session, cvc string) payment {
	p := payment{email: v.Values["email"], name: v.Values["name"], country: v.Values["country"], number: digits(v.Values["number"])}
	if x.Email != "" {
		p.email = x.Email
	}
	if at := strings.Index(p.email, "@"); at < 1 || at == len(p.email)-1 || len(p.email) > 254 {
		v.wrong("email", "error_email")
	}
	if testCards[p.number].brand == "" {
		v.Values["number"] = ""
		if luhn(p.number) {
			v.wrong("number", "error_real_card")
		} else {
			v.wrong("number", "error_number")
		}
	}
	month, year, ok := readExpiry(v.Values["expiry"])
	now := s.cfg.Clock.Now()
	switch {
	case !ok:
		v.wrong("expiry", "error_expiry")
	case year < int64(now.Year()) || year == int64(now.Year()) && month < int64(now.Month()):
		v.wrong("expiry", "error_expired")
	}
	p.month, p.year = month, year
	if n := digits(cvc); n != cvc || len(n) < 3 || len(n) > 4 {
		v.wrong("cvc", "error_cvc")
	}
	if p.name == "" || len(p.name) > 200 {
		v.wrong("name", "error_name")
	}
	if placeName(v.L, p.country) == p.country {
		v.wrong("country", "error_country")
	}
	return p
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0':
			return -1
		}
		return r
	}, s)
}

func luhn(number string) bool {
	sum, double := 0, false
	for i := len(number) - 1; i >= 0; i-- {
		n := int(number[i] - '0')
		if n < 0 || n > 9 {
			return false
		}
		if double {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum, double = sum+n, !double
	}
	return len(number) >= 12 && sum%10 == 0
}

func readExpiry(s string) (month, year int64, ok bool) {
	m, y, cut := strings.Cut(strings.ReplaceAll(s, " ", ""), "/")
	if !cut && len(s) == 4 {
		m, y = s[:2], s[2:]
	}
	month, e1 := strconv.ParseInt(m, 10, 64)
	year, e2 := strconv.ParseInt(y, 10, 64)
	if year < 100 {
		year += 2000
	}
	return month, year, e1 == nil && e2 == nil && month >= 1 && month <= 12 && year < 2100
}

// challengePage is the bank's 3-D Secure page.
type challengePage struct{ Amount, Action string }

func (s *Sim) showChallenge(r *http.Request) *view {
	x, ok := s.tables.sessions.get(r.PathValue("id"))
	if !ok {
		return s.nothing(r)
	}
	if i, ok := s.tables.intents.get(x.Intent); x.Status == "open" && ok && i.Status == "requires_action" {
		v := s.view(r, x.Locale, "challenge", "challenge_title")
		v.Back = "/c/pay/" + x.ID
		v.Content = challengePage{amountIn(v.L, x.total(), x.Currency), "/c/pay/" + x.ID + "/confirm"}
		return v
	}
	return s.payView(r, x)
}

func (s *Sim) doChallenge(r *http.Request) (*view, string) {
	x, ok := s.tables.sessions.get(r.PathValue("id"))
	if !ok {
		return s.nothing(r), ""
	}
	out, why, err := s.answerChallenge(x, r.PostForm.Get("answer") == "confirm")
	return s.afterTry(s.payView(r, x), x, out, why, err)
}

// successURL fills in the session's id where the seller asked for it.
func successURL(x *session) string {
	return strings.ReplaceAll(strings.ReplaceAll(x.Success, "{CHECKOUT_SESSION_ID}", x.ID), url.QueryEscape("{CHECKOUT_SESSION_ID}"), x.ID)
}
