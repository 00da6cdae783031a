package content

import (
	"context"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// commenting admits the owner and who may comment for them.
var commenting = rest.Any(rest.Person, rest.Mandate(accountsapi.ScopeComment))

type byComment struct {
	byDocument
	Comment string `path:"comment" json:"-" validate:"max=64"`
}

func (s *Service) commentRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents/:document/comments", Summary: "What was said about a document, oldest first", Access: reading},
		func(ctx context.Context, in *struct {
			byDocument
			byCursor
			State string `query:"state" json:"-" validate:"omitempty,oneof=open accepted settled"`
		}) (*contentapi.CommentPage, error) {
			return s.Comments(ctx, in.Document, in.State, in.Cursor)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/comments", Summary: "Say something about a passage, or suggest words for it", Access: commenting, Status: 201, Idempotent: true,
		Errors: []*problem.Error{contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *struct {
			byDocument
			byKey
			contentapi.NewComment
		}) (*contentapi.Comment, error) {
			return s.Comment(ctx, in.Key, in.Document, in.NewComment)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/comments/:comment/accept", Summary: "Make a version of a suggestion", Access: arranging,
		Errors: []*problem.Error{contentapi.ErrDocumentClosed, contentapi.ErrCommentSettled, contentapi.ErrPassageChanged}},
		func(ctx context.Context, in *byComment) (*contentapi.Document, error) {
			return s.Accept(ctx, in.Document, in.Comment)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/comments/:comment/settle", Summary: "Close a comment, or a suggestion that is not taken", Access: commenting,
		Errors: []*problem.Error{contentapi.ErrCommentSettled}},
		func(ctx context.Context, in *byComment) (*contentapi.Comment, error) {
			return s.Settle(ctx, in.Document, in.Comment)
		})
}
