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

// expand replaces references along the paths; at most four levels deep, as the API allows.
func (s *Sim) expand(root any, paths []string) *failure {
	for _, p := range paths {
		steps := strings.Split(p, ".")
		if len(steps) > 4 {
			return invalid("", "expand", "You cannot expand more than 4 levels of a property (property: %s)", p)
		}
		if !s.expandAt(root, steps) {
			return invalid("", "expand", "This property cannot be expanded (%s).", p)
		}
	}
	return nil
}

// expandAt walks one path and reports whether it names something that can be expanded. Null is fine: it may be there next time.
func (s *Sim) expandAt(at any, steps []string) bool {
	switch at := at.(type) {
	case obj:
		v, there := at[steps[0]]
		if !there {
			if load := hidden[fieldOf{at["object"], steps[0]}]; load != nil {
				v = load(s, at)
				at[steps[0]] = v
				if len(steps) == 1 {
					return true
				}
				return s.expandAt(v, steps[1:])
			}
			return false
		}
		if r, isRef := v.(ref); isRef {
			o, ok := s.resolve(r)
			if !ok {
				return true
			}
			at[steps[0]], v = o, o
		} else if _, isObj := v.(obj); v != nil && !isObj && len(steps) == 1 {
			return isList(v)
		}
		if v == nil || len(steps) == 1 {
			return true
		}
		return s.expandAt(v, steps[1:])
	case []obj:
		ok := true
		for _, o := range at {
			ok = s.expandAt(o, steps) && ok
		}
		return ok
	}
	return false
}

func isList(v any) bool { _, ok := v.([]obj); return ok }

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
