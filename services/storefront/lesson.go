package storefront

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// AddLesson adds a lesson at the section's end.
func (s *Service) AddLesson(ctx context.Context, sectionID string, in storefrontapi.NewLesson) (*storefrontapi.Lesson, error) {
	var out *storefrontapi.Lesson
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sec, err := s.lockSection(ctx, tx, sectionID)
		if err != nil {
			return err
		}
		title := courses.Title(in.Title)
		if title == "" {
			return problem.ErrInvalid.WithField("/title", "required", "is required")
		}
		slugs, err := pg.Column[string](ctx, tx, queries.SQL("LessonSlugs"), pgx.NamedArgs{"section": sectionID})
		if err != nil {
			return err
		}
		lessonID := id.New(lessonPrefix)
		if _, err := exec(ctx, tx, "InsertLesson", pgx.NamedArgs{
			"id": lessonID, "product": sec.ProductID, "section": sectionID, "slug": freeSlug(title, "lesson", slugs), "title": title,
			"free": in.Free, "body": courses.Body(in.Body), "now": s.Clock.Now(),
		}); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, sec.ProductID); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "lesson.made", lessonID, nil); err != nil {
			return err
		}
		out, err = s.lesson(ctx, tx, lessonID)
		return err
	})
	return out, err
}

// Lesson is a lesson of the caller's draft, rendered.
func (s *Service) Lesson(ctx context.Context, lessonID string) (*storefrontapi.Lesson, error) {
	return s.lesson(ctx, s.Pool, lessonID)
}

func (s *Service) lesson(ctx context.Context, db pg.Querier, lessonID string) (*storefrontapi.Lesson, error) {
	l, err := one[Lesson](ctx, db, problem.ErrNotFound, "Lesson", pgx.NamedArgs{"id": lessonID, "creator": owner(ctx)})
	if err != nil {
		return nil, err
	}
	view, err := s.previewLesson(ctx, db, l, l.Body)
	if err != nil {
		return nil, err
	}
	offered, err := many[File](ctx, db, "LessonFiles", pgx.NamedArgs{"lesson": lessonID})
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.Lesson{
		ID: l.ID, ProductID: l.ProductID, SectionID: l.SectionID, Slug: l.Slug, Title: l.Title, Free: l.Free, Body: l.Body, HTML: view.HTML,
		Attachments: []storefrontapi.File{}, Warnings: view.Warnings, Version: l.Version, Updated: l.UpdatedAt,
	}
	for _, f := range offered {
		out.Attachments = append(out.Attachments, s.fileWire(f))
	}
	return out, nil
}

// PreviewLesson renders a text as the lesson would show it, without saving it.
func (s *Service) PreviewLesson(ctx context.Context, lessonID, body string) (*storefrontapi.Preview, error) {
	l, err := one[Lesson](ctx, s.Pool, problem.ErrNotFound, "Lesson", pgx.NamedArgs{"id": lessonID, "creator": owner(ctx)})
	if err != nil {
		return nil, err
	}
	return s.previewLesson(ctx, s.Pool, l, body)
}

func (s *Service) previewLesson(ctx context.Context, db pg.Querier, l Lesson, body string) (*storefrontapi.Preview, error) {
	r, err := s.draftReader(ctx, db, l.ProductID)
	if err != nil {
		return nil, err
	}
	body = courses.Body(body)
	html, err := r.render(l.SectionSlug, body)
	if err != nil {
		return nil, err
	}
	return &storefrontapi.Preview{HTML: html, Warnings: warnings(r.index.Check(l.SectionSlug, body))}, nil
}

// PreviewDescription renders a product's description without saving it.
func (s *Service) PreviewDescription(ctx context.Context, productID, body string) (*storefrontapi.Preview, error) {
	if _, err := s.product(ctx, s.Pool, owner(ctx), productID); err != nil {
		return nil, err
	}
	fs, err := s.draftFiles(ctx, s.Pool, productID)
	if err != nil {
		return nil, err
	}
	html, err := s.renderPage(courses.Body(body), fs)
	return &storefrontapi.Preview{HTML: html, Warnings: []storefrontapi.Warning{}}, err
}

// draftReader renders lessons of a draft for its creator.
func (s *Service) draftReader(ctx context.Context, db pg.Querier, productID string) (reader, error) {
	type place struct{ ID, Path string }
	places, err := many[place](ctx, db, "LessonPaths", pgx.NamedArgs{"product": productID})
	if err != nil {
		return reader{}, err
	}
	fs, err := s.draftFiles(ctx, db, productID)
	if err != nil {
		return reader{}, err
	}
	r := reader{ids: map[string]string{}, files: fs, url: func(f File) string { return s.draftURL(productID, f.Digest, f.Path) }}
	var paths []string
	for _, p := range places {
		paths = append(paths, p.Path)
		r.ids[p.Path] = p.ID
	}
	r.index = courses.NewIndex(paths, fs.paths)
	return r, nil
}

func warnings(ws []courses.Warning) []storefrontapi.Warning {
	out := make([]storefrontapi.Warning, len(ws))
	for i, w := range ws {
		out[i] = storefrontapi.Warning{Code: w.Code, Reason: w.Reason, Params: w.Params, File: w.File, Line: w.Line, Text: w.Text, Times: w.Times}
	}
	return out
}

// lockLesson locks the product of a lesson of the caller's, then reads it.
func (s *Service) lockLesson(ctx context.Context, tx pgx.Tx, lessonID string) (Lesson, error) {
	args := pgx.NamedArgs{"id": lessonID, "creator": owner(ctx)}
	l, err := one[Lesson](ctx, tx, problem.ErrNotFound, "Lesson", args)
	if err != nil {
		return l, err
	}
	if _, err := s.lockProduct(ctx, tx, l.ProductID); err != nil {
		return l, err
	}
	return one[Lesson](ctx, tx, problem.ErrNotFound, "Lesson", args)
}

// UpdateLesson changes a lesson. Errors: ErrStale, ErrSlugTaken.
func (s *Service) UpdateLesson(ctx context.Context, lessonID string, version int64, in storefrontapi.UpdateLesson) (*storefrontapi.Lesson, error) {
	var out *storefrontapi.Lesson
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		l, err := s.lockLesson(ctx, tx, lessonID)
		if err != nil {
			return err
		}
		if err := fresh(version, l.Version); err != nil {
			return err
		}
		if err := retitle(&l.Title, &l.Slug, in.Title, in.Slug); err != nil {
			return err
		}
		set(&l.Free, in.Free)
		if in.Body != nil {
			l.Body = courses.Body(*in.Body)
		}
		if _, err := exec(ctx, tx, "SaveLesson", pgx.NamedArgs{
			"id": l.ID, "slug": l.Slug, "title": l.Title, "free": l.Free, "body": l.Body, "now": s.Clock.Now(),
		}); err != nil {
			return err
		}
		if in.Attachments != nil {
			if err := attach(ctx, tx, l, *in.Attachments); err != nil {
				return err
			}
		}
		if err := s.touch(ctx, tx, l.ProductID); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "lesson.changed", l.ID, nil); err != nil {
			return err
		}
		out, err = s.lesson(ctx, tx, lessonID)
		return err
	})
	return out, err
}

// attach offers exactly these files of the product beside the lesson.
func attach(ctx context.Context, tx pgx.Tx, l Lesson, fileIDs []string) error {
	if _, err := exec(ctx, tx, "DetachFiles", pgx.NamedArgs{"lesson": l.ID}); err != nil {
		return err
	}
	n, err := exec(ctx, tx, "AttachFiles", pgx.NamedArgs{"lesson": l.ID, "product": l.ProductID, "ids": fileIDs})
	if err == nil && int(n) != len(fileIDs) {
		return problem.ErrInvalid.WithField("/attachments", "unknown", "must name files of this product, each once")
	}
	return err
}

// DeleteLesson deletes a lesson of the draft. Readers keep it until the next
// publication.
func (s *Service) DeleteLesson(ctx context.Context, lessonID string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		l, err := s.lockLesson(ctx, tx, lessonID)
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, "DeleteLesson", pgx.NamedArgs{"id": l.ID})
		if err := changed(n, err, problem.ErrNotFound); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, l.ProductID); err != nil {
			return err
		}
		return s.record(ctx, tx, "lesson.deleted", l.ID, nil)
	})
}
