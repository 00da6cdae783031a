package documents

import (
	"context"
	"io"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
)

// Desk is what these pages ask of content.
type Desk interface {
	Create(ctx context.Context, key string, in contentapi.NewDocument) (contentapi.Document, error)
	Documents(ctx context.Context, state, cursor string) (contentapi.DocumentPage, error)
	Document(ctx context.Context, id string) (contentapi.Document, error)
	Save(ctx context.Context, key, id string, version int64, in contentapi.Draft) (contentapi.Document, error)
	Restore(ctx context.Context, id string, version int64, seq int) (contentapi.Document, error)
	History(ctx context.Context, id, cursor string) (contentapi.History, error)
	Version(ctx context.Context, id string, seq int) (contentapi.Version, error)
	Changes(ctx context.Context, id string, from, to int) (contentapi.Changes, error)
	Comment(ctx context.Context, key, id string, in contentapi.NewComment) (contentapi.Comment, error)
	Comments(ctx context.Context, id, state, cursor string) (contentapi.CommentPage, error)
	Accept(ctx context.Context, id, commentID string) (contentapi.Document, error)
	Settle(ctx context.Context, id, commentID string) (contentapi.Comment, error)
	Publish(ctx context.Context, key, id string, in contentapi.Publish) (contentapi.Document, error)
	Prove(ctx context.Context, id, publicationID string, in contentapi.Prove) (contentapi.Document, error)
	SetSchedule(ctx context.Context, id string, in contentapi.SetSchedule) (contentapi.Document, error)
	Unschedule(ctx context.Context, id string) (contentapi.Document, error)
	Withdraw(ctx context.Context, id string, version int64) (contentapi.Document, error)
	Delete(ctx context.Context, id string) error
	Upload(ctx context.Context, id string, size int64, body io.Reader) (contentapi.Medium, error)
	Media(ctx context.Context, id string) (contentapi.MediaList, error)
	TakeBack(ctx context.Context, id, gateID string) (contentapi.Document, error)
	TakeAway(ctx context.Context, id, digest string) error
}

// Accounts is what these pages ask of accounts.
type Accounts interface {
	Countries(ctx context.Context) (accountsapi.Countries, error)
	Mandates(ctx context.Context) (accountsapi.Mandates, error)
}

type pages struct {
	desk     Desk
	accounts Accounts
	clock    clock.Clock
}

// Bounds of a form, in bytes.
const (
	wordsMost  = 2 << 20   // the words of a long article, as the gateway has it
	uploadMost = 544 << 20 // a recording, as content has it, and what is around it
)

// Area registers the pages.
func Area(desk Desk, accounts Accounts, c clock.Clock) shell.Area {
	h := &pages{desk: desk, accounts: accounts, clock: c}
	return shell.Area{
		Name:     "documents",
		Sections: []shell.Section{{Role: shell.Creator, ID: "documents", Path: "/documents", Order: 25}},
		Register: func(s *shell.Shell) {
			s.Page("GET /documents", route("What I write, and what each needs next.", reading), h.list)
			s.Page("GET /documents/new", route("Begin a document.", arranging), h.begin)
			s.Page("POST /documents/new", large("Keep the first version.", wordsMost), h.postBegin)
			s.Page("GET /documents/:document", route("What a document says, what it lacks, who has to agree.", reading), h.show)
			s.Page("POST /documents/:document", route("Stop waiting for somebody who was asked.", rest.Any(rest.Person)), h.postShow)
			s.Page("GET /documents/:document/edit", route("The words of a document, and where they shall appear.", arranging), h.edit)
			s.Page("POST /documents/:document/edit", large("Save a version.", uploadMost), h.postEdit)
			h.versionPages(s)
			h.commentPages(s)
			h.publishPages(s)
		},
	}
}

func (h *pages) versionPages(s *shell.Shell) {
	s.Page("GET /documents/:document/versions", route("Every version of a document.", reading), h.versions)
	s.Page("GET /documents/:document/versions/:seq", route("One version of a document.", reading), h.version)
	s.Page("POST /documents/:document/versions/:seq", route("Restore a version.", arranging), h.postVersion)
	s.Page("GET /documents/:document/compare", route("What made one version of another.", reading), h.compare)
}

// A suggestion is accepted by who arranges, all else is said by who comments: content tells the two apart.
func (h *pages) commentPages(s *shell.Shell) {
	s.Page("GET /documents/:document/comments", route("What is said about a document.", reading), h.comments)
	s.Page("POST /documents/:document/comments", route("Say something, answer, settle, or take a suggestion over.", discussing), h.postComments)
	s.Page("GET /documents/:document/comments/:comment", route("What a suggestion would change.", reading), h.suggestion)
}

func (h *pages) publishPages(s *shell.Shell) {
	s.Page("GET /documents/:document/publish", route("Whether, when and where a document may appear.", reading), h.publishing)
	s.Page("POST /documents/:document/publish", route("Publish, schedule, or take the time away.", releasing), h.postPublish)
	s.Page("GET /documents/:document/publications/:publication", route("The record of a publication.", reading), h.record)
	s.Page("POST /documents/:document/publications/:publication", route("Say where a publication can be seen.", arranging), h.postRecord)
	s.Page("GET /documents/:document/publications/:publication/text", route("The released text as a file.", reading), h.download)
	s.Page("GET /documents/:document/end", route("What giving up or deleting a document means.", rest.Any(rest.Person)), h.ending)
	s.Page("POST /documents/:document/end", route("Give a document up, or delete it.", rest.Any(rest.Person)), h.postEnd)
}

// Who may do what, as content has it: the owner everything; an assistant reads with any scope that is about words.
var (
	reading = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee), rest.Mandate(accountsapi.ScopeArrange), rest.Mandate(accountsapi.ScopeComment),
		rest.Mandate(accountsapi.ScopeApprove))
	releasing  = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeArrange), rest.Mandate(accountsapi.ScopeApprove))
	discussing = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeArrange), rest.Mandate(accountsapi.ScopeComment))
	arranging  = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeArrange))
)

func route(summary string, access rest.Access) shell.Route {
	return shell.Route{Summary: summary, Access: access, Role: shell.Creator, Section: "documents"}
}

// large is a route of who arranges whose form may be large.
func large(summary string, most int64) shell.Route {
	rt := route(summary, arranging)
	rt.MaxBody = most
	return rt
}

// able is what a visitor may do: an assistant what their mandate says.
type able struct {
	arrange, comment, approve bool
	own                       bool // the document is theirs
}

func abilities(v *shell.Visit) able {
	if v.Caller.For == "" {
		return able{true, true, true, true}
	}
	has := v.Caller.Has
	return able{arrange: has(accountsapi.ScopeArrange), comment: has(accountsapi.ScopeComment), approve: has(accountsapi.ScopeApprove)}
}

// mend takes the steps out of hurdles for who may not take them: the rest still says what is missing.
func (a able) mend(list []hurdle) []hurdle {
	if !a.arrange {
		for i := range list {
			list[i].action, list[i].href = "", ""
		}
	}
	return list
}
