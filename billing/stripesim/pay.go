package stripesim

import (
	"errors"
	"strconv"
)

// payment is what a payer typed and the page has already checked.
type payment struct {
	email, name, country string
	number               string
	month, year          int64
}

// outcome says where the page goes next.
type outcome uint8

const (
	paid outcome = iota
	challenged
	refused
)

var errClosed = errors.New("this page can no longer be paid")

// pay makes the payer's attempt on an open session. A complete one answers paid again: a second press, or a reloaded form, never
// charges twice. The lock is held.
func (s *Sim) pay(x *session, p payment) (outcome, *declined, error) {
	switch x.Status {
	case "complete":
		return paid, nil, nil
	case "expired":
		return refused, nil, errClosed
	}
	i := s.openIntent(x)
	if i.Status == "requires_action" {
		i.Status = "requires_payment_method" // the payer went back from the challenge and pays anew
	}
	card := testCards[p.number]
	i.Method = s.newID("pm")
	i.Card = newCard(card, p)
	x.PayerEmail, x.PayerName, x.PayerCountry = p.email, p.name, p.country
	s.put(x)
	s.put(i)
	if card.challenge {
		i.Status = "requires_action"
		s.emit("payment_intent.requires_action", s.renderIntent(i), nil)
		return challenged, nil, nil
	}
	return s.capture(x, i, card)
}

func newCard(t testCard, p payment) card {
	c := card{Brand: t.brand, Country: t.country, Month: p.month, Year: p.year, Behaviour: t.behaviour, Last4: p.number[len(p.number)-4:]}
	if t.challenge {
		c.Behaviour = challengeOf(p.number)
	}
	return c
}

// challengeOf remembers across the challenge page how the bank will answer after it.
func challengeOf(number string) string {
	if testCards[number].decline != "" {
		return "declined_after_challenge"
	}
	return ""
}

// openIntent gives the intent of a session, made at the first press of pay. [DOC: since 2022-08-01 not before]
func (s *Sim) openIntent(x *session) *intent {
	if i, ok := s.tables.intents.get(x.Intent); ok {
		return i
	}
	i := &intent{
		head: s.head("pi"), Status: "requires_payment_method", Amount: x.total(), Currency: x.Currency, Group: x.Group, Suffix: x.Suffix,
		About: x.About, Metadata: x.IntentMetadata, Session: x.ID,
	}
	i.Secret = i.ID + "_secret_" + secret()[:24]
	x.Intent = i.ID
	s.put(i)
	s.put(x)
	s.emit("payment_intent.created", s.renderIntent(i), nil)
	return i
}

// answerChallenge ends the 3-D Secure page.
func (s *Sim) answerChallenge(x *session, passed bool) (outcome, *declined, error) {
	i, ok := s.tables.intents.get(x.Intent)
	switch {
	case x.Status == "complete":
		return paid, nil, nil
	case x.Status != "open" || !ok || i.Status != "requires_action":
		return refused, nil, errClosed
	}
	i.Card.Challenged = true
	if !passed {
		return refused, s.decline(i, declined{
			Code: "payment_intent_authentication_failure", Message: "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
		}, false), nil
	}
	t := testCard{brand: i.Card.Brand, country: i.Card.Country}
	if i.Card.Behaviour == "declined_after_challenge" {
		t.decline, t.code, t.message = "generic_decline", "card_declined", "Your card was declined."
	}
	return s.capture(x, i, t)
}

// capture asks the bank: a charge that succeeded or one that failed.
func (s *Sim) capture(x *session, i *intent, t testCard) (outcome, *declined, error) {
	if t.decline != "" {
		return refused, s.decline(i, declined{Code: t.code, Decline: t.decline, Message: t.message}, true), nil
	}
	ch := s.newCharge(x, i, "succeeded")
	fee := feeOf(ch.Amount, ch.Currency)
	available := midnightAfter(s.now(), cardSettles)
	if i.Card.Behaviour == instantFunds {
		available = s.now()
	}
	s.put(ch)
	mv := s.post(&txn{
		Account: s.platform.ID, Type: "charge", Category: "charge", Source: ch.ID, About: i.About, Amount: ch.Amount, Fee: fee,
		Currency: ch.Currency, Available: available,
	})
	ch.Txn, ch.Fee, ch.AvailableSince = mv.ID, fee, available
	i.Status, i.Received, i.Charge, i.Failure = "succeeded", i.Amount, ch.ID, nil
	x.Status, x.Payment = "complete", "paid"
	s.put(i)
	s.put(x)
	s.emit("charge.succeeded", s.renderCharge(ch), nil)
	s.emit("payment_intent.succeeded", s.renderIntent(i), nil)
	s.emit("checkout.session.completed", s.renderSession(x, s.cfg.BaseURL), nil)
	return paid, nil, nil
}

// decline records a failed try; asked says that the bank was asked, which leaves a failed charge behind.
func (s *Sim) decline(i *intent, d declined, asked bool) *declined {
	i.Status, i.Failure = "requires_payment_method", &d
	if asked {
		x, _ := s.tables.sessions.get(i.Session)
		ch := s.newCharge(x, i, "failed")
		ch.Failure = &d
		i.Charge = ch.ID
		s.put(ch)
		s.emit("charge.failed", s.renderCharge(ch), nil)
	}
	s.put(i)
	s.emit("payment_intent.payment_failed", s.renderIntent(i), nil)
	return &d
}

func (s *Sim) newCharge(x *session, i *intent, status string) *charge {
	return &charge{
		head: s.head("ch"), Account: s.platform.ID, Status: status, Amount: i.Amount, Currency: i.Currency, Intent: i.ID, Group: i.Group,
		Suffix: i.Suffix, About: i.About, Metadata: i.Metadata, Method: i.Method, Card: i.Card, Email: x.PayerEmail, Name: x.PayerName,
		PayerCountry: x.PayerCountry,
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
