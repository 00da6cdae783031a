package review

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
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
	"github.com/workfluence/workfluence/services/content"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/translog"
)

// house is review beside a real content, each on a database of its own and reached as the other parts reach it.
type house struct {
	t       testing.TB
	pool    *pgxpool.Pool
	posts   *pgxpool.Pool // content's
	clock   *clock.Fake
	svc     *Service
	bus     *outbox.Bus
	keys    *identity.Keys
	dir     *call.Directory
	client  *reviewapi.Client
	content *contentapi.Client
	people  *people
	docs    *documents
}

const (
	ana = "person_ana"
	ben = "person_ben"

	hr        = "hr@acme.example"
	colleague = "legal@acme.example"
)

// noon is a Monday.
var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// bothWays runs a test against review and content in the same process, and again over loopback.
func bothWays(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	for _, way := range []string{"in process", "over loopback"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			test(t, newHouse(t, way == "over loopback"))
		})
	}
}

func newHouse(t testing.TB, remote bool) *house {
	t.Helper()
	h := &house{
		t: t, pool: pgtest.DB(t, schema), posts: pgtest.DB(t, contentapi.Name), clock: clock.NewFake(noon), dir: call.NewDirectory(), people: newPeople(),
	}
	var err error
	if h.keys, err = identity.Ephemeral("gateway", "content", "web", "accounts", "review", "notify", "storefront"); err != nil {
		t.Fatal(err)
	}
	store, err := files.OpenUnder(t.Context(), "file://"+t.TempDir(), "content/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	posts := content.NewService(content.Deps{
		Pool: h.posts, Clock: h.clock, Files: store, Config: content.Config{MaxPicture: 1 << 20, MaxRecording: 1 << 20},
		Sign: files.NewSigner(bytes.Repeat([]byte{1}, 32), "https://files.example").Below(contentapi.FilesPath),
	})
	h.serve(contentapi.Name, remote, posts.Routes)
	h.docs = &documents{Client: contentapi.NewClient(h.http(reviewapi.Name))}
	secret, err := receipt.KeyOf("workfluence.example/log", bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	proofs, err := translog.New(h.pool, h.clock, secret)
	if err != nil {
		t.Fatal(err)
	}
	h.svc = NewService(Deps{Pool: h.pool, Clock: h.clock, People: h.people, Documents: h.docs, Keys: NewLinkKeys(bytes.Repeat([]byte{2}, 32)), Proofs: proofs})
	h.bus = outbox.New(outbox.Config{Service: reviewapi.Name, Pool: h.pool, Clock: h.clock})
	h.svc.Consume(h.bus)
	h.serve(reviewapi.Name, remote, h.svc.Routes)
	h.client, h.content = h.from("web"), contentapi.NewClient(h.http("web"))
	return h
}

func (h *house) serve(name string, remote bool, routes func(*rest.Router)) {
	h.t.Helper()
	r := rest.NewRouter(name, identity.NewVerifier(name, h.keys, h.clock), rest.WithLog(slog.New(slog.NewTextHandler(h.t.Output(), nil))))
	routes(r)
	if !remote {
		h.dir.Local(name, r)
		return
	}
	server := httptest.NewServer(r)
	h.t.Cleanup(server.Close)
	if err := h.dir.Remote(name, server.URL); err != nil {
		h.t.Fatal(err)
	}
}

// documents is content, as review reaches it; it can be made unreachable, as a process that dies in between leaves it.
type documents struct {
	*contentapi.Client
	mu     sync.Mutex
	down   bool
	hidden bool // Show fails
}

func (d *documents) setShown(shown bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hidden = !shown
}

func (d *documents) Show(ctx context.Context, id, digest string, party contentapi.Party) (contentapi.Shown, error) {
	d.mu.Lock()
	hidden := d.hidden
	d.mu.Unlock()
	if hidden {
		return contentapi.Shown{}, problem.ErrUpstream
	}
	return d.Client.Show(ctx, id, digest, party)
}

func (d *documents) fails() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return problem.ErrUpstream
	}
	return nil
}

func (d *documents) setDown(down bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = down
}

func (d *documents) AddGate(ctx context.Context, id string, in contentapi.AddGate) (contentapi.Gate, error) {
	if err := d.fails(); err != nil {
		return contentapi.Gate{}, err
	}
	return d.Client.AddGate(ctx, id, in)
}

func (d *documents) OpenGate(ctx context.Context, id string, in contentapi.OpenGate) (contentapi.Gate, error) {
	if err := d.fails(); err != nil {
		return contentapi.Gate{}, err
	}
	return d.Client.OpenGate(ctx, id, in)
}

func (d *documents) CloseGate(ctx context.Context, id string, in contentapi.CloseGate) (contentapi.Closing, error) {
	if err := d.fails(); err != nil {
		return contentapi.Closing{}, err
	}
	return d.Client.CloseGate(ctx, id, in)
}

// people is accounts, as far as review asks it.
type people struct {
	mu     sync.Mutex
	me     map[string]accountsapi.Person
	acting map[string]accountsapi.Acting // by organisation and person
	owners map[string]accountsapi.DomainOwner
	close  map[string]string // who reads whose mail
}

func newPeople() *people {
	return &people{acting: map[string]accountsapi.Acting{}, owners: map[string]accountsapi.DomainOwner{}, me: map[string]accountsapi.Person{
		ana: {ID: ana, Name: "Ana Ruiz", Email: "ana@personal.example", Locale: "fr", Zone: "Europe/Paris"},
		ben: {ID: ben, Name: "Ben", Email: "ben@personal.example", Locale: "en", Zone: "UTC"},
	}}
}

func (p *people) set(me accountsapi.Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.me[me.ID] = me
}

func (p *people) of(id string) accountsapi.Person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.me[id]
}

// joins makes somebody a member with roles; none ends it.
func (p *people) joins(organisation, person string, roles ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acting[organisation+" "+person] = accountsapi.Acting{
		Organisation: organisation, Member: "member_" + person, Person: person, Roles: roles, Mailbox: person + "@told.example",
	}
	if len(roles) == 0 {
		delete(p.acting, organisation+" "+person)
	}
}

func (p *people) Acting(_ context.Context, organisation, person, about string) (accountsapi.Acting, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.acting[organisation+" "+person]
	if !ok {
		return a, problem.ErrNotFound
	}
	a.Close = about == person || about != "" && p.close[person] == about
	return a, nil
}

func (p *people) Staff(_ context.Context, organisation, about string) (accountsapi.Staff, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out accountsapi.Staff
	for _, a := range p.acting {
		if a.Organisation == organisation {
			out.Members = append(out.Members, accountsapi.StaffMember{Member: a.Member, Person: a.Person, Name: p.me[a.Person].Name, Roles: a.Roles, Close: about == a.Person})
		}
	}
	return out, nil
}

func (p *people) DomainOwner(_ context.Context, claimID string) (accountsapi.DomainOwner, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.owners[claimID], nil
}

func (p *people) Me(ctx context.Context) (accountsapi.Person, error) {
	return p.of(identity.From(ctx).Person), nil
}

func (p *people) Mandates(context.Context) (accountsapi.Mandates, error) {
	return accountsapi.Mandates{Given: []accountsapi.Mandate{{AssistantEmail: "tess@acme.example"}}}, nil
}

func (p *people) Public(_ context.Context, ids ...string) ([]accountsapi.Public, error) {
	var out []accountsapi.Public
	for _, id := range ids {
		out = append(out, accountsapi.Public{ID: id, Name: p.of(id).Name})
	}
	return out, nil
}

func (p *people) Contact(_ context.Context, id string) (accountsapi.Contact, error) {
	return accountsapi.Contact{Email: p.of(id).Email}, nil
}

// from is a client as another part of the house has it.
func (h *house) from(target string) *reviewapi.Client {
	h.t.Helper()
	return reviewapi.NewClient(h.http(target))
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
	h.t.Helper()
	c := identity.Caller{Person: person, Verified: true, Locale: "en"}
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

// nobody is the context of who is not signed in: a reviewer.
func (h *house) nobody() context.Context { return h.t.Context() }

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

func (h *house) count(sql string, args ...any) int {
	h.t.Helper()
	return must[int](h)(pg.Scalar[int](h.t.Context(), h.pool, sql, args...))
}

// hearContent delivers to review what content told since the last time.
func (h *house) hearContent() {
	h.t.Helper()
	type told struct {
		ID, Name, Key string
		Payload       json.RawMessage
		At            time.Time
	}
	all, err := pg.Many[told](h.t.Context(), h.posts, `update content.outbox set published_at = now() where published_at is null returning id, name, key, payload, at`)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, ev := range all {
		if err := h.bus.Deliver(h.t.Context(), outbox.Event{ID: ev.ID, Name: ev.Name, Key: ev.Key, Payload: ev.Payload, At: ev.At}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// post is a document of ana's for her LinkedIn profile.
func (h *house) post(text string) contentapi.Document {
	h.t.Helper()
	return must[contentapi.Document](h)(h.content.Create(h.as(ana), "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words(text)}))
}

func words(text string) contentapi.Draft {
	return contentapi.Draft{Text: text, Destinations: []contentapi.Destination{{Channel: contentapi.ChannelLinkedIn, Profile: "https://www.linkedin.com/in/ana"}}}
}

// edit saves other words as ana.
func (h *house) edit(d contentapi.Document, text string) contentapi.Document {
	h.t.Helper()
	return must[contentapi.Document](h)(h.content.Save(h.as(ana), "", d.ID, 0, words(text)))
}

// publish publishes what a document says now, as ana.
func (h *house) publish(documentID string) error {
	h.t.Helper()
	d := must[contentapi.Document](h)(h.content.Document(h.as(ana), documentID))
	_, err := h.content.Publish(h.as(ana), "", d.ID, contentapi.Publish{Digest: d.Current.Digest})
	return err
}

func ask(mailbox string) reviewapi.Ask {
	return reviewapi.Ask{Employer: "Acme Chairs", Mailbox: mailbox, Policy: "No names of customers.", Locale: "en"}
}

func (h *house) begin(d contentapi.Document, mailbox string) (reviewapi.Submission, error) {
	return h.client.Begin(h.as(ana), "", reviewapi.NewSubmission{DocumentID: d.ID, Ask: ask(mailbox)})
}

// asked is a submission of ana's that waits for HR at Acme.
func (h *house) asked(d contentapi.Document) reviewapi.Submission {
	h.t.Helper()
	sub := must[reviewapi.Submission](h)(h.begin(d, hr))
	sub = must[reviewapi.Submission](h)(h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{}))
	if sub.State != reviewapi.StateInStage {
		h.t.Fatalf("%+v", sub)
	}
	return sub
}

// mails are the mails of a submission's links that notify would write, the oldest first.
func (h *house) mails(submissionID string) []reviewapi.LinkMail {
	h.t.Helper()
	ids := must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select payload ->> 'link_id' from review.outbox where name = $1 and key = $2 order by seq`, reviewapi.EventLinkRequested, submissionID))
	var out []reviewapi.LinkMail
	for _, linkID := range ids {
		m, err := h.from("notify").LinkForMail(h.nobody(), linkID)
		if errors.Is(err, problem.ErrNotFound) {
			continue
		}
		out = append(out, must[reviewapi.LinkMail](h)(m, err))
	}
	return out
}

func token(m reviewapi.LinkMail) string { return m.Path[len(reviewapi.LinkPath):] }

// opened is the secret of who pressed the newest link of a submission.
func (h *house) opened(sub reviewapi.Submission) string {
	h.t.Helper()
	mails := h.mails(sub.ID)
	if len(mails) == 0 {
		h.t.Fatal("no mail")
	}
	return must[reviewapi.Entered](h)(h.client.Enter(h.nobody(), reviewapi.Enter{Token: token(mails[len(mails)-1])})).Secret
}

func says(kind string) reviewapi.Decide {
	return reviewapi.Decide{Kind: kind, Signature: reviewapi.Signature{Name: "Hanna Roth", Role: "HR lead", MayDecide: true}}
}

func revokes() reviewapi.RevokeDecision {
	return reviewapi.RevokeDecision{Signature: says("").Signature, Reason: "The figures are not public yet."}
}

func (h *house) decide(secret string, in reviewapi.Decide) (reviewapi.Review, error) {
	return h.client.Decide(h.nobody(), secret, "", 0, in)
}

func (h *house) submission(id string) reviewapi.Submission {
	h.t.Helper()
	return must[reviewapi.Submission](h)(h.client.Submission(h.as(ana), id))
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

func TestDecisionsDoNotChange(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t, schema)
	asService, asOwner := pgtest.Open(t, dsn, migrate.Role(schema)), pgtest.Open(t, dsn, "")
	for name, pool := range map[string]*pgxpool.Pool{"the service": asService, "the owner": asOwner} {
		for _, sql := range []string{
			`update review.decision set kind = 'approve'`, `delete from review.decision`, `truncate review.decision cascade`,
			`update review.decision_words set name = 'y'`, `truncate review.decision_words`,
			`update review.audit set actor = 'y'`, `delete from review.audit`, `truncate review.audit`,
		} {
			var pe *pgconn.PgError
			if _, err := pool.Exec(t.Context(), sql); !errors.As(err, &pe) || pe.Code != "42501" {
				t.Errorf("%s as %s: %v", sql, name, err)
			}
		}
	}
}
