package notify

import (
	"context"
	"net/http"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
)

type inboxIn struct {
	Cursor string `query:"cursor" validate:"max=64"`
}

type noticeIn struct {
	ID string `path:"id" validate:"required,max=64"`
}

type personIn struct {
	Person string `path:"person" validate:"required,max=64"`
}

// routes is notify's route table: a person and their own inbox.
func (s *Service) routes(r *rest.Router) {
	me := rest.Any(rest.Person)
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/notices", Access: me, Tag: "inbox",
		Summary: "Lists your notices, newest first.",
	}, func(ctx context.Context, in *inboxIn) (*notifyapi.Notices, error) {
		c := identity.From(ctx)
		return answer(s.inbox(ctx, c.Person, in.Cursor, c.Locale))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/internal/personal-data/:person", Access: rest.Any(rest.Service("accounts")), Internal: true, Tag: "inbox",
		Summary: "Says what notify holds about a person, for their export.",
	}, func(ctx context.Context, in *personIn) (*notifyapi.PersonalData, error) {
		return answer(s.personalData(ctx, in.Person, identity.From(ctx).Locale))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodGet, Path: "/api/v1/notices/unread", Access: me, Tag: "inbox",
		Summary: "Counts the notices you haven't read, at most 100.",
	}, func(ctx context.Context, _ *rest.Empty) (*notifyapi.Unread, error) {
		return answer(s.unread(ctx, identity.From(ctx).Person))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/notices/:id/read", Access: me, Tag: "inbox", Errors: []*problem.Error{problem.ErrNotFound},
		Summary: "Marks a notice as read.",
	}, func(ctx context.Context, in *noticeIn) (*notifyapi.Notice, error) {
		c := identity.From(ctx)
		return answer(s.read(ctx, c.Person, in.ID, c.Locale))
	})
	rest.Handle(r, rest.Route{
		Method: http.MethodPost, Path: "/api/v1/notices/read-all", Access: me, Tag: "inbox",
		Summary: "Marks all your notices as read.",
	}, func(ctx context.Context, _ *rest.Empty) (*notifyapi.Unread, error) {
		return answer(s.readAll(ctx, identity.From(ctx).Person))
	})
}

func answer[T any](v T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &v, nil
}
