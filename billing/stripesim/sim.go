package stripesim

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
)

// Version is the API version that is simulated.
const Version = "2023-10-16"

// Endpoint is a webhook address of ours. Connect endpoints hear of connected accounts, the others of the platform.
type Endpoint struct {
	URL     string
	Secret  string
	Connect bool
	Events  []string // names, or "*"; empty is "*"
}

// Config is how a simulator is made. Only Clock is needed.
type Config struct {
	Clock      clock.Clock
	Key        string     // the one secret key that is accepted; empty accepts each sk_test_ key
	BaseURL    string     // where browsers find the hosted pages; empty uses the Host of the request
	PersistDir string     // keeps its state over restarts; empty keeps it in memory
	Endpoints  []Endpoint // may also be set later, or made by the API
	Country    string     // of the platform; US if empty
	Seed       string     // makes ids repeatable, for tests alone: two simulators of one seed give equal ids
	KeepEvents int        // newest events kept; 0 is 10 000
	Record     string     // directory for recorded traffic (see Recorder); empty records nothing
	Log        *slog.Logger
}

// Sim is one simulated Stripe platform. It is safe for concurrent use.
type Sim struct {
	cfg  Config
	log  *slog.Logger
	seed string

	mu       sync.Mutex // guards everything to the blank line
	tables   tables
	balances map[string]map[string]*holding // account → currency
	due      dueQueue
	lapsing  []*answer // oldest first
	seq      int64
	platform *account
	journal  *journal
	dirty    []row
	inFlight map[string]bool // idempotency keys
	expected map[string]int64

	serving *call // whose events are being made; nil on a page or by the clock

	faults  faults
	courier *courier
	handler http.Handler
}

// New makes a simulator and reads back what PersistDir holds.
func New(cfg Config) (*Sim, error) {
	if cfg.Clock == nil {
		return nil, errors.New("stripesim: a clock is needed")
	}
	if cfg.Country == "" {
		cfg.Country = "US"
	}
	if cfg.KeepEvents == 0 {
		cfg.KeepEvents = 10_000
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Seed == "" {
		cfg.Seed = rand.Text()
	}
	s := &Sim{
		cfg: cfg, log: cfg.Log, seed: cfg.Seed, tables: newTables(), balances: map[string]map[string]*holding{},
		inFlight: map[string]bool{}, expected: map[string]int64{},
	}
	s.courier = newCourier(s)
	if cfg.PersistDir != "" {
		if err := s.restore(cfg.PersistDir); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.platform == nil {
		s.openPlatform()
	}
	s.setEndpoints(cfg.Endpoints)
	s.commit()
	s.handler = s.routes()
	if cfg.Record != "" {
		rec, err := NewRecorder(cfg.Record, "stripesim")
		if err != nil {
			return nil, err
		}
		s.handler = rec.Wrap(s.handler)
	}
	return s, nil
}

// Handler serves the API (/v1), the hosted pages and the control API (/_sim).
func (s *Sim) Handler() http.Handler { return s.handler }

// Run delivers webhooks and does what falls due on the clock, until ctx ends.
func (s *Sim) Run(ctx context.Context) error {
	stop := s.courier.start(ctx)
	defer stop()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.Tick(ctx)
		}
	}
}

// Tick does everything that is due by the clock now and reports how many things that was. Each API call does the same first, so
// nobody can see a state that the clock has left behind; Tick is for what must happen though nobody looks.
func (s *Sim) Tick(context.Context) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.settle()
	s.commit()
	return n
}

// Quiet reports whether no webhook is queued or under way; those waiting for a retry do not count.
func (s *Sim) Quiet() bool { return s.courier.quiet() }

// NextDue is when something will next happen by itself, by the clock; zero for never.
func (s *Sim) NextDue() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.nextDue()
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).UTC()
}

// SetEndpoints replaces the endpoints that came from Config. What was waiting for one that stays is still delivered.
func (s *Sim) SetEndpoints(list []Endpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setEndpoints(list)
	s.commit()
}

// Close writes what is left. The simulator must not be used afterwards.
func (s *Sim) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal.close()
}

// PlatformID is the id of the platform's own account.
func (s *Sim) PlatformID() string { return s.platform.ID }

func (s *Sim) now() int64 { return s.cfg.Clock.Now().Unix() }

// newID makes an id in Stripe's form. Ids depend on the seed and on how many rows were made before: repeatable in tests, and
// never the same after a wiped state, because books that outlive the simulator must not meet an old id with a new meaning.
func (s *Sim) newID(prefix string) string {
	s.seq++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.seed), uint64(s.seq)))
	n := 24
	if strings.HasPrefix(prefix, "cs_") {
		n = 58
	}
	long := new(big.Int).SetBytes(append(sum[:], sum[:16]...)).Text(62)
	return fmt.Sprintf("%s_1%s", prefix, long[:n-1])
}

func (s *Sim) head(prefix string) head {
	id := s.newID(prefix)
	return head{ID: id, Seq: s.seq, Created: s.now()}
}

// secret is unguessable, for addresses that are their own permission.
func secret() string {
	var b [18]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// put files a new or changed row for the next commit.
func (s *Sim) put(r row) {
	for _, d := range s.dirty {
		if d == r {
			return
		}
	}
	s.tables.add(r)
	s.dirty = append(s.dirty, r)
}

// commit makes everything that was put durable, in one piece.
func (s *Sim) commit() {
	if len(s.dirty) == 0 {
		return
	}
	if s.journal != nil {
		if err := s.journal.commit(s.dirty); err != nil {
			s.log.Error("the simulator could not write its state", "error", err)
		}
	}
	clear(s.dirty)
	s.dirty = s.dirty[:0]
}

func (s *Sim) restore(dir string) error {
	j, rows, err := openJournal(dir, s.worthKeeping)
	if err != nil {
		return err
	}
	s.journal = j
	for _, r := range rows {
		s.tables.add(r)
		s.seq = max(s.seq, r.base().Seq)
		switch r := r.(type) {
		case *account:
			if r.Platform {
				s.platform = r
			}
			s.schedule(r)
		case *txn:
			s.fold(r)
		case *event:
			s.courier.resume(r)
		default:
			s.schedule(r)
		}
	}
	return nil
}

// worthKeeping leaves out what nobody can ask for any more: deleted endpoints, answers whose day is over, events beyond the newest.
func (s *Sim) worthKeeping(rows []row) []row {
	events := 0
	for _, r := range rows {
		if _, ok := r.(*event); ok {
			events++
		}
	}
	out := rows[:0]
	for _, r := range rows {
		switch r := r.(type) {
		case *endpoint:
			if len(r.Events) == 0 {
				continue
			}
		case *answer:
			if r.Created+keepKeys <= s.now() {
				continue
			}
		case *event:
			if events--; events >= s.cfg.KeepEvents {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

func (s *Sim) openPlatform() {
	ccy := currencyOf(s.cfg.Country)
	a := &account{
		head: s.head("acct"), Platform: true, Country: s.cfg.Country, Currency: ccy, Interval: "manual", Requested: true,
		Transfers: "active", Payouts: true, Submitted: true, Accepted: s.now(), Metadata: labels{},
	}
	s.platform = a
	s.put(a)
}
