package stripesim

import (
	"encoding/json"
	"strings"
)

// obj is a rendered Stripe object.
type obj = map[string]any

// ref is a field that holds an id and can be expanded into the object.
type ref struct{ kind, id string }

// MarshalJSON writes the id, which is what an unexpanded field is.
func (r ref) MarshalJSON() ([]byte, error) { return json.Marshal(r.id) }

// refTo is a reference, or null when there is nothing to point at.
func refTo(kind, id string) any {
	if id == "" {
		return nil
	}
	return ref{kind, id}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func numOrNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func labelsOf(m labels) labels {
	if m == nil {
		return labels{}
	}
	return m
}

// mergeLabels applies an update of metadata: an empty value removes a pair.
func mergeLabels(old, change labels) labels {
	out := make(labels, len(old)+len(change))
	for k, v := range old {
		out[k] = v
	}
	for k, v := range change {
		if v == "" {
			delete(out, k)
		} else {
			out[k] = v
		}
	}
	return out
}

// resolve renders what a reference points at.
func (s *Sim) resolve(r ref) (obj, bool) {
	t := &s.tables
	switch r.kind {
	case "account":
		return rendered(t.accounts, r.id, s.renderAccount)
	case "intent":
		return rendered(t.intents, r.id, s.renderIntent)
	case "charge":
		return rendered(t.charges, r.id, s.renderCharge)
	case "refund":
		return rendered(t.refunds, r.id, s.renderRefund)
	case "transfer":
		return rendered(t.transfers, r.id, s.renderTransfer)
	case "reversal":
		return rendered(t.reversals, r.id, s.renderReversal)
	case "payout":
		return rendered(t.payouts, r.id, s.renderPayout)
	case "txn":
		return rendered(t.txns, r.id, s.renderTxn)
	case "bank":
		return s.resolveBank(r.id)
	case "method":
		return s.resolveMethod(r.id)
	}
	return nil, false
}

func rendered[R row](t *table[R], id string, render func(R) obj) (obj, bool) {
	r, ok := t.get(id)
	if !ok {
		return nil, false
	}
	return render(r), true
}

// expandable says which fields of an object can be expanded, and into what; "" is one of several kinds. [SPEC x-expansionResources]
var expandable = map[string]map[string]string{
	"checkout.session":    {"payment_intent": "payment_intent", "line_items": "item"},
	"payment_intent":      {"latest_charge": "charge", "payment_method": "payment_method"},
	"charge":              {"balance_transaction": "balance_transaction", "payment_intent": "payment_intent", "refunds": "refund", "source_transfer": "transfer"},
	"refund":              {"balance_transaction": "balance_transaction", "charge": "charge", "failure_balance_transaction": "balance_transaction", "payment_intent": "payment_intent", "source_transfer_reversal": "transfer_reversal"},
	"transfer":            {"balance_transaction": "balance_transaction", "destination": "account", "destination_payment": "charge", "source_transaction": "charge"},
	"transfer_reversal":   {"balance_transaction": "balance_transaction", "destination_payment_refund": "refund", "transfer": "transfer"},
	"payout":              {"balance_transaction": "balance_transaction", "destination": "bank_account", "failure_balance_transaction": "balance_transaction"},
	"balance_transaction": {"source": ""},
	"capability":          {"account": "account"},
	"bank_account":        {"account": "account"},
}

// checkExpand refuses paths that lead nowhere, before anything is executed; at most four levels, as the API allows.
func checkExpand(object string, paths []string) *failure {
	for _, p := range paths {
		steps, at := strings.Split(p, "."), object
		if len(steps) > 4 {
			return invalid("", "expand", "You cannot expand more than 4 levels of a property (property: %s)", p)
		}
		for n, step := range steps {
			if step == "data" && (n == 0 || steps[n-1] == "refunds" || steps[n-1] == "line_items") {
				continue
			}
			next, ok := expandable[at][step]
			if !ok && (at != "" || n == 0) {
				return invalid("", "expand", "This property cannot be expanded (%s).", p)
			}
			at = next
		}
	}
	return nil
}

// expand replaces references along a path that checkExpand let pass.
func (s *Sim) expand(at any, steps []string) {
	if len(steps) == 0 {
		return
	}
	switch at := at.(type) {
	case obj:
		v, there := at[steps[0]]
		if load := hidden[fieldOf{at["object"], steps[0]}]; !there && load != nil {
			v = load(s, at)
			at[steps[0]] = v
		}
		if r, isRef := v.(ref); isRef {
			if o, ok := s.resolve(r); ok {
				at[steps[0]], v = o, o
			}
		}
		s.expand(v, steps[1:])
	case []obj:
		for _, o := range at {
			s.expand(o, steps)
		}
	}
}

// hidden fields are left out of an answer until they are asked for by expand.
var hidden = map[fieldOf]func(*Sim, obj) any{}

type fieldOf struct{ object, field any }

func init() {
	hidden[fieldOf{"checkout.session", "line_items"}] = func(s *Sim, o obj) any {
		ses, _ := s.tables.sessions.get(o["id"].(string))
		return s.renderLines(ses)
	}
	hidden[fieldOf{"charge", "refunds"}] = func(s *Sim, o obj) any {
		id := o["id"].(string)
		rows, more := page(s.tables.refunds.list("charge:"+id), listQuery{limit: 10}, nil)
		return wrapList("/v1/charges/"+id+"/refunds", rows, more, s.renderRefund)
	}
}
