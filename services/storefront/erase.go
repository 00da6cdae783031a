package storefront

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// eraseAgain is how long after an erasure what the person left is erased once
// more: a request of theirs may have been under way. Wall time.
const eraseAgain = time.Hour

// erasePerson removes what storefront holds of a person, as a buyer and as a
// creator, but for what docs/privacy.md names. A second time it finds nothing to
// do and tells nothing.
func (s *Service) erasePerson(ctx context.Context, tx pgx.Tx, personID string) error {
	args := pgx.NamedArgs{"person": personID, "wall": s.wall()}
	for _, name := range []string{"Tombstone", "EraseAnswers", "EraseUploads", "EraseChanger"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	if err := s.eraseBuyer(ctx, tx, personID); err != nil {
		return err
	}
	return s.eraseCreator(ctx, tx, personID)
}

// eraseBuyer takes the person out of their orders. The orders stay: each is a
// sale of its creator's, and a record that tax law asks for (GDPR art. 17(3)(b)):
// number, title, amount, dates, country, and the company and VAT id of a
// business. What was bought is in no library any more, and still opens by the
// link in its receipt, which can also put it into another one.
func (s *Service) eraseBuyer(ctx context.Context, tx pgx.Tx, personID string) error {
	orders, err := pg.Column[string](ctx, tx, queries.SQL("EraseBuyer"), pgx.NamedArgs{"person": personID})
	if err != nil || len(orders) == 0 {
		return err
	}
	for _, name := range []string{"EraseProgress", "EraseHoldings"} {
		if _, err := exec(ctx, tx, name, pgx.NamedArgs{"orders": orders}); err != nil {
			return err
		}
	}
	for _, orderID := range orders {
		if err := s.record(ctx, tx, "order.erased", orderID, nil); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, storefrontapi.EventOrderErased, orderID, storefrontapi.OrderErased{OrderID: orderID}); err != nil {
			return err
		}
	}
	return nil
}

// eraseCreator empties the person's page, takes their products off it and
// deletes drafts. Publications stay for those who bought them.
func (s *Service) eraseCreator(ctx context.Context, tx pgx.Tx, personID string) error {
	page, err := one[Page](ctx, tx, problem.ErrNotFound, "LockPage", pgx.NamedArgs{"creator": personID})
	if err != nil {
		if problem.From(err).Kind == problem.NotFound {
			return nil // no page, so no products
		}
		return err
	}
	if err := s.eraseProducts(ctx, tx, personID); err != nil {
		return err
	}
	if page.Handle == nil && page.Name == "" && page.Bio == "" && len(page.profiles()) == 0 && page.ChangedAt == nil {
		return nil
	}
	page.Handle, page.Name, page.Bio, page.Profiles = nil, "", "", []byte("[]")
	page.ChangedBy, page.ChangedAt = nil, nil
	if _, err := s.savePage(ctx, tx, page); err != nil {
		return err
	}
	return s.record(ctx, tx, "page.erased", personID, nil)
}

func (s *Service) eraseProducts(ctx context.Context, tx pgx.Tx, personID string) error {
	products, err := many[Product](ctx, tx, "ProductsToErase", pgx.NamedArgs{"person": personID})
	if err != nil {
		return err
	}
	if _, err := exec(ctx, tx, "DropFormerSlugs", pgx.NamedArgs{"creator": personID}); err != nil {
		return err
	}
	for _, p := range products {
		args := pgx.NamedArgs{"id": p.ID, "now": s.Clock.Now()}
		if p.State == storefrontapi.StateDraft {
			if _, err := exec(ctx, tx, "DeleteProduct", args); err != nil {
				return err
			}
			if err := s.record(ctx, tx, "product.deleted", p.ID, nil); err != nil {
				return err
			}
			continue
		}
		has, err := pg.Scalar[bool](ctx, tx, queries.SQL("HasDraft"), args)
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		if _, err := exec(ctx, tx, "EraseDraft", args); err != nil {
			return err
		}
		if err := s.record(ctx, tx, "product.erased", p.ID, nil); err != nil {
			return err
		}
		if err := s.tellProduct(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// erased says whether a person is erased: an event about them may come later
// than that.
func erased(ctx context.Context, tx pgx.Tx, personID string) (bool, error) {
	return pg.Scalar[bool](ctx, tx, queries.SQL("IsErased"), pgx.NamedArgs{"person": personID})
}

// eraseRest erases once more those who were erased lately.
func (s *Service) eraseRest(ctx context.Context) error {
	people, err := pg.Column[string](ctx, s.Pool, queries.SQL("ErasedSince"), pgx.NamedArgs{"since": s.wall().Add(-eraseAgain)})
	if err != nil {
		return err
	}
	for _, personID := range people {
		if err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error { return s.erasePerson(ctx, tx, personID) }); err != nil {
			return err
		}
	}
	return nil
}

// forgetBusinesses empties the company and VAT id of erased buyers once nobody has to keep their receipts any more: as many full
// calendar years after the year of the payment as the house keeps receipts.
func (s *Service) forgetBusinesses(ctx context.Context, now time.Time) error {
	before := time.Date(now.UTC().Year()-s.Config.ReceiptYears, time.January, 1, 0, 0, 0, 0, time.UTC)
	_, err := exec(ctx, s.Pool, "ForgetBusinesses", pgx.NamedArgs{"before": before})
	return err
}
