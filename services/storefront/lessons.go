package storefront

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// Outline is the sections and lessons of one of the caller's products.
func (s *Service) Outline(ctx context.Context, productID string) (*storefrontapi.Outline, error) {
	return s.outline(ctx, s.Pool, productID)
}

func (s *Service) outline(ctx context.Context, db pg.Querier, productID string) (*storefrontapi.Outline, error) {
	p, err := s.product(ctx, db, owner(ctx), productID)
	if err != nil {
		return nil, err
	}
	sections, err := many[Section](ctx, db, "Sections", pgx.NamedArgs{"product": productID})
	if err != nil {
		return nil, err
	}
	type brief struct {
		ID, SectionID, Slug, Title string
		Free                       bool
		Words, Files               int
	}
	lessons, err := many[brief](ctx, db, "LessonBriefs", pgx.NamedArgs{"product": productID})
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.Outline{ProductID: productID, Version: p.Version, Sections: []storefrontapi.Section{}}
	at := map[string]int{}
	for i, sec := range sections {
		at[sec.ID] = i
		out.Sections = append(out.Sections, sec.wire())
	}
	for _, l := range lessons {
		sec := &out.Sections[at[l.SectionID]]
		sec.Lessons = append(sec.Lessons, storefrontapi.LessonBrief{ID: l.ID, Slug: l.Slug, Title: l.Title, Free: l.Free, Words: l.Words, Files: l.Files})
	}
	return out, nil
}

func (s Section) wire() storefrontapi.Section {
	return storefrontapi.Section{ID: s.ID, Slug: s.Slug, Title: s.Title, Version: s.Version, Lessons: []storefrontapi.LessonBrief{}}
}

// touch says that what would be published changed.
func (s *Service) touch(ctx context.Context, tx pgx.Tx, productID string) error {
	_, err := exec(ctx, tx, "TouchDraft", pgx.NamedArgs{"id": productID, "now": s.Clock.Now()})
	return err
}

// Reorder changes the reading order. Errors: ErrStale, ErrOutlineMismatch.
func (s *Service) Reorder(ctx context.Context, productID string, version int64, in storefrontapi.Reorder) (*storefrontapi.Outline, error) {
	var out *storefrontapi.Outline
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := s.lockProduct(ctx, tx, productID)
		if err != nil {
			return err
		}
		if err := fresh(version, p.Version); err != nil {
			return err
		}
		if err := reorder(ctx, tx, productID, in); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "MoveOutline", pgx.NamedArgs{"id": productID, "now": s.Clock.Now()}); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "outline.moved", productID, nil); err != nil {
			return err
		}
		out, err = s.outline(ctx, tx, productID)
		return err
	})
	return out, err
}

func reorder(ctx context.Context, tx pgx.Tx, productID string, in storefrontapi.Reorder) error {
	var sections, lessons, of []string
	for _, sec := range in.Sections {
		sections = append(sections, sec.ID)
		for _, l := range sec.Lessons {
			lessons, of = append(lessons, l), append(of, sec.ID)
		}
	}
	for _, list := range [][]string{sections, lessons} {
		sorted := slices.Sorted(slices.Values(list))
		if len(slices.Compact(sorted)) != len(list) {
			return storefrontapi.ErrOutlineMismatch
		}
	}
	type counts struct{ Sections, Lessons int }
	have, err := one[counts](ctx, tx, problem.ErrNotFound, "OutlineCounts", pgx.NamedArgs{"product": productID})
	if err != nil {
		return err
	}
	if have.Sections != len(sections) || have.Lessons != len(lessons) {
		return storefrontapi.ErrOutlineMismatch
	}
	n, err := exec(ctx, tx, "PlaceSections", pgx.NamedArgs{"product": productID, "ids": sections})
	if err == nil && int(n) != len(sections) {
		err = storefrontapi.ErrOutlineMismatch
	}
	if err != nil {
		return err
	}
	n, err = exec(ctx, tx, "PlaceLessons", pgx.NamedArgs{"product": productID, "ids": lessons, "sections": of})
	if err == nil && int(n) != len(lessons) {
		err = storefrontapi.ErrOutlineMismatch
	}
	return err
}

// AddSection adds a section at the end.
func (s *Service) AddSection(ctx context.Context, productID string, in storefrontapi.NewSection) (*storefrontapi.Section, error) {
	var out storefrontapi.Section
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := s.lockProduct(ctx, tx, productID); err != nil {
			return err
		}
		title := courses.Title(in.Title)
		if title == "" {
			return problem.ErrInvalid.WithField("/title", "required", "is required")
		}
		slugs, err := pg.Column[string](ctx, tx, queries.SQL("SectionSlugs"), pgx.NamedArgs{"product": productID})
		if err != nil {
			return err
		}
		sec := Section{ID: id.New(sectionPrefix), ProductID: productID, Slug: freeSlug(title, "section", slugs), Title: title, Version: 1}
		if _, err := exec(ctx, tx, "InsertSection", pgx.NamedArgs{"id": sec.ID, "product": productID, "slug": sec.Slug, "title": title}); err != nil {
			return err
		}
		out = sec.wire()
		if err := s.touch(ctx, tx, productID); err != nil {
			return err
		}
		return s.record(ctx, tx, "section.made", sec.ID, nil)
	})
	return &out, err
}

// freeSlug makes an address of a title that is not among the taken ones.
func freeSlug(title, otherwise string, taken []string) string {
	slug := courses.Slug(title)
	if slug == "" {
		slug = otherwise
	}
	for n := 2; slices.Contains(taken, slug); n++ {
		slug = strings.TrimSuffix(slug, "-"+strconv.Itoa(n-1)) + "-" + strconv.Itoa(n)
	}
	return slug
}

// lockSection locks the product of a section of the caller's, then reads it.
func (s *Service) lockSection(ctx context.Context, tx pgx.Tx, sectionID string) (Section, error) {
	sec, err := one[Section](ctx, tx, problem.ErrNotFound, "Section", pgx.NamedArgs{"id": sectionID, "creator": owner(ctx)})
	if err != nil {
		return sec, err
	}
	if _, err := s.lockProduct(ctx, tx, sec.ProductID); err != nil {
		return sec, err
	}
	return one[Section](ctx, tx, problem.ErrNotFound, "Section", pgx.NamedArgs{"id": sectionID, "creator": owner(ctx)})
}

// UpdateSection changes a section. Errors: ErrStale, ErrSlugTaken.
func (s *Service) UpdateSection(ctx context.Context, sectionID string, version int64, in storefrontapi.UpdateSection) (*storefrontapi.Section, error) {
	var out storefrontapi.Section
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sec, err := s.lockSection(ctx, tx, sectionID)
		if err != nil {
			return err
		}
		if err := fresh(version, sec.Version); err != nil {
			return err
		}
		if err := retitle(&sec.Title, &sec.Slug, in.Title, in.Slug); err != nil {
			return err
		}
		sec.Version++
		if _, err := exec(ctx, tx, "SaveSection", pgx.NamedArgs{"id": sec.ID, "slug": sec.Slug, "title": sec.Title, "version": sec.Version}); err != nil {
			return err
		}
		out = sec.wire()
		if err := s.touch(ctx, tx, sec.ProductID); err != nil {
			return err
		}
		return s.record(ctx, tx, "section.changed", sec.ID, nil)
	})
	return &out, err
}

// retitle takes a new title and address, either of which may be missing.
func retitle(title, slug *string, newTitle, newSlug *string) error {
	if newTitle != nil {
		if *title = courses.Title(*newTitle); *title == "" {
			return problem.ErrInvalid.WithField("/title", "required", "is required")
		}
	}
	if newSlug != nil {
		if *slug = courses.Slug(*newSlug); *slug == "" {
			return problem.ErrInvalid.WithField("/slug", "required", "needs a letter or a digit")
		}
	}
	return nil
}

// DeleteSection deletes an empty section. Error: ErrSectionNotEmpty.
func (s *Service) DeleteSection(ctx context.Context, sectionID string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		sec, err := s.lockSection(ctx, tx, sectionID)
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, "DeleteSection", pgx.NamedArgs{"id": sec.ID})
		if err := changed(n, err, storefrontapi.ErrSectionNotEmpty); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, sec.ProductID); err != nil {
			return err
		}
		return s.record(ctx, tx, "section.deleted", sec.ID, nil)
	})
}
