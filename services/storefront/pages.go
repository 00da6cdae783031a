package storefront

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// OwnPage is the caller's page; it is made when it is first asked for.
func (s *Service) OwnPage(ctx context.Context) (*storefrontapi.Page, error) {
	p, err := s.ensurePage(ctx, owner(ctx))
	if err != nil {
		return nil, err
	}
	return s.ownPage(ctx, s.Pool, p)
}

func (s *Service) ownPage(ctx context.Context, db pg.Querier, p Page) (*storefrontapi.Page, error) {
	ids, err := pg.Column[string](ctx, db, queries.SQL("PageProducts"), pgx.NamedArgs{"creator": p.CreatorID})
	if err != nil {
		return nil, err
	}
	if ids == nil {
		ids = []string{}
	}
	out := p.wire(ids)
	return &out, nil
}

// ensurePage reads the creator's page and makes it from what accounts says of
// them when there is none.
func (s *Service) ensurePage(ctx context.Context, creatorID string) (Page, error) {
	p, err := one[Page](ctx, s.Pool, problem.ErrNotFound, "Page", pgx.NamedArgs{"creator": creatorID})
	if err == nil || problem.From(err).Kind != problem.NotFound {
		return p, err
	}
	people, err := s.People.Public(ctx, creatorID)
	if err != nil {
		return p, err
	}
	if len(people) == 0 { // no handle yet: accounts shows nobody
		people = []accountsapi.Public{{ID: creatorID}}
	}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		now := s.Clock.Now()
		fresh := Page{CreatorID: creatorID, Name: people[0].Name, Hue: hueOf(creatorID), Profiles: json.RawMessage("[]")}
		if h := people[0].Handle; h != "" {
			fresh.Handle = &h
		}
		if err := s.freeHandle(ctx, tx, fresh); err != nil {
			return err
		}
		text, err := json.Marshal(fresh.creator())
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, "InsertPage", pgx.NamedArgs{
			"creator": creatorID, "handle": fresh.Handle, "name": fresh.Name, "hue": fresh.Hue, "public": string(text), "now": now,
		})
		if err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, "page.made", creatorID, nil)
	})
	if err != nil {
		return p, err
	}
	return one[Page](ctx, s.Pool, problem.ErrNotFound, "Page", pgx.NamedArgs{"creator": creatorID})
}

// freeHandle takes a handle from whoever had it before: accounts decides who
// has which, and its events may come in any order.
func (s *Service) freeHandle(ctx context.Context, tx pgx.Tx, p Page) error {
	if p.Handle == nil {
		return nil
	}
	_, err := exec(ctx, tx, "FreeHandle", pgx.NamedArgs{"creator": p.CreatorID, "handle": *p.Handle})
	return err
}

// UpdatePage changes the caller's page, in public at once, and notes who did. Errors: ErrStale.
func (s *Service) UpdatePage(ctx context.Context, version int64, in storefrontapi.UpdatePage) (*storefrontapi.Page, error) {
	if _, err := s.ensurePage(ctx, owner(ctx)); err != nil {
		return nil, err
	}
	var out *storefrontapi.Page
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := one[Page](ctx, tx, problem.ErrNotFound, "LockPage", pgx.NamedArgs{"creator": owner(ctx)})
		if err != nil {
			return err
		}
		if err := fresh(version, p.Version); err != nil {
			return err
		}
		if p, err = p.change(in); err != nil {
			return err
		}
		by, at := identity.From(ctx).Person, s.Clock.Now()
		p.ChangedBy, p.ChangedAt = &by, &at
		if in.Products != nil {
			if err := placeProducts(ctx, tx, p.CreatorID, *in.Products); err != nil {
				return err
			}
		}
		if p, err = s.savePage(ctx, tx, p); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "page.changed", p.CreatorID, nil); err != nil {
			return err
		}
		out, err = s.ownPage(ctx, tx, p)
		return err
	})
	return out, err
}

// savePage writes the page with its public form and tells of it.
func (s *Service) savePage(ctx context.Context, tx pgx.Tx, p Page) (Page, error) {
	text, err := json.Marshal(p.creator())
	if err != nil {
		return p, err
	}
	p, err = one[Page](ctx, tx, problem.ErrNotFound, "SavePage", pgx.NamedArgs{
		"creator": p.CreatorID, "handle": p.Handle, "name": p.Name, "bio": p.Bio, "hue": p.Hue, "profiles": []byte(p.Profiles),
		"public": string(text), "now": s.Clock.Now(), "changed_by": p.ChangedBy, "changed_at": p.ChangedAt,
	})
	if err != nil {
		return p, err
	}
	return p, s.tell(ctx, tx, storefrontapi.EventPageChanged, p.CreatorID, storefrontapi.PageChanged{CreatorID: p.CreatorID})
}

// placeProducts puts the named products into the order given. All of the
// creator's must be named that are on the page; others may be.
func placeProducts(ctx context.Context, tx pgx.Tx, creatorID string, ids []string) error {
	n, err := exec(ctx, tx, "PlaceProducts", pgx.NamedArgs{"creator": creatorID, "ids": ids})
	if err == nil && int(n) != len(ids) {
		return problem.ErrInvalid.WithField("/products", "unknown", "must name each product of yours at most once")
	}
	return err
}

// personChanged follows what accounts says of a creator's handle and name.
func (s *Service) personChanged(ctx context.Context, tx pgx.Tx, person accountsapi.Public) error {
	if gone, err := erased(ctx, tx, person.ID); err != nil || gone {
		return err
	}
	p, err := one[Page](ctx, tx, problem.ErrNotFound, "LockPage", pgx.NamedArgs{"creator": person.ID})
	if err != nil {
		if problem.From(err).Kind == problem.NotFound {
			return nil // no page yet: it will be made from accounts' newest
		}
		return err
	}
	was := pathOf(p.Handle)
	p.Handle = nil
	if person.Handle != "" {
		p.Handle = &person.Handle
	}
	if p.Name == "" {
		p.Name = person.Name
	} else if was == pathOf(p.Handle) {
		return nil
	}
	if err := s.freeHandle(ctx, tx, p); err != nil {
		return err
	}
	_, err = s.savePage(ctx, tx, p)
	return err
}

// CreatorPage is a page as everybody sees it: one query. A former handle finds
// it too, and the answer names the present one.
func (s *Service) CreatorPage(ctx context.Context, handle string) (*storefrontapi.CreatorPage, error) {
	text, err := s.published(ctx, "PublicPage", handle, "")
	return storefrontapi.RawCreatorPage([]byte(text)), err
}

// PublicProduct is a product's page as everybody sees it: one query. A former
// handle or slug finds it too, and the answer names the present ones.
func (s *Service) PublicProduct(ctx context.Context, handle, slug string) (*storefrontapi.PublicProduct, error) {
	text, err := s.published(ctx, "PublicProduct", handle, slug)
	return storefrontapi.RawPublicProduct([]byte(text)), err
}

// Catalogue lists published products, newest first: one query.
func (s *Service) Catalogue(ctx context.Context, cursor string, limit int) (*storefrontapi.Catalogue, error) {
	if limit <= 0 || limit > 100 {
		limit = pageSize
	}
	rows, err := s.Pool.Query(ctx, queries.SQL("Catalogue"), cursor, limit+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	// The columns go from the wire into the answer: a list is long, and every copy of it shows.
	text := append(make([]byte, 0, limit<<10), `{"data":[`...)
	var last []byte
	more := false
	for n := 0; rows.Next(); n++ {
		if more = n == limit; more {
			continue // it only says that there is more
		}
		if n > 0 {
			text = append(text, ',')
		}
		column := rows.RawValues() // id, the card, its creator
		last = append(last[:0], column[0]...)
		text = append(text, column[1][:len(column[1])-1]...) // the card without its last brace
		text = append(append(append(text, `,"creator":`...), column[2]...), '}')
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	text = append(text, ']')
	if more {
		text = append(append(append(text, `,"next":"`...), last...), '"')
	}
	return storefrontapi.RawCatalogue(append(text, '}')), nil
}
