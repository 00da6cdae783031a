package stripesim

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
)

// control registers /_sim: what tests and the demo turn. It answers loopback callers under a loopback name alone, so that neither
// the network nor a foreign page in a browser reaches it.
func (s *Sim) control(mux *http.ServeMux) {
	handle := func(pattern string, do func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, s.loopback(do))
	}
	handle("GET /_sim/faults", func(*http.Request) (any, error) { return s.Faults(), nil })
	handle("DELETE /_sim/faults", func(*http.Request) (any, error) { s.ClearFaults(); return s.Faults(), nil })
	handle("POST /_sim/faults", func(r *http.Request) (any, error) {
		f, err := body[Fault](r)
		if err == nil {
			s.Inject(f)
		}
		return s.Faults(), err
	})
	handle("POST /_sim/webhooks", func(r *http.Request) (any, error) {
		c, err := body[Chaos](r)
		if err == nil {
			s.SetChaos(c)
		}
		return c, err
	})
	handle("POST /_sim/webhooks/flush", func(*http.Request) (any, error) { s.Flush(); return obj{"flushed": true}, nil })
	handle("POST /_sim/webhooks/resend/{id}", func(r *http.Request) (any, error) {
		return obj{"sent": s.Resend(r.PathValue("id"))}, nil
	})
	handle("POST /_sim/tick", func(r *http.Request) (any, error) { return obj{"done": s.Tick(r.Context())}, nil })
	handle("GET /_sim/quiet", func(*http.Request) (any, error) { return obj{"quiet": s.Quiet()}, nil })
	handle("GET /_sim/check", func(*http.Request) (any, error) {
		if err := s.Check(); err != nil {
			return obj{"ok": false, "problem": err.Error()}, nil //nolint:nilerr // it is the answer
		}
		return obj{"ok": true}, nil
	})
	handle("GET /_sim/balances", func(*http.Request) (any, error) { return s.Balances(), nil })
	handle("GET /_sim/objects/{kind}", func(r *http.Request) (any, error) { return s.objects(r.PathValue("kind")), nil })
	handle("POST /_sim/accounts/{id}", func(r *http.Request) (any, error) {
		in, err := body[AccountState](r)
		if err != nil {
			return nil, err
		}
		return obj{"changed": s.SetAccount(r.PathValue("id"), in)}, nil
	})
	handle("POST /_sim/payouts/{id}/fail", func(r *http.Request) (any, error) {
		in, err := body[struct {
			Code string `json:"code"`
		}](r)
		return obj{"failed": s.FailPayout(r.PathValue("id"), in.Code)}, err
	})
	handle("POST /_sim/refunds/{id}/fail", func(r *http.Request) (any, error) {
		in, err := body[struct {
			Reason string `json:"reason"`
		}](r)
		return obj{"failed": s.FailRefund(r.PathValue("id"), in.Reason)}, err
	})
	handle("POST /_sim/adjust", func(r *http.Request) (any, error) {
		in, err := body[Adjustment](r)
		if err != nil {
			return nil, err
		}
		return obj{"transaction": s.Adjust(in)}, nil
	})
}

func (s *Sim) loopback(do func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		if !isLoopback(host) || !isLoopback(hostOf(r.Host)) || r.Header.Get("Origin") != "" {
			http.Error(w, "loopback only", http.StatusForbidden)
			return
		}
		out, err := do(r)
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			out = obj{"error": err.Error()}
		}
		_ = json.NewEncoder(w).Encode(out)
	}
}

func hostOf(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		return h
	}
	return strings.Trim(hostport, "[]")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func body[T any](r *http.Request) (T, error) {
	var v T
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody))
	d.DisallowUnknownFields()
	if r.ContentLength == 0 {
		return v, nil
	}
	return v, d.Decode(&v)
}

// SetChaos sets what happens to webhooks from now on; the zero value is good weather.
func (s *Sim) SetChaos(c Chaos) { s.courier.setChaos(c) }

// Flush delivers now what waits for a retry.
func (s *Sim) Flush() { s.courier.flush() }

// Resend delivers an event again to every endpoint that listens, and reports whether there is such an event.
func (s *Sim) Resend(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.tables.events.get(id)
	if !ok {
		return false
	}
	e.Waiting = nil
	for _, ep := range s.tables.endpoints.list(all) {
		if ep.listens(e) {
			e.Waiting = append(e.Waiting, ep.ID)
		}
	}
	s.put(e)
	s.commit()
	s.courier.send(e)
	return true
}

// AccountState changes what an account may do; nil leaves a thing as it is.
type AccountState struct {
	Transfers *string  `json:"transfers"` // active, inactive, pending
	Payouts   *bool    `json:"payouts_enabled"`
	Due       []string `json:"currently_due"`
	Disabled  *string  `json:"disabled_reason"`
}

// SetAccount changes an account as Stripe's risk team would, and tells so by events.
func (s *Sim) SetAccount(id string, in AccountState) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.tables.accounts.get(id)
	if !ok || a.Platform {
		return false
	}
	had := a.transfersState()
	if in.Transfers != nil {
		a.Transfers = *in.Transfers
	}
	if in.Payouts != nil {
		a.Payouts = *in.Payouts
	}
	if in.Due != nil {
		a.Due = in.Due
	}
	if in.Disabled != nil {
		a.Disabled = *in.Disabled
	}
	s.saved(a, had)
	s.commit()
	return true
}

// FailPayout lets the bank return a payout, also one that was paid; code "" is no_account.
func (s *Sim) FailPayout(id, code string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	po, ok := s.tables.payouts.get(id)
	if code == "" {
		code = "no_account"
	}
	done := ok && s.failPayout(po, code)
	s.commit()
	return done
}

// FailRefund lets a refund fail after it succeeded; reason "" is lost_or_stolen_card.
func (s *Sim) FailRefund(id, reason string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	r, ok := s.tables.refunds.get(id)
	if reason == "" {
		reason = "lost_or_stolen_card"
	}
	done := ok && r.SourceReverse == "" && s.failRefund(r, reason)
	s.commit()
	return done
}

// Adjustment is a movement that nobody asked for, such as a reserve.
type Adjustment struct {
	Account  string `json:"account"` // empty is the platform
	Type     string `json:"type"`    // such as reserve_transaction or adjustment
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Adjust books a movement by Stripe itself and gives its id.
func (s *Sim) Adjust(in Adjustment) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Account == "" {
		in.Account = s.platform.ID
	}
	if in.Type == "" {
		in.Type = "adjustment"
	}
	category := "other_adjustment"
	if in.Type == "reserve_transaction" {
		category = "risk_reserved_funds"
	}
	t := s.post(&txn{
		Account: in.Account, Type: in.Type, Category: category, Amount: in.Amount, Currency: strings.ToLower(in.Currency), About: in.Type,
	})
	s.commit()
	return t.ID
}

// Held is what an account has in one currency.
type Held struct {
	Available int64 `json:"available"`
	Pending   int64 `json:"pending"`
}

// Balances tells every account's holdings by currency.
func (s *Sim) Balances() map[string]map[string]Held {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	out := map[string]map[string]Held{}
	for id, of := range s.balances {
		out[id] = map[string]Held{}
		for c, h := range of {
			out[id][c] = Held{h.available, h.pending}
		}
	}
	return out
}

func (s *Sim) objects(kind string) []obj {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	t := &s.tables
	switch kind {
	case "accounts":
		return everything(t.accounts, s.renderAccount)
	case "sessions":
		return everything(t.sessions, func(x *session) obj { return s.renderSession(x, s.cfg.BaseURL) })
	case "payment_intents":
		return everything(t.intents, s.renderIntent)
	case "charges":
		return everything(t.charges, s.renderCharge)
	case "refunds":
		return everything(t.refunds, s.renderRefund)
	case "transfers":
		return everything(t.transfers, s.renderTransfer)
	case "reversals":
		return everything(t.reversals, s.renderReversal)
	case "payouts":
		return everything(t.payouts, s.renderPayout)
	case "balance_transactions":
		return everything(t.txns, s.renderTxn)
	case "events":
		return everything(t.events, renderEvent)
	}
	return []obj{}
}

func everything[R row](t *table[R], render func(R) obj) []obj {
	rows := make([]R, 0, len(t.byID))
	for _, r := range t.byID {
		rows = append(rows, r)
	}
	bySeq(rows)
	out := make([]obj, len(rows))
	for i, r := range rows {
		out[i] = render(r)
	}
	return out
}
