package storefront

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/courses"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// defaultRefundDays is the refund policy that a new product begins with.
const defaultRefundDays = 14

// CreateProduct makes a draft. Error: ErrSlugTaken.
func (s *Service) CreateProduct(ctx context.Context, key string, in storefrontapi.NewProduct) (*storefrontapi.Product, error) {
	creator := owner(ctx)
	if _, err := s.ensurePage(ctx, creator); err != nil {
		return nil, err
	}
	var out *storefrontapi.Product
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = idem.Do(ctx, tx, idem.Request{Schema: schema, Scope: creator + " products", Key: key, Body: in, At: s.Clock.Now()},
			func() (*storefrontapi.Product, error) { return s.createProduct(ctx, tx, creator, in) })
		return err
	})
	return out, err
}

func (s *Service) createProduct(ctx context.Context, tx pgx.Tx, creator string, in storefrontapi.NewProduct) (*storefrontapi.Product, error) {
	productID, title := id.New(productPrefix), courses.Title(in.Title)
	if title == "" {
		return nil, problem.ErrInvalid.WithField("/title", "required", "is required")
	}
	if _, err := exec(ctx, tx, "InsertProduct", pgx.NamedArgs{
		"id": productID, "creator": creator, "kind": in.Kind, "slug": slugFor(in.Slug, title), "title": title,
		"refund_days": defaultRefundDays, "now": s.Clock.Now(),
	}); err != nil {
		return nil, err
	}
	if err := unheld(ctx, tx, creator, slugFor(in.Slug, title)); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, "product.made", productID, nil); err != nil {
		return nil, err
	}
	return s.product(ctx, tx, creator, productID)
}

// product reads one product of a creator; another's is not found.
func (s *Service) product(ctx context.Context, db pg.Querier, creator, productID string) (*storefrontapi.Product, error) {
	if productID == "" {
		return nil, problem.ErrNotFound
	}
	p, err := one[Product](ctx, db, problem.ErrNotFound, "Products", pgx.NamedArgs{"creator": creator, "id": productID, "cursor": "", "limit": 1})
	if err != nil {
		return nil, err
	}
	out := p.wire(s.cover(p.CoverDigest, p.CoverPath))
	return &out, nil
}

// Product is one of the caller's products, with its description rendered and its
// former addresses.
func (s *Service) Product(ctx context.Context, productID string) (*storefrontapi.Product, error) {
	out, err := s.product(ctx, s.Pool, owner(ctx), productID)
	if err != nil {
		return nil, err
	}
	fs, err := s.draftFiles(ctx, s.Pool, productID)
	if err != nil {
		return nil, err
	}
	if out.FormerSlugs, err = pg.Column[string](ctx, s.Pool, queries.SQL("FormerSlugs"), pgx.NamedArgs{"product": productID}); err != nil {
		return nil, err
	}
	out.HTML, err = s.renderPage(out.Description, fs)
	return out, err
}

// Products lists the caller's products, newest first.
func (s *Service) Products(ctx context.Context, cursor string) (*storefrontapi.ProductPage, error) {
	rows, err := many[Product](ctx, s.Pool, "Products", pgx.NamedArgs{"creator": owner(ctx), "id": "", "cursor": cursor, "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, pageSize, func(p Product) string { return p.ID })
	out := &storefrontapi.ProductPage{Items: make([]storefrontapi.Product, len(rows)), Next: next}
	for i, p := range rows {
		out.Items[i] = p.wire(s.cover(p.CoverDigest, p.CoverPath))
	}
	return out, nil
}

// edit locks a product of the caller, checks its version, runs fn and reads the
// product again. Errors: ErrNotFound, ErrStale.
func (s *Service) edit(ctx context.Context, productID string, version int64, fn func(ctx context.Context, tx pgx.Tx, p Product) error) (*storefrontapi.Product, error) {
	var out *storefrontapi.Product
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := s.lockProduct(ctx, tx, productID)
		if err != nil {
			return err
		}
		if err := fresh(version, p.Version); err != nil {
			return err
		}
		if err := fn(ctx, tx, p); err != nil {
			return err
		}
		out, err = s.product(ctx, tx, p.CreatorID, productID)
		return err
	})
	return out, err
}

func (s *Service) lockProduct(ctx context.Context, tx pgx.Tx, productID string) (Product, error) {
	return one[Product](ctx, tx, problem.ErrNotFound, "LockProduct", pgx.NamedArgs{"id": productID, "creator": owner(ctx)})
}

// UpdateProduct changes the draft of a product's page. Errors: ErrStale, ErrSlugTaken.
func (s *Service) UpdateProduct(ctx context.Context, productID string, version int64, in storefrontapi.UpdateProduct) (*storefrontapi.Product, error) {
	return s.edit(ctx, productID, version, func(ctx context.Context, tx pgx.Tx, p Product) error {
		slug := p.Slug
		if in.Title != nil {
			if p.Title = courses.Title(*in.Title); p.Title == "" {
				return problem.ErrInvalid.WithField("/title", "required", "is required")
			}
		}
		if in.Slug != nil {
			if p.Slug = courses.Slug(*in.Slug); p.Slug == "" {
				return problem.ErrInvalid.WithField("/slug", "required", "needs a letter or a digit")
			}
		}
		if in.Description != nil {
			p.Description = courses.Body(*in.Description)
		}
		set(&p.Summary, in.Summary)
		set(&p.RefundDays, in.RefundDays)
		if in.CoverFileID != nil {
			var err error
			if p.CoverFileID, err = coverOf(ctx, tx, p.ID, *in.CoverFileID); err != nil {
				return err
			}
		}
		if err := s.saveProduct(ctx, tx, p, 1); err != nil {
			return err
		}
		if p.Slug != slug {
			if err := s.moveAddress(ctx, tx, p, slug); err != nil {
				return err
			}
		}
		if p.Slug != slug || in.RefundDays != nil { // both hold at once, not from the next publication on
			if err := s.relist(ctx, tx, p); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, "product.changed", p.ID, nil)
	})
}

// coverOf checks that a cover is a picture of the product; "" is none.
func coverOf(ctx context.Context, tx pgx.Tx, productID, fileID string) (*string, error) {
	if fileID == "" {
		return nil, nil
	}
	f, err := one[File](ctx, tx, problem.ErrNotFound, "FileOf", pgx.NamedArgs{"product": productID, "id": fileID})
	if err != nil || courses.KindOf(f.Path) != courses.Image {
		return nil, problem.ErrInvalid.WithField("/cover_file_id", "picture", "must be a picture of this product").Because(err)
	}
	return &fileID, nil
}

// saveProduct writes the draft; draft 1 says that what would be published changed.
func (s *Service) saveProduct(ctx context.Context, tx pgx.Tx, p Product, draft int) error {
	_, err := exec(ctx, tx, "SaveProduct", pgx.NamedArgs{
		"id": p.ID, "slug": p.Slug, "title": p.Title, "summary": p.Summary, "description": p.Description, "cover": p.CoverFileID,
		"refund_days": p.RefundDays, "free": p.Free, "draft": draft, "now": s.Clock.Now(),
	})
	return err
}

// DeleteProduct deletes a draft that was never published. Error: ErrProductSold.
func (s *Service) DeleteProduct(ctx context.Context, productID string) error {
	return s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		p, err := s.lockProduct(ctx, tx, productID)
		if err != nil {
			return err
		}
		if p.State != storefrontapi.StateDraft {
			return storefrontapi.ErrProductSold.WithState(p.State)
		}
		n, err := exec(ctx, tx, "DeleteProduct", pgx.NamedArgs{"id": productID})
		if err := changed(n, err, problem.ErrNotFound); err != nil {
			return err
		}
		return s.record(ctx, tx, "product.deleted", productID, nil)
	})
}

// SetPrices replaces a product's prices. They hold at once, for new orders.
// Errors: ErrStale, ErrPriceTooLow, ErrPriceInvalid, ErrSellingNotPossible.
func (s *Service) SetPrices(ctx context.Context, productID string, version int64, in storefrontapi.SetPrices) (*storefrontapi.Product, error) {
	amounts, err := checkPrices(in)
	if err != nil {
		return nil, err
	}
	blocked, err := s.sellingBlocked(ctx, !in.Free && len(amounts) > 0)
	if err != nil {
		return nil, err
	}
	return s.edit(ctx, productID, version, func(ctx context.Context, tx pgx.Tx, p Product) error {
		if p.State == storefrontapi.StatePublished {
			if blocked != nil {
				return blocked
			}
			if !in.Free && len(amounts) == 0 {
				return storefrontapi.ErrNothingToPublish.WithField("/prices", "required", "a published product has a price, or is free")
			}
		}
		p.Free = in.Free
		if err := s.replacePrices(ctx, tx, p.ID, amounts); err != nil {
			return err
		}
		if err := s.saveProduct(ctx, tx, p, 0); err != nil {
			return err
		}
		if err := s.relist(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, "product.priced", p.ID, nil)
	})
}

// replacePrices ends what changed and keeps what did not: a price that stays the
// same keeps its id, so nobody at a checkout is told that it changed.
func (s *Service) replacePrices(ctx context.Context, tx pgx.Tx, productID string, amounts []money.Amount) error {
	current, err := many[Price](ctx, tx, "CurrentPrices", pgx.NamedArgs{"product": productID})
	if err != nil {
		return err
	}
	keep := []string{}
	added := amounts
	for _, p := range current {
		same := func(a money.Amount) bool { return a.Currency == p.Currency && a.Minor == p.Amount }
		if slices.ContainsFunc(amounts, same) {
			keep = append(keep, p.ID)
			added = slices.DeleteFunc(slices.Clone(added), same)
		}
	}
	now := s.Clock.Now()
	if _, err := exec(ctx, tx, "EndPrices", pgx.NamedArgs{"product": productID, "keep": keep, "now": now}); err != nil {
		return err
	}
	for _, a := range added {
		if _, err := exec(ctx, tx, "InsertPrice", pgx.NamedArgs{
			"id": id.New(pricePrefix), "product": productID, "amount": a.Minor, "currency": a.Currency, "now": now,
		}); err != nil {
			return err
		}
	}
	return nil
}

// sellingBlocked asks accounts whether the caller can be paid out at all; the
// answer is a refusal to be raised later, or nil.
func (s *Service) sellingBlocked(ctx context.Context, paid bool) (blocked, err error) {
	if !paid || identity.From(ctx).For != "" {
		return nil, nil
	}
	me, err := s.People.Me(ctx)
	switch {
	case err != nil:
		return nil, err
	case me.Country == "":
		return storefrontapi.ErrCountryUnknown, nil
	case !me.PayoutsPossible:
		return storefrontapi.ErrSellingNotPossible.WithState(me.Country), nil
	}
	return nil, nil
}
