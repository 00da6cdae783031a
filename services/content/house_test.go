package content

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/call"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// house is content on a database of its own, reached as the other parts reach it.
type house struct {
	t      testing.TB
	pool   *pgxpool.Pool
	clock  *clock.Fake
	svc    *Service
	bus    *outbox.Bus
	keys   *identity.Keys
	dir    *call.Directory
	client *contentapi.Client
	people *people
	blobs  string // the folder of the file store
	events atomic.Int64
}

const (
	ana = "person_ana"
	ben = "person_ben"
)

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// bothWays runs a test against content in the same process, and again over loopback.
func bothWays(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	for _, way := range []string{"in process", "over loopback"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if way == "over loopback" {
				server := httptest.NewServer(h.router())
				t.Cleanup(server.Close)
				h.dir = call.NewDirectory()
				if err := h.dir.Remote(contentapi.Name, server.URL); err != nil {
					t.Fatal(err)
				}
				h.client = h.from("web")
			}
			test(t, h)
		})
	}
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, pool: pgtest.DB(t, schema), clock: clock.NewFake(noon), dir: call.NewDirectory(), people: &people{}}
	var err error
	if h.keys, err = identity.Ephemeral("gateway", "content", "web", "accounts", "review", "ghostwriting", "partnerships", "storefront"); err != nil {
		t.Fatal(err)
	}
	h.blobs = t.TempDir()
	store, err := files.OpenUnder(t.Context(), "file://"+h.blobs, "content/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h.svc = NewService(Deps{
		Pool: h.pool, Clock: h.clock, People: h.people, Files: store, Config: Config{MaxPicture: 20 << 20, MaxRecording: 1 << 20},
		Sign: files.NewSigner(bytes.Repeat([]byte{1}, 32), "https://files.example").Below(contentapi.FilesPath),
	})
	h.bus = outbox.New(outbox.Config{Service: contentapi.Name, Pool: h.pool, Clock: h.clock})
	h.svc.Consume(h.bus)
	h.dir.Local(contentapi.Name, h.router())
	h.client = h.from("web")
	return h
}

// people is accounts, as far as content asks it.
type people struct{ ended atomic.Bool }

func (p *people) Authority(_ context.Context, in accountsapi.Authority) (accountsapi.Authorised, error) {
	if p.ended.Load() || in.By != ben || in.For != ana || in.Scope != accountsapi.ScopeApprove {
		return accountsapi.Authorised{}, accountsapi.ErrMandateMissing
	}
	return accountsapi.Authorised{Mandate: "mandate_1"}, nil
}

func (h *house) router() *rest.Router {
	r := rest.NewRouter(contentapi.Name, identity.NewVerifier(contentapi.Name, h.keys, h.clock))
	h.svc.Routes(r)
	return r
}

// from is a client as another part of the house has it.
func (h *house) from(target string) *contentapi.Client {
	h.t.Helper()
	return contentapi.NewClient(h.http(target))
}

func (h *house) http(target string) *http.Client {
	h.t.Helper()
	m, err := identity.NewMinter(target, h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	return call.NewTransport(h.dir, m, nil).Client()
}

// as is the context of a signed-in person, as the gateway makes it.
func (h *house) as(person string) context.Context {
	return h.caller(identity.Caller{Person: person, Verified: true, Locale: "en"})
}

// acting is the context of who acts for another by a mandate with these scopes.
func (h *house) acting(person, other string, scopes ...string) context.Context {
	return h.caller(identity.Caller{Person: person, For: other, Scopes: scopes, Verified: true, Locale: "en"})
}

func (h *house) caller(c identity.Caller) context.Context {
	h.t.Helper()
	m, err := identity.NewMinter("gateway", h.keys, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	token, _, err := m.Person(c)
	if err != nil {
		h.t.Fatal(err)
	}
	return identity.With(h.t.Context(), c.WithToken(token))
}

// must fails the test on an error.
func must[T any](h *house) func(v T, err error) T {
	return func(v T, err error) T {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
		return v
	}
}

// wants fails the test unless err is the problem, and gives it.
func (h *house) wants(err error, want *problem.Error, what string) *problem.Error {
	h.t.Helper()
	p := problem.From(err)
	if p == nil || p.Code != want.Code {
		h.t.Fatalf("%s: %v, want %s", what, err, want.Code)
	}
	return p
}

// told lists the names of events about one document, in order.
func (h *house) told(documentID string) []string {
	h.t.Helper()
	return must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select name from content.outbox where key = $1 order by seq`, documentID))
}

func (h *house) count(sql string, args ...any) int {
	h.t.Helper()
	return must[int](h)(pg.Scalar[int](h.t.Context(), h.pool, sql, args...))
}

func oneText(h *house, sql string, args ...any) (string, error) {
	return pg.Scalar[string](h.t.Context(), h.pool, sql, args...)
}

// hear delivers an event of another part.
func (h *house) hear(name, key string, payload any) {
	h.t.Helper()
	ev := outbox.Event{ID: fmt.Sprintf("evt_%s_%d", key, h.events.Add(1)), Name: name, Key: key, Payload: payload, At: h.clock.Now()}
	if err := h.bus.Deliver(h.t.Context(), ev); err != nil {
		h.t.Fatal(err)
	}
}

// post is a document of ana's for her LinkedIn profile.
func (h *house) post(text string) contentapi.Document {
	h.t.Helper()
	return must[contentapi.Document](h)(h.client.Create(h.as(ana), "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words(text)}))
}

func words(text string) contentapi.Draft {
	return contentapi.Draft{Text: text, Destinations: []contentapi.Destination{{Channel: contentapi.ChannelLinkedIn, Profile: "https://www.linkedin.com/in/ana"}}}
}

// edit saves other words as ana.
func (h *house) edit(d contentapi.Document, text string) contentapi.Document {
	h.t.Helper()
	return must[contentapi.Document](h)(h.client.Save(h.as(ana), "", d.ID, d.Version, words(text)))
}

// acme and globex are two employers of ana's; deal is a contract's gate.
var (
	acme   = contentapi.Party{Kind: contentapi.GateEmployer, Ref: "org_acme"}
	globex = contentapi.Party{Kind: contentapi.GateEmployer, Ref: "org_globex"}
	deal   = contentapi.Party{Kind: contentapi.GateBrand, Ref: "deal_1"}
	client = contentapi.Party{Kind: contentapi.GateClient, Ref: "engagement_1"}
)

// ask puts a chosen party before a document, as the part that speaks for it.
func (h *house) ask(d contentapi.Document, p contentapi.Party) contentapi.Gate {
	h.t.Helper()
	return must[contentapi.Gate](h)(h.from(speaker[p.Kind]).AddGate(h.t.Context(), d.ID, contentapi.AddGate{Party: p}))
}

// agree opens a gate for a digest.
func (h *house) agree(d contentapi.Document, p contentapi.Party, seq int64, digest string) contentapi.Gate {
	h.t.Helper()
	return must[contentapi.Gate](h)(h.from(speaker[p.Kind]).OpenGate(h.t.Context(), d.ID, contentapi.OpenGate{Party: p, Seq: seq, Digest: digest}))
}

// revoke closes a gate.
func (h *house) revoke(d contentapi.Document, p contentapi.Party, seq int64, digest string) contentapi.Closing {
	h.t.Helper()
	return must[contentapi.Closing](h)(h.from(speaker[p.Kind]).CloseGate(h.t.Context(), d.ID, contentapi.CloseGate{Party: p, Seq: seq, Digest: digest}))
}

// publish publishes what the document says, as ana.
func (h *house) publish(d contentapi.Document) (contentapi.Document, error) {
	h.t.Helper()
	return h.client.Publish(h.as(ana), "", d.ID, contentapi.Publish{Digest: d.Current.Digest})
}

func TestEveryQueryFitsTheSchemaAndIsUsed(t *testing.T) {
	t.Parallel()
	pool := pgtest.DB(t, schema)
	for _, err := range queries.Unprepared(t.Context(), pool) {
		t.Error(err)
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(b))
	}
	if unused := queries.Unused(sources...); len(unused) > 0 {
		t.Errorf("no code runs %v", unused)
	}
}

func TestWhatWasSavedDoesNotChange(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t, schema)
	asService, asOwner := pgtest.Open(t, dsn, migrate.Role(schema)), pgtest.Open(t, dsn, "")
	// The role lacks the right, and whoever owns the tables is stopped by the trigger.
	for name, pool := range map[string]*pgxpool.Pool{"the service": asService, "the owner": asOwner} {
		for _, sql := range []string{
			`update content.version set digest = 'y'`, `delete from content.version`, `truncate content.version cascade`, `update content.words set body = 'y'`,
			`truncate content.words`, `update content.live_check set said_by = 'y'`, `delete from content.live_check`,
			`update content.entry set path = 'y'`, `update content.entry_words set body = 'y'`, `truncate content.entry`,
			`update content.audit set actor = 'y'`, `delete from content.audit`, `truncate content.audit`,
		} {
			var pe *pgconn.PgError
			if _, err := pool.Exec(t.Context(), sql); !errors.As(err, &pe) || pe.Code != "42501" {
				t.Errorf("%s as %s: %v", sql, name, err)
			}
		}
	}
}
