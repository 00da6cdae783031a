package stripesim

import (
	"crypto/sha256"
	"encoding/hex"
)

// keepKeys is how long an answer is kept under its key, in seconds of the domain clock. Stripe prunes keys after at least 24 hours;
// afterwards the same key is a new request. [DOC idempotent requests]
const keepKeys = 24 * 3600

// begin claims the key of a write. It answers at once when the key was used before: the stored answer for the same request, an
// error for another one, 409 while the first is still under way.
func (s *Sim) begin(c *call) (reply, bool) {
	if c.key == "" {
		return reply{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	scope := c.scope()
	if s.inFlight[scope] {
		return c.fail(&failure{
			Status: 409, Kind: idempotency, Code: "idempotency_key_in_use",
			Message: "There is currently another in-progress request using this Idempotency-Key.",
		}), true
	}
	if a, ok := s.tables.answers.get(scope); ok {
		if a.Fingerprint != c.fingerprint() {
			return c.fail(&failure{
				Status: 400, Kind: idempotency,
				Message: "Keys for idempotent requests can only be used with the same parameters they were first used with.",
			}), true
		}
		return reply{status: a.Status, body: a.Body, replayed: true, request: a.Request}, true
	}
	s.inFlight[scope] = true
	return reply{}, false
}

// keep ends the claim and files the answer if the request was executed. The lock is held.
func (s *Sim) keep(c *call, out reply, executed bool) {
	if c.key == "" {
		return
	}
	scope := c.scope()
	delete(s.inFlight, scope)
	if !executed {
		return
	}
	s.seq++
	a := &answer{
		head: head{ID: scope, Seq: s.seq, Created: s.now()}, Fingerprint: c.fingerprint(), Status: out.status, Body: out.body, Request: out.request,
	}
	s.put(a)
	s.schedule(a)
}

// scope is the key within the account it was used on.
func (c *call) scope() string { return c.account.ID + " " + c.key }

func (c *call) fingerprint() string {
	sum := sha256.Sum256([]byte(c.print))
	return hex.EncodeToString(sum[:16])
}
