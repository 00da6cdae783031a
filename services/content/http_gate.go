package content

import (
	"context"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// speakers are the parts that speak for parties; each for kinds of its own (gate.go).
var speakers = rest.Any(rest.Service(speaker[contentapi.GateClient]), rest.Service(speaker[contentapi.GateBrand]), rest.Service(speaker[contentapi.GateEmployer]))

// storefront is the part that makes publications.
const storefront = "storefront"

// maxManifest bounds a publication with all its words, in bytes: a course is text as long as a book.
const maxManifest = 32 << 20

// byProduct is the path of what is about a product.
type byProduct struct {
	Product string `path:"product" json:"-" validate:"required,max=64"`
}

// gateErrors are what gates may say to a publication.
var gateErrors = []*problem.Error{
	contentapi.ErrGateWaiting, contentapi.ErrGateClosed, contentapi.ErrPolicyStale, contentapi.ErrApprovalStale, contentapi.ErrApprovalEarly, contentapi.ErrApprovalExpired,
}

func (s *Service) publishingRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/publications", Summary: "Publish the newest version at one of its destinations", Access: approving, Status: 201, Idempotent: true,
		Errors: append([]*problem.Error{
			problem.ErrStale, contentapi.ErrDocumentClosed, contentapi.ErrDocumentEmpty, contentapi.ErrDestinationUnknown, contentapi.ErrAlreadyPublished,
			contentapi.ErrDisclosureMissing,
		}, gateErrors...)},
		func(ctx context.Context, in *struct {
			byDocument
			byKey
			contentapi.Publish
		}) (*contentapi.Document, error) {
			return s.Publish(ctx, in.Key, in.Document, in.Publish)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/documents/:document/publications/:publication/url", Summary: "Say where a publication can be seen", Access: arranging},
		func(ctx context.Context, in *struct {
			byDocument
			Publication string `path:"publication" json:"-" validate:"max=64"`
			contentapi.Prove
		}) (*contentapi.Document, error) {
			return s.Prove(ctx, in.Document, in.Publication, in.URL)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/publications/:publication/comparisons", Summary: "Compare what can be read there now with what was published", Access: arranging, Status: 201, MaxBody: maxBody,
		Errors: []*problem.Error{contentapi.ErrDocumentOfProduct}},
		func(ctx context.Context, in *struct {
			byDocument
			Publication string `path:"publication" json:"-" validate:"max=64"`
			contentapi.CompareLive
		}) (*contentapi.LiveChanges, error) {
			return s.CompareLive(ctx, in.Document, in.Publication, in.CompareLive)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/documents/:document/schedule", Summary: "Say when the newest version is to appear at its destinations", Access: approving,
		Errors: []*problem.Error{problem.ErrStale, contentapi.ErrDocumentClosed, contentapi.ErrDocumentEmpty, contentapi.ErrDocumentPublished, contentapi.ErrDestinationUnknown}},
		func(ctx context.Context, in *struct {
			byDocument
			contentapi.SetSchedule
		}) (*contentapi.Document, error) {
			return s.SetSchedule(ctx, in.Document, in.SetSchedule)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/documents/:document/schedule", Summary: "Take the time of publishing away again", Access: arranging, Status: 200,
		Errors: []*problem.Error{contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *byDocument) (*contentapi.Document, error) {
			return s.Unschedule(ctx, in.Document)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/documents/:document/gates/:gate", Summary: "Stop waiting for an employer that you had asked", Access: oneself, Status: 200,
		Errors: []*problem.Error{contentapi.ErrDocumentClosed, contentapi.ErrGateBinding}},
		func(ctx context.Context, in *struct {
			byDocument
			Gate string `path:"gate" json:"-" validate:"max=64"`
		}) (*contentapi.Document, error) {
			return s.TakeBack(ctx, in.Document, in.Gate)
		})
}

func (s *Service) gateRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/documents", Summary: "Begin a document behind the gates of a contract", Access: speakers, Internal: true, Status: 201, Idempotent: true, MaxBody: maxBody},
		func(ctx context.Context, in *struct {
			byKey
			contentapi.NewBoundDocument
		}) (*contentapi.Document, error) {
			return s.CreateBound(ctx, in.Key, in.NewBoundDocument)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/internal/publications/:product", Summary: "Make a product as it stands now the newest version of its document", Access: rest.Any(rest.Service(storefront)), Internal: true, MaxBody: maxManifest,
		Errors: []*problem.Error{contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *struct {
			byProduct
			contentapi.SetManifest
		}) (*contentapi.Document, error) {
			return s.SetManifest(ctx, in.Product, in.SetManifest)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/publications/:product/publish", Summary: "Say that a product's newest manifest appears now", Access: rest.Any(rest.Service(storefront)), Internal: true,
		Errors: append([]*problem.Error{problem.ErrStale, contentapi.ErrDocumentClosed}, gateErrors...)},
		func(ctx context.Context, in *struct {
			byProduct
			contentapi.PublishManifest
		}) (*contentapi.Document, error) {
			return s.PublishManifest(ctx, in.Product, in.Digest)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/documents/:document/gates", Summary: "Put one more party before a document", Access: speakers, Internal: true, Errors: []*problem.Error{contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *struct {
			byDocument
			contentapi.AddGate
		}) (*contentapi.Gate, error) {
			return s.AddGate(ctx, in.Document, in.AddGate)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/documents/:document/gates/open", Summary: "Say that a party agreed to a digest", Access: speakers, Internal: true},
		func(ctx context.Context, in *struct {
			byDocument
			contentapi.OpenGate
		}) (*contentapi.Gate, error) {
			return s.OpenGate(ctx, in.Document, in.OpenGate)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/documents/:document/gates/close", Summary: "Take a party's agreement away", Access: speakers, Internal: true},
		func(ctx context.Context, in *struct {
			byDocument
			contentapi.CloseGate
		}) (*contentapi.Closing, error) {
			return s.CloseGate(ctx, in.Document, in.CloseGate)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/internal/documents/:document/shown/:digest", Summary: "A version that waits for a party's word", Access: speakers, Internal: true},
		func(ctx context.Context, in *struct {
			byDocument
			Digest string `path:"digest" json:"-" validate:"max=80"`
			Kind   string `query:"kind" json:"-" validate:"max=20"`
			Ref    string `query:"ref" json:"-" validate:"max=64"`
		}) (*contentapi.Shown, error) {
			return s.Show(ctx, in.Document, in.Digest, contentapi.Party{Kind: in.Kind, Ref: in.Ref})
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/internal/documents/:document/shown/:digest/suggestions", Summary: "Exact words that a party would agree to", Access: speakers, Internal: true, Status: 201, Idempotent: true, MaxBody: maxBody,
		Errors: []*problem.Error{contentapi.ErrDocumentClosed}},
		func(ctx context.Context, in *struct {
			byDocument
			byKey
			Digest string `path:"digest" json:"-" validate:"max=80"`
			contentapi.PartySuggestion
		}) (*contentapi.Comment, error) {
			return s.SuggestFor(ctx, in.Key, in.Document, in.Digest, in.PartySuggestion)
		})
}
