package content

import (
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

const gatePrefix = "gate"

// speaker is the part of the house that speaks for a kind of party.
var speaker = map[string]string{
	contentapi.GateClient:    "ghostwriting",
	contentapi.GateBrand:     "partnerships",
	contentapi.GatePrincipal: "partnerships",
	contentapi.GateRights:    "partnerships",
	contentapi.GateEmployer:  "review",
}

// Gate is a party that must agree before a document may appear. Its words carry growing numbers: the highest counts, in
// whatever order they come and however often.
//
//	waiting ── open ──► open ◄── open, close ──► closed
//	   └── taken back by the owner, unless binding; asking again makes it wait again
type Gate struct {
	ID         string
	DocumentID string
	Kind       string
	Ref        string
	Binding    bool
	State      string
	Digest     *string    // what the party agreed to
	Seq        int64      // of the last word that counted, 0 before the first
	SaidAt     *time.Time // when it came
	ValidFrom  *time.Time
	ValidUntil *time.Time
	AddedAt    time.Time
	Rules      []string // of the party's policy, by which its agreement ended; none where somebody took it away

	manifest *agreements // of a publication; nil for what is agreed to as a whole
}

// Open takes a party's agreement. False when a word with this number or a higher one is known: nothing changes.
func (g *Gate) Open(in contentapi.OpenGate, now time.Time) bool {
	if in.Seq <= g.Seq {
		return false
	}
	g.Seq, g.SaidAt, g.Digest, g.ValidFrom, g.ValidUntil = in.Seq, &now, &in.Digest, in.ValidFrom, in.ValidUntil
	g.Rules = nil
	g.become(contentapi.GateOpen)
	return true
}

// Close takes an agreement away. False as in Open.
func (g *Gate) Close(seq int64, rules []string, now time.Time) bool {
	if seq <= g.Seq {
		return false
	}
	g.Seq, g.SaidAt, g.Rules = seq, &now, rules
	g.become(contentapi.GateClosed)
	return true
}

// become follows the party's word, unless the owner no longer waits for it.
func (g *Gate) become(state string) {
	if g.State != contentapi.GateTakenBack {
		g.State = state
	}
}

// TakeBack stops waiting for the party. ErrGateBinding for one that a contract named.
func (g *Gate) TakeBack() error {
	if g.Binding || g.Kind != contentapi.GateEmployer {
		return contentapi.ErrGateBinding
	}
	g.State = contentapi.GateTakenBack
	return nil
}

// AskAgain makes a gate that stands already wait if it was taken back, and bind if it is asked to: never the other way.
func (g *Gate) AskAgain(binding bool) {
	if g.State == contentapi.GateTakenBack {
		g.State = contentapi.GateWaiting
	}
	g.Binding = g.Binding || binding
}

// Fault is why the gate does not let a digest through at a domain time, nil when it does.
func (g Gate) Fault(digest string, now time.Time) *problem.Error {
	switch {
	case g.State == contentapi.GateTakenBack:
		return nil
	case g.State == contentapi.GateClosed && len(g.Rules) > 0:
		return contentapi.ErrPolicyStale
	case g.State == contentapi.GateClosed:
		return contentapi.ErrGateClosed
	case g.State != contentapi.GateOpen:
		return contentapi.ErrGateWaiting
	case g.manifest != nil:
		return g.manifest.fault(now)
	case deref(g.Digest) != digest:
		return contentapi.ErrApprovalStale
	}
	return outside(g.ValidFrom, g.ValidUntil, now)
}

// outside is the fault of a moment that is not from a time on and before another, nil bounds being none.
func outside(from, until *time.Time, now time.Time) *problem.Error {
	switch {
	case from != nil && now.Before(*from):
		return contentapi.ErrApprovalEarly.WithState(from.UTC().Format(time.RFC3339))
	case until != nil && !now.Before(*until):
		return contentapi.ErrApprovalExpired.WithState(until.UTC().Format(time.RFC3339))
	}
	return nil
}

// gravity orders the faults of gates: the first is what the author hears, since it takes the most to mend.
var gravity = map[string]int{
	contentapi.ErrGateClosed.Code: 1, contentapi.ErrPolicyStale.Code: 1, contentapi.ErrGateWaiting.Code: 2, contentapi.ErrApprovalStale.Code: 3,
	contentapi.ErrApprovalExpired.Code: 4, contentapi.ErrApprovalEarly.Code: 5,
}

// letThrough is nil when every gate lets a digest through. Otherwise the gravest fault, with a field for each gate that
// does not: "/gates/gate_…", the code of its own fault.
func letThrough(gates []Gate, digest string, now time.Time) error {
	var worst *problem.Error
	var fields []problem.Field
	for _, g := range gates {
		fault := g.Fault(digest, now)
		if fault == nil {
			continue
		}
		fields = append(fields, problem.Field{Pointer: "/gates/" + g.ID, Code: fault.Code, Detail: fault.Detail})
		if fault.Code == contentapi.ErrPolicyStale.Code {
			for _, rule := range g.Rules {
				fields = append(fields, problem.Field{Pointer: "/gates/" + g.ID + "/rules/" + rule, Code: fault.Code, Detail: rule})
			}
		}
		if worst == nil || gravity[fault.Code] < gravity[worst.Code] {
			worst = fault
		}
	}
	if worst == nil {
		return nil
	}
	for _, f := range fields {
		worst = worst.WithField(f.Pointer, f.Code, f.Detail)
	}
	return worst
}

// Wire is the gate as the document's owner sees it, with what it says of a digest now.
func (g Gate) Wire(digest string, now time.Time) contentapi.Gate {
	out := contentapi.Gate{
		ID: g.ID, Party: contentapi.Party{Kind: g.Kind, Ref: g.Ref}, Binding: g.Binding, State: g.State, Digest: deref(g.Digest), Seq: g.Seq,
		ValidFrom: g.ValidFrom, ValidUntil: g.ValidUntil,
	}
	if fault := g.Fault(digest, now); fault != nil {
		out.Fault = fault.Code
	}
	if g.manifest != nil {
		out.Entries = g.manifest.wire(g, now)
	}
	return out
}
