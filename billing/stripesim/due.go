package stripesim

import "container/heap"

// deadline is something that happens by itself at a time of the clock.
type deadline struct {
	at  int64
	seq int64
	do  func()
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

func (s *Sim) at(when, seq int64, do func()) { heap.Push(&s.due, deadline{when, seq, do}) }

// settle does what is due and returns how many things that was. Every deadline looks at its row again before it acts, so one that
// was overtaken does nothing.
func (s *Sim) settle() int {
	n, now := 0, s.now()
	for len(s.due) > 0 && s.due[0].at <= now {
		d := heap.Pop(&s.due).(deadline)
		d.do()
		n++
	}
	return n
}

// schedule plans everything that a row will do by itself. It is called when the row is made and when the journal is read back.
func (s *Sim) schedule(r row) {
	switch r := r.(type) {
	case *account:
		if r.Verifies != 0 {
			s.at(r.Verifies, r.Seq, func() { s.verified(r) })
		}
	case *session:
		if r.Status == "open" {
			s.at(r.Expires, r.Seq, func() { s.expire(r, "") })
		}
	case *payout:
		if r.Status == "pending" {
			s.at(r.Sends, r.Seq, func() { s.sendPayout(r) })
		}
		if r.Status == "pending" || r.Status == "in_transit" {
			s.at(r.Arrival, r.Seq, func() { s.arrivePayout(r) })
		}
	case *refund:
		if r.FailsAt != 0 && r.Status != "failed" {
			s.at(r.FailsAt, r.Seq, func() { s.failRefund(r, "lost_or_stolen_card") })
		}
		if r.SucceedsAt != 0 && r.Status == "pending" {
			s.at(r.SucceedsAt, r.Seq, func() { s.succeedRefund(r) })
		}
	case *answer:
		s.at(r.Created+keepKeys, r.Seq, func() { s.forget(r) })
	}
}
