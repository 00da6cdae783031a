package stripesim

import (
	"container/heap"
	"slices"
)

// deadline is something that happens by itself at a time of the clock, unless it was overtaken: then live says no.
type deadline struct {
	at   int64
	seq  int64
	live func() bool
	do   func()
}

type dueQueue []deadline

func (q dueQueue) Len() int { return len(q) }
func (q dueQueue) Less(a, b int) bool {
	return q[a].at < q[b].at || q[a].at == q[b].at && q[a].seq < q[b].seq
}
func (q dueQueue) Swap(a, b int) { q[a], q[b] = q[b], q[a] }
func (q *dueQueue) Push(x any)   { *q = append(*q, x.(deadline)) }
func (q *dueQueue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = deadline{}
	*q = old[:len(old)-1]
	return last
}

func always() bool { return true }

func (s *Sim) at(when, seq int64, live func() bool, do func()) {
	heap.Push(&s.due, deadline{when, seq, live, do})
}

// settle does what is due and returns how many things that was.
func (s *Sim) settle() int {
	n, now := 0, s.now()
	for len(s.due) > 0 && s.due[0].at <= now {
		if d := heap.Pop(&s.due).(deadline); d.live() {
			d.do()
			n++
		}
	}
	s.forget(now)
	return n
}

// nextDue is the time of the next thing that will happen, 0 for none.
func (s *Sim) nextDue() int64 {
	for len(s.due) > 0 && !s.due[0].live() {
		heap.Pop(&s.due)
	}
	if len(s.due) == 0 {
		return 0
	}
	return s.due[0].at
}

// schedule plans everything that a row will do by itself. It is called when the row is made and when the journal is read back.
func (s *Sim) schedule(r row) {
	switch r := r.(type) {
	case *account:
		if r.Verifies != 0 {
			s.at(r.Verifies, r.Seq, func() bool { return r.Transfers == "pending" }, func() { s.verified(r) })
		}
	case *session:
		if r.Status == "open" {
			s.at(r.Expires, r.Seq, func() bool { return r.Status == "open" }, func() { s.expire(r, s.cfg.BaseURL) })
		}
	case *payout:
		if r.Status == "pending" {
			s.at(r.Sends, r.Seq, func() bool { return r.Status == "pending" }, func() { s.sendPayout(r) })
		}
		moving := func() bool { return r.Status == "pending" || r.Status == "in_transit" }
		if moving() {
			s.at(r.Arrival, r.Seq, moving, func() { s.arrivePayout(r) })
		}
	case *refund:
		standing := func() bool { return r.Status == "succeeded" || r.Status == "pending" }
		if r.FailsAt != 0 && standing() {
			s.at(r.FailsAt, r.Seq, standing, func() { s.failRefund(r, "lost_or_stolen_card") })
		}
		if r.SucceedsAt != 0 && r.Status == "pending" {
			s.at(r.SucceedsAt, r.Seq, func() bool { return r.Status == "pending" }, func() { s.succeedRefund(r) })
		}
	case *answer:
		s.lapsing = append(s.lapsing, r)
	}
}

// forget drops the answers whose day is over. They were filed in the order of the clock, so the oldest stand first.
func (s *Sim) forget(now int64) {
	n := 0
	for n < len(s.lapsing) && s.lapsing[n].Created+keepKeys <= now {
		a := s.lapsing[n]
		if kept, ok := s.tables.answers.get(a.ID); ok && kept == a {
			delete(s.tables.answers.byID, a.ID)
		}
		n++
	}
	if n > 0 {
		s.lapsing = slices.Clone(s.lapsing[n:])
	}
}
