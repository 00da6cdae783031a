package storefront

import (
	"context"
	"path"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// holding finds what a reader owns: by their account or by the order's secret.
func (s *Service) holding(ctx context.Context, entitlementID, token string) (owned, error) {
	args := pgx.NamedArgs{"id": entitlementID, "person": asReader(ctx), "secret": false}
	if token != "" {
		orderID, err := pg.Scalar[string](ctx, s.Pool, queries.SQL("OrderOfEntitlement"), pgx.NamedArgs{"id": entitlementID})
		if err == nil {
			args["secret"] = s.orderSecretIs(orderID, token)
		} else if !pg.NoRows(err) {
			return owned{}, err
		}
	}
	return one[owned](ctx, s.Pool, problem.ErrNotFound, "Holding", args)
}

// Course is an owned course with the reader's progress. It is told also while
// access is paused or closed, so that the page can say so.
func (s *Service) Course(ctx context.Context, entitlementID, token string) (*storefrontapi.Course, error) {
	o, err := s.holding(ctx, entitlementID, token)
	if err != nil {
		return nil, err
	}
	c, err := o.creator()
	if err != nil {
		return nil, err
	}
	lessons, err := many[PublishedLesson](ctx, s.Pool, "LessonsWithProgress", pgx.NamedArgs{"publication": o.PublicationID, "entitlement": o.ID})
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.Course{
		EntitlementID: o.ID, OrderID: o.OrderID, ProductID: o.ProductID, Title: o.Title, Summary: o.Summary, Creator: c, Access: o.Access,
		Sections: []storefrontapi.CourseSection{}, Lessons: len(lessons), NextLessonID: nextLesson(lessons, deref(o.LastLessonID)),
		Publication: o.PublicationID, Digest: o.Digest,
	}
	for _, l := range lessons {
		if n := len(out.Sections); n == 0 || out.Sections[n-1].Slug != l.SectionSlug {
			out.Sections = append(out.Sections, storefrontapi.CourseSection{Title: l.SectionTitle, Slug: l.SectionSlug})
		}
		sec := &out.Sections[len(out.Sections)-1]
		sec.Lessons = append(sec.Lessons, storefrontapi.CourseLesson{ID: l.LessonID, Slug: l.Slug, Title: l.Title, Free: l.Free, Done: l.DoneAt != nil})
		if l.DoneAt != nil {
			out.Done++
		}
	}
	return out, nil
}

// nextLesson is where to go on: at the last one opened while it is not done,
// else at the first after it that is not, else at the first of all.
func nextLesson(lessons []PublishedLesson, last string) string {
	at := max(0, slices.IndexFunc(lessons, func(l PublishedLesson) bool { return l.LessonID == last }))
	for i := range lessons {
		if l := lessons[(at+i)%len(lessons)]; l.DoneAt == nil {
			return l.LessonID
		}
	}
	return ""
}

// ReadLesson is a lesson of an owned course. Errors: ErrAccessClosed, ErrAccessPaused.
func (s *Service) ReadLesson(ctx context.Context, entitlementID, lessonID, token string) (*storefrontapi.LessonView, error) {
	o, err := s.holding(ctx, entitlementID, token)
	if err != nil {
		return nil, err
	}
	if err := mayRead(o.Access); err != nil {
		return nil, err
	}
	lessons, err := many[PublishedLesson](ctx, s.Pool, "LessonsWithProgress", pgx.NamedArgs{"publication": o.PublicationID, "entitlement": o.ID})
	if err != nil {
		return nil, err
	}
	view, err := s.view(ctx, o.PublicationID, o.ID, lessons, lessonID)
	if err != nil {
		return nil, err
	}
	if deref(o.LastLessonID) != lessonID { // a bookmark, not a record: no event, no audit row
		if _, err := exec(ctx, s.Pool, "Bookmark", pgx.NamedArgs{"id": o.ID, "lesson": lessonID}); err != nil {
			return nil, err
		}
	}
	return view, nil
}

// FreeLesson is a lesson of a published product that anybody may read.
func (s *Service) FreeLesson(ctx context.Context, handle, slug, lessonID string) (*storefrontapi.LessonView, error) {
	publicationID, err := s.published(ctx, "PublicationOf", handle, slug)
	if err != nil {
		return nil, err
	}
	lessons, err := many[PublishedLesson](ctx, s.Pool, "PublicationLessons", pgx.NamedArgs{"publication": publicationID})
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(lessons, func(l PublishedLesson) bool { return l.LessonID == lessonID })
	if at < 0 || !lessons[at].Free {
		return nil, problem.ErrNotFound
	}
	return s.view(ctx, publicationID, "free", lessons, lessonID)
}

// view renders one lesson of a publication for a grant.
func (s *Service) view(ctx context.Context, publicationID, grant string, lessons []PublishedLesson, lessonID string) (*storefrontapi.LessonView, error) {
	at := slices.IndexFunc(lessons, func(l PublishedLesson) bool { return l.LessonID == lessonID })
	if at < 0 {
		return nil, problem.ErrNotFound
	}
	l := lessons[at]
	body, err := pg.Scalar[string](ctx, s.Pool, queries.SQL("Text"), pgx.NamedArgs{"digest": l.TextDigest})
	if err != nil {
		return nil, err
	}
	fs, err := s.publishedFiles(ctx, s.Pool, publicationID)
	if err != nil {
		return nil, err
	}
	r := s.publishedReader(lessons, fs, grant)
	html, err := r.render(l.SectionSlug, body)
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.LessonView{
		ID: l.LessonID, Title: l.Title, Section: l.SectionTitle, HTML: html, Attachments: []storefrontapi.Attachment{}, Done: l.DoneAt != nil,
		Position: at + 1, Lessons: len(lessons),
	}
	if at > 0 {
		out.PreviousID = lessons[at-1].LessonID
	}
	if at+1 < len(lessons) {
		out.NextID = lessons[at+1].LessonID
	}
	for _, p := range l.Attached {
		if f, ok := fs.byPath[p]; ok {
			out.Attachments = append(out.Attachments, storefrontapi.Attachment{
				Name: path.Base(p), Kind: string(courses.KindOf(p)), Type: files.Type(p), Size: f.Size, URL: r.url(f),
			})
		}
	}
	return out, nil
}

func (s *Service) publishedReader(lessons []PublishedLesson, fs fileSet, grant string) reader {
	r := reader{ids: map[string]string{}, files: fs}
	var paths []string
	for _, l := range lessons {
		p := l.SectionSlug + "/" + l.Slug
		paths = append(paths, p)
		r.ids[p] = l.LessonID
	}
	r.index = courses.NewIndex(paths, fs.paths)
	now := s.wall()
	r.url = func(f File) string { return s.Sign.URL(grant, f.Digest, f.Path, now) }
	return r
}

// SetDone marks a lesson as done or takes the mark back; either is harmless twice. Nobody learns for another: problem.ErrForbidden for
// who acts for the owner.
func (s *Service) SetDone(ctx context.Context, entitlementID, lessonID, token string, done bool) (*storefrontapi.Progress, error) {
	o, err := s.holding(ctx, entitlementID, token)
	if err != nil {
		return nil, err
	}
	if identity.From(ctx).For != "" && !s.orderSecretIs(o.OrderID, token) {
		return nil, problem.ErrForbidden
	}
	if err := mayRead(o.Access); err != nil {
		return nil, err
	}
	var lessons []PublishedLesson
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		statement, action := "MarkDone", "lesson.done"
		if !done {
			statement, action = "UnmarkDone", "lesson.undone"
		}
		n, err := exec(ctx, tx, statement, pgx.NamedArgs{
			"entitlement": o.ID, "lesson": lessonID, "publication": o.PublicationID, "now": s.Clock.Now(),
		})
		if err != nil {
			return err
		}
		if n > 0 {
			if err := s.record(ctx, tx, action, o.ID, audit.Detail{"lesson": lessonID}); err != nil {
				return err
			}
		}
		lessons, err = many[PublishedLesson](ctx, tx, "LessonsWithProgress", pgx.NamedArgs{"publication": o.PublicationID, "entitlement": o.ID})
		return err
	})
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(lessons, func(l PublishedLesson) bool { return l.LessonID == lessonID }) {
		return nil, problem.ErrNotFound
	}
	out := &storefrontapi.Progress{LessonID: lessonID, Done: done, Lessons: len(lessons), NextID: nextLesson(lessons, lessonID)}
	for _, l := range lessons {
		if l.DoneAt != nil {
			out.AllDone++
		}
	}
	return out, nil
}
