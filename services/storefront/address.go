package storefront

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// A product that was published is known by its address, so a former one goes on
// leading to it: on the pages by a redirect, in the API by the answer, which
// names the present one. Addresses never chain: each former one points to the
// product, so renaming A to B and back to A makes no circle.

// moveAddress keeps a product's former address after it took another, and takes
// its own back. Error: ErrSlugTaken, when another product of the creator had it.
func (s *Service) moveAddress(ctx context.Context, tx pgx.Tx, p Product, former string) error {
	args := pgx.NamedArgs{"creator": p.CreatorID, "slug": p.Slug, "product": p.ID}
	if _, err := exec(ctx, tx, "DropFormerSlug", args); err != nil {
		return err
	}
	if err := unheld(ctx, tx, p.CreatorID, p.Slug); err != nil {
		return err
	}
	if p.PublicationID == nil {
		return nil // nobody knows the address of a draft
	}
	_, err := exec(ctx, tx, "KeepFormerSlug", pgx.NamedArgs{"creator": p.CreatorID, "slug": former, "product": p.ID, "now": s.Clock.Now()})
	return err
}

// unheld refuses an address that leads to another product. It is asked after the
// address was written: whoever renames that product at the same moment holds
// the unique index until they have committed what is read here.
func unheld(ctx context.Context, tx pgx.Tx, creatorID, slug string) error {
	_, err := pg.Scalar[string](ctx, tx, queries.SQL("FormerHolder"), pgx.NamedArgs{"creator": creatorID, "slug": slug})
	switch {
	case pg.NoRows(err):
		return nil
	case err != nil:
		return err
	}
	return storefrontapi.ErrSlugTaken.WithState("former")
}

// GiveUpAddress frees a former address of a product: it leads nowhere any more,
// and another product may take it.
func (s *Service) GiveUpAddress(ctx context.Context, productID, slug string) (*storefrontapi.Product, error) {
	return s.edit(ctx, productID, 0, func(ctx context.Context, tx pgx.Tx, p Product) error {
		n, err := exec(ctx, tx, "DropFormerSlug", pgx.NamedArgs{"creator": p.CreatorID, "slug": courses.Slug(slug), "product": p.ID})
		if err := changed(n, err, problem.ErrNotFound); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "product.address_given_up", p.ID, nil); err != nil {
			return err
		}
		return s.tellProduct(ctx, tx, p)
	})
}

// present is where a handle and a slug lead that nothing is found under: the
// present handle of whoever had the handle, and the present slug of the product
// that had the slug. Error: problem.ErrNotFound when nobody had either. slug
// may be "".
func (s *Service) present(ctx context.Context, handle, slug string) (string, string, error) {
	moved, err := s.presentSlug(ctx, handle, slug)
	if err == nil || problem.From(err).Kind != problem.NotFound {
		return handle, moved, err
	}
	person, err := s.People.ByHandle(ctx, handle)
	if err != nil {
		return "", "", err
	}
	if !person.Moved {
		return "", "", problem.ErrNotFound
	}
	if moved, err = s.presentSlug(ctx, person.Handle, slug); err != nil && problem.From(err).Kind == problem.NotFound {
		moved, err = slug, nil // only the handle has changed
	}
	return person.Handle, moved, err
}

func (s *Service) presentSlug(ctx context.Context, handle, slug string) (string, error) {
	if slug == "" {
		return "", problem.ErrNotFound
	}
	moved, err := pg.Scalar[string](ctx, s.Pool, queries.SQL("PresentSlug"), handle, slug)
	if pg.NoRows(err) {
		return "", problem.ErrNotFound
	}
	return moved, err
}

// published reads one text about a handle, or about a handle and a slug, and
// follows former ones. Error: problem.ErrNotFound.
func (s *Service) published(ctx context.Context, query, handle, slug string) (string, error) {
	read := func(handle, slug string) (string, error) {
		if slug == "" {
			return pg.Scalar[string](ctx, s.Pool, queries.SQL(query), handle)
		}
		return pg.Scalar[string](ctx, s.Pool, queries.SQL(query), handle, slug)
	}
	text, err := read(handle, slug)
	if !pg.NoRows(err) {
		return text, err
	}
	if handle, slug, err = s.present(ctx, handle, slug); err != nil {
		return "", err
	}
	if text, err = read(handle, slug); pg.NoRows(err) {
		err = problem.ErrNotFound
	}
	return text, err
}
