package content

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// The law of gates: whatever is created, edited, restored, opened late, closed, expired, taken back, asked for again,
// scheduled and published, in any order and with repeats, nothing ever appears whose digest a gate did not let through at
// that moment. It is held by the state machine in memory and by the service on PostgreSQL, step by step with the same
// answers, and judged by a witness that only listens.

// parties are a contract's gate, there from the beginning, and two employers who may be asked.
var parties = []contentapi.Party{deal, acme, globex}

// texts make few digests, so that chance meets the right one often.
var texts = []string{"One.", "Two.", "Three."}

// step is one thing that happens to a document. A word of a party carries its own number.
type step struct {
	Do         string // edit restore ask take_back open close publish schedule tick
	Text       int
	Seq        int
	Party      int
	Word       int64
	From, For  int // minutes from now; 0 is no bound
	Schedule   int // minutes from now
	Everything bool

	Newest bool // about the newest version instead of Text
	Next   bool // with the next number instead of Word
	digest string
}

// run draws steps and does them. Most words are about the newest version and carry the next number, as they mostly
// do; the others are late, early, repeated, or about something else.
func run(t *rapid.T, c *clock.Fake, do func(i int, s step) string) {
	newest, last := digestOf(0), int64(0)
	for i, s := range steps(t) {
		if s.Do == "tick" {
			c.Advance(time.Minute)
		}
		if s.digest = digestOf(s.Text); s.Newest {
			s.digest = newest
		}
		if s.Do == "open" || s.Do == "close" {
			if s.Next {
				s.Word = last + 1
			}
			last = max(last, s.Word)
		}
		if answer := do(i, s); strings.HasPrefix(answer, "sha256:") {
			newest = answer
		}
	}
}

func steps(t *rapid.T) []step {
	kinds := []string{"edit", "restore", "ask", "take_back", "open", "open", "open", "close", "publish", "publish", "publish", "schedule", "tick"}
	list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			Do: rapid.SampledFrom(kinds).Draw(t, "do"), Text: rapid.IntRange(0, len(texts)-1).Draw(t, "text"), Seq: rapid.IntRange(1, 4).Draw(t, "seq"),
			Party: rapid.IntRange(0, len(parties)-1).Draw(t, "party"), Word: rapid.Int64Range(1, 6).Draw(t, "word"),
			From: rapid.SampledFrom([]int{0, 0, 0, 2}).Draw(t, "from"), For: rapid.SampledFrom([]int{0, 0, 4}).Draw(t, "for"),
			Schedule: rapid.IntRange(1, 3).Draw(t, "schedule"), Everything: rapid.Bool().Draw(t, "everything"),
			Newest: rapid.IntRange(0, 3).Draw(t, "newest") > 0, Next: rapid.IntRange(0, 2).Draw(t, "next") > 0,
		}
	}), 12, 40).Draw(t, "steps")
	if again := rapid.IntRange(0, len(list)).Draw(t, "again"); again < len(list) { // at-least-once delivery
		list = append(list, list[again:]...)
	}
	return list
}

// bounds are the instants between which a word holds.
func (s step) bounds(now time.Time) (from, until *time.Time) {
	at := func(minutes int) *time.Time { t := now.Add(time.Duration(minutes) * time.Minute); return &t }
	if s.From > 0 {
		from = at(s.From)
	}
	if s.For > 0 {
		until = at(s.From + s.For)
	}
	return from, until
}

// desk carries out steps and says what came of each, as a text that two desks can be compared by.
type desk interface {
	do(s step) string
}

func said(err error) string {
	if err == nil {
		return "ok"
	}
	return problem.From(err).Code
}

// memory is the state machine alone.
type memory struct {
	clock    *clock.Fake
	doc      Document
	versions []Version
	gates    []Gate
	out      []Publication
	heard    map[contentapi.Party]map[int64]string // the answer to each word, by its number
	witness  *witness
}

func newMemory(t *rapid.T, c *clock.Fake) *memory {
	m := &memory{clock: c, doc: Document{ID: "d", Kind: contentapi.KindPost, State: contentapi.StateDraft}, heard: map[contentapi.Party]map[int64]string{}, witness: newWitness(t)}
	m.save(textWords(t, 0), nil)
	m.ask(deal, true)
	return m
}

func textWords(t *rapid.T, i int) Words {
	w, err := newWords(contentapi.KindPost, words(texts[i]))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func digestOf(i int) string {
	w, _ := newWords(contentapi.KindPost, words(texts[i]))
	parts, _ := w.Parts()
	sum, _ := parts.Sum()
	return sum
}

func (m *memory) newest() Version { return m.versions[len(m.versions)-1] }

func (m *memory) save(w Words, from *int) {
	if len(m.versions) > 0 && m.newest().Same(w) {
		return
	}
	v, err := m.doc.next(w, ana, from, m.clock.Now())
	if err != nil {
		panic(err)
	}
	m.versions = append(m.versions, v)
}

func (m *memory) gate(p contentapi.Party) *Gate {
	for i := range m.gates {
		if m.gates[i].Kind == p.Kind && m.gates[i].Ref == p.Ref {
			return &m.gates[i]
		}
	}
	return nil
}

func (m *memory) ask(p contentapi.Party, binding bool) {
	if g := m.gate(p); g != nil {
		if g.State == contentapi.GateTakenBack {
			m.witness.asked(p)
		}
		g.AskAgain(binding)
		return
	}
	m.witness.asked(p)
	m.gates = append(m.gates, Gate{ID: p.Ref, Kind: p.Kind, Ref: p.Ref, Binding: binding, State: contentapi.GateWaiting})
}

func (m *memory) do(s step) string {
	p, now := parties[s.Party], m.clock.Now()
	g := m.gate(p)
	switch s.Do {
	case "edit":
		m.save(textWords(m.witness.t, s.Text), nil)
		return m.newest().Digest
	case "restore":
		if s.Seq > len(m.versions) {
			return said(problem.ErrNotFound)
		}
		m.save(m.versions[s.Seq-1].Words, &s.Seq)
		return m.newest().Digest
	case "ask":
		m.ask(p, p == deal)
		return m.gate(p).State
	case "take_back":
		if g == nil {
			return said(problem.ErrNotFound)
		}
		err := g.TakeBack()
		if err == nil {
			m.witness.takenBack(p)
		}
		return said(err)
	case "open", "close":
		if g == nil {
			return said(problem.ErrNotFound)
		}
		return m.hear(s, p, g, now)
	case "publish":
		pub, err := m.doc.Publish(m.newest(), m.gates, m.out, 0, s.digest, ana, now)
		m.witness.judge(s.digest, now, now, err)
		if err == nil {
			m.out = append(m.out, pub)
		}
		return said(err)
	case "schedule":
		return said(m.doc.Schedule(m.newest(), contentapi.SetSchedule{At: now.Add(time.Duration(s.Schedule) * time.Minute), Digest: s.digest}, ana, now))
	default:
		return m.tick(now)
	}
}

func (m *memory) hear(s step, p contentapi.Party, g *Gate, now time.Time) string {
	if m.heard[p] == nil {
		m.heard[p] = map[int64]string{}
	}
	from, until := s.bounds(now)
	if s.Do == "open" {
		g.Open(contentapi.OpenGate{Party: p, Seq: s.Word, Digest: s.digest, ValidFrom: from, ValidUntil: until}, now)
		if m.heard[p][s.Word] == "" {
			m.heard[p][s.Word] = said(problem.ErrConflict) // a closing of that number is no repeat
			m.witness.hears(p, s.Word, &opening{s.digest, from, until}, now)
		}
		return fmt.Sprint(g.State, g.Seq)
	}
	if m.heard[p][s.Word] == "" {
		answer := contentapi.OutcomeClosed
		for _, pub := range m.out {
			if s.Everything || pub.Digest == s.digest {
				answer = fmt.Sprint(contentapi.OutcomePublished, pub.PublishedAt.Unix())
				break
			}
		}
		m.heard[p][s.Word] = answer
		m.witness.hears(p, s.Word, nil, now)
		g.Close(s.Word, nil, now)
	}
	return m.heard[p][s.Word]
}

// tick moves time by a minute, and what is due then.
func (m *memory) tick(now time.Time) string {
	if m.doc.State == contentapi.StateScheduled && !m.doc.ScheduledAt.After(now) {
		at, digest := *m.doc.ScheduledAt, *m.doc.ScheduledDigest
		all, err := m.doc.Appear(m.newest(), m.gates, m.out, now)
		m.witness.judge(digest, now, at, err)
		if err != nil {
			m.doc.Miss(err)
		}
		m.out = append(m.out, all...)
	}
	return m.doc.State + m.doc.Missed
}

// opening is what a party agreed to.
type opening struct {
	digest      string
	from, until *time.Time
}

// witness hears what the desk hears, and judges what appears by the words alone: of each party that must agree, the word
// with the highest number, if it was heard since the party was asked.
type witness struct {
	t     *rapid.T
	words map[contentapi.Party][]utterance
	since map[contentapi.Party]int // words before do not count; -1: nobody waits for the party
}

type utterance struct {
	number int64
	open   *opening
	at     time.Time
}

func newWitness(t *rapid.T) *witness {
	return &witness{t: t, words: map[contentapi.Party][]utterance{}, since: map[contentapi.Party]int{}}
}

func (w *witness) asked(p contentapi.Party)     { w.since[p] = len(w.words[p]) }
func (w *witness) takenBack(p contentapi.Party) { w.since[p] = -1 }
func (w *witness) hears(p contentapi.Party, number int64, o *opening, at time.Time) {
	w.words[p] = append(w.words[p], utterance{number, o, at})
}

// lets says whether a party lets a digest appear now, by what it had said until a moment.
func (w *witness) lets(p contentapi.Party, digest string, now, until time.Time) bool {
	best := -1
	for i, u := range w.words[p] {
		if best < 0 || u.number > w.words[p][best].number {
			best = i
		}
	}
	if best < w.since[p] {
		return false
	}
	u := w.words[p][best]
	return u.open != nil && u.open.digest == digest && !u.at.After(until) &&
		(u.open.from == nil || !now.Before(*u.open.from)) && (u.open.until == nil || now.Before(*u.open.until))
}

var gateCodes = map[string]bool{
	contentapi.ErrGateWaiting.Code: true, contentapi.ErrGateClosed.Code: true, contentapi.ErrApprovalStale.Code: true,
	contentapi.ErrApprovalEarly.Code: true, contentapi.ErrApprovalExpired.Code: true,
}

// judge wants that what appeared was let through by all, and what gates refused by not all.
func (w *witness) judge(digest string, now, until time.Time, err error) {
	all := true
	for p, since := range w.since {
		if since >= 0 && (len(w.words[p]) == 0 || !w.lets(p, digest, now, until)) {
			all = false
		}
	}
	switch {
	case err == nil && !all:
		w.t.Fatalf("%s appeared, and not everybody had let it through: %+v since %v", digest, w.words, w.since)
	case err != nil && gateCodes[said(err)] && all:
		w.t.Fatalf("%s was refused with %s, and everybody had let it through", digest, said(err))
	}
}

func TestNothingAppearsPastAGate(t *testing.T) {
	t.Parallel()
	published := 0
	for range 20 { // a hundred documents each; chance needs many to meet the rare orders
		rapid.Check(t, func(t *rapid.T) {
			c := clock.NewFake(noon)
			m := newMemory(t, c)
			run(t, c, func(_ int, s step) string { return m.do(s) })
			published += len(m.out)
		})
	}
	if published < 100 {
		t.Errorf("%d were published: the law held for nothing", published)
	}
}

// database is the service on PostgreSQL, asked as its neighbours ask it.
type database struct {
	h   *house
	ctx context.Context // ana's, for one step
	doc contentapi.Document
}

func newDatabase(t *rapid.T, h *house) *database {
	d := &database{h: h}
	var err error
	d.doc, err = h.from("partnerships").CreateBound(h.t.Context(), "", contentapi.NewBoundDocument{
		OwnerID: ana, NewDocument: contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words(texts[0])}, Gates: []contentapi.Party{deal},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *database) do(s step) string {
	d.ctx = d.h.as(ana)
	p, now := parties[s.Party], d.h.clock.Now()
	part := d.h.from(speaker[p.Kind])
	switch s.Do {
	case "edit":
		out, err := d.h.client.Save(d.ctx, "", d.doc.ID, 0, words(texts[s.Text]))
		return either(err, out.Current.Digest)
	case "restore":
		out, err := d.h.client.Restore(d.ctx, d.doc.ID, 0, s.Seq)
		return either(err, out.Current.Digest)
	case "ask":
		g, err := part.AddGate(d.ctx, d.doc.ID, contentapi.AddGate{Party: p, Binding: p == deal})
		return either(err, g.State)
	case "take_back":
		return d.takeBack(p)
	case "open":
		from, until := s.bounds(now)
		g, err := part.OpenGate(d.ctx, d.doc.ID, contentapi.OpenGate{Party: p, Seq: s.Word, Digest: s.digest, ValidFrom: from, ValidUntil: until})
		return either(err, fmt.Sprint(g.State, g.Seq))
	case "close":
		in := contentapi.CloseGate{Party: p, Seq: s.Word, Digest: s.digest}
		if s.Everything {
			in.Digest = ""
		}
		out, err := part.CloseGate(d.ctx, d.doc.ID, in)
		if out.Published != nil {
			return fmt.Sprint(out.Outcome, out.Published.Unix())
		}
		return either(err, out.Outcome)
	case "publish":
		_, err := d.h.client.Publish(d.ctx, "", d.doc.ID, contentapi.Publish{Digest: s.digest})
		return said(err)
	case "schedule":
		_, err := d.h.client.SetSchedule(d.ctx, d.doc.ID, contentapi.SetSchedule{At: now.Add(time.Duration(s.Schedule) * time.Minute), Digest: s.digest})
		return said(err)
	default:
		if _, err := d.h.svc.PublishDue(d.ctx); err != nil {
			return said(err)
		}
		out, err := d.h.client.Document(d.ctx, d.doc.ID)
		missed := ""
		if out.Schedule != nil {
			missed = out.Schedule.Missed
		}
		return either(err, out.State+missed)
	}
}

func (d *database) takeBack(p contentapi.Party) string {
	now, err := d.h.client.Document(d.ctx, d.doc.ID)
	if err != nil {
		return said(err)
	}
	id := "gate_nothing"
	for _, g := range now.Gates {
		if g.Party == p {
			id = g.ID
		}
	}
	_, err = d.h.client.TakeBack(d.ctx, d.doc.ID, id)
	return said(err)
}

func either(err error, text string) string {
	if err != nil {
		return said(err)
	}
	return text
}

func TestNothingAppearsPastAGateInTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rapid.Check(t, func(t *rapid.T) {
		h.clock.Set(noon)
		desks := []desk{newMemory(t, h.clock), newDatabase(t, h)}
		run(t, h.clock, func(i int, s step) string {
			want, got := desks[0].do(s), desks[1].do(s)
			if got != want {
				t.Fatalf("step %d, %+v: the database says %q, the state machine %q", i, s, got, want)
			}
			return got
		})
		// Nothing else is due when the next document begins.
		if _, err := h.client.Withdraw(h.as(ana), desks[1].(*database).doc.ID, 0); err != nil {
			t.Fatal(err)
		}
	})
	// Each publication names the words that let it through: agreements to its digest that held then.
	if n := h.count(`select count(*) from content.publication p cross join jsonb_array_elements(p.gates) g
		left join content.gate_move m on m.gate_id = g ->> 'gate' and m.seq = (g ->> 'seq')::bigint
		where m.move is distinct from 'open' or m.digest is distinct from p.digest or p.published_at < m.valid_from or p.published_at >= m.valid_until`); n != 0 {
		t.Errorf("%d publications went past a gate", n)
	}
	if n := h.count(`select count(*) from content.publication`); n < 10 {
		t.Errorf("%d were published: the law held for nothing", n)
	}
}
