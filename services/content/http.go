package content

import (
	"context"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Who may do what: the owner does everything; an assistant reads with any scope that is about words, and writes with
// arrange. Giving a document up stays with its owner.
var (
	oneself   = rest.Any(rest.Person)
	reading   = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeSee), rest.Mandate(accountsapi.ScopeArrange), rest.Mandate(accountsapi.ScopeComment), rest.Mandate(accountsapi.ScopeApprove), rest.Token(accountsapi.TokenDocumentsRead))
	arranging = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeArrange), rest.Token(accountsapi.TokenDocumentsWrite))
	// approving also re-reads the mandate (Service.authorised).
	approving = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeApprove))
)

// maxBody bounds what is saved at once, in bytes: the gateway's own bound. The limits of Draft are far below.
const maxBody = 2 << 20

type byDocument struct {
	Document string `path:"document" json:"-" validate:"max=64"`
}

type byVersion struct {
	byDocument
	Seq int `path:"seq" json:"-" validate:"min=0,max=1000000000"`
}

type byCursor struct {
	Cursor string `query:"cursor" json:"-" validate:"max=64"`
}

type byKey struct {
	Key string `header:"Idempotency-Key" json:"-" validate:"max=255"`
}

type ifMatch struct {
	IfMatch string `header:"If-Match" json:"-" validate:"max=40"`
}

// version reads If-Match. "*" and none ask for nothing and are 0.
func (m ifMatch) version() (int64, error) {
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(m.IfMatch), "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < 1 {
		return 0, problem.ErrInvalid.WithField("/If-Match", "version", "must be the version that you read")
	}
	return v, nil
}

// Routes registers the route table.
func (s *Service) Routes(r *rest.Router) {
	s.documentRoutes(r)
	s.versionRoutes(r)
	s.publishingRoutes(r)
	s.gateRoutes(r)
	s.commentRoutes(r)
	s.mediaRoutes(r)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/personal-data/:person", Summary: "What content holds about a person", Access: rest.Any(rest.Service(accountsapi.Name)), Internal: true},
		func(ctx context.Context, in *struct {
			Person string `path:"person" json:"-" validate:"max=64"`
		}) (*contentapi.PersonalData, error) {
			return s.PersonalData(ctx, in.Person)
		})
}

func (s *Service) documentRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents", Summary: "Your documents, newest first", Access: reading},
		func(ctx context.Context, in *struct {
			byCursor
			State string `query:"state" json:"-" validate:"omitempty,oneof=draft scheduled missed_slot published withdrawn"`
		}) (*contentapi.DocumentPage, error) {
			return s.Documents(ctx, in.State, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents", Summary: "Begin a document", Access: arranging, Status: 201, Idempotent: true, MaxBody: maxBody},
		func(ctx context.Context, in *struct {
			byKey
			contentapi.NewDocument
		}) (*contentapi.Document, error) {
			return s.Create(ctx, in.Key, in.NewDocument)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents/:document", Summary: "A document with its newest version", Access: reading},
		func(ctx context.Context, in *byDocument) (*contentapi.Document, error) {
			return s.Document(ctx, in.Document)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/withdraw", Summary: "Give a document up for good; its versions stay readable", Access: oneself,
		Errors: []*problem.Error{problem.ErrStale, contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *struct {
			byDocument
			ifMatch
		}) (*contentapi.Document, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Withdraw(ctx, in.Document, v)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/documents/:document", Summary: "Delete all words of a document that never appeared", Access: oneself,
		Errors: []*problem.Error{contentapi.ErrDocumentPublished, contentapi.ErrDocumentBound}},
		func(ctx context.Context, in *byDocument) (*rest.Empty, error) { return nil, s.Delete(ctx, in.Document) })
}

func (s *Service) versionRoutes(r *rest.Router) {
	closed := []*problem.Error{problem.ErrStale, contentapi.ErrDocumentClosed}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents/:document/versions", Summary: "All versions of a document, newest first", Access: reading},
		func(ctx context.Context, in *struct {
			byDocument
			byCursor
		}) (*contentapi.History, error) {
			return s.History(ctx, in.Document, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/versions", Summary: "Save a new version", Access: arranging, Status: 201, Idempotent: true, MaxBody: maxBody, Errors: closed},
		func(ctx context.Context, in *struct {
			byDocument
			byKey
			ifMatch
			contentapi.Draft
		}) (*contentapi.Document, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Save(ctx, in.Key, in.Document, v, in.Draft)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents/:document/versions/:seq", Summary: "One version of a document", Access: reading},
		func(ctx context.Context, in *byVersion) (*contentapi.Version, error) {
			return s.Version(ctx, in.Document, in.Seq)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents/:document/versions/:seq/changes", Summary: "What made this version of another one, in whole words", Access: reading},
		func(ctx context.Context, in *struct {
			byVersion
			Since int `query:"since" json:"-" validate:"min=1,max=1000000000"`
		}) (*contentapi.Changes, error) {
			return s.Changes(ctx, in.Document, in.Seq, in.Since)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/versions/:seq/restore", Summary: "Save a new version that says what this one said", Access: arranging, Status: 201, Errors: closed},
		func(ctx context.Context, in *struct {
			byVersion
			ifMatch
		}) (*contentapi.Document, error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			return s.Restore(ctx, in.Document, v, in.Seq)
		})
}
