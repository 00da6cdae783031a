package storefront

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// exportStep is how many rows an export reads at a time.
const exportStep = 500

// holdingRow is something a person owns, as an export says it.
type holdingRow struct {
	ID, OrderID, ProductID, Title, Access string
	LastLessonID                          *string
	OpenedAt                              time.Time
	Done                                  json.RawMessage
}

// pageChange is a page of somebody else's that a person changed last.
type pageChange struct {
	CreatorID string
	ChangedAt time.Time
}

// PersonalData is what storefront holds about a person, for their export.
func (s *Service) PersonalData(ctx context.Context, personID string) (*storefrontapi.PersonalData, error) {
	contact, err := s.People.Contact(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.PersonalData{Products: []storefrontapi.Product{}, Orders: []storefrontapi.Order{}, Entitlements: []storefrontapi.Holding{}, PagesChanged: []storefrontapi.PageChange{}}
	page, err := one[Page](ctx, s.Pool, problem.ErrNotFound, "Page", pgx.NamedArgs{"creator": personID})
	switch {
	case err == nil:
		if out.Page, err = s.ownPage(ctx, s.Pool, page); err != nil {
			return nil, err
		}
	case problem.From(err).Kind != problem.NotFound:
		return nil, err
	}
	changed, err := many[pageChange](ctx, s.Pool, "PagesChanged", pgx.NamedArgs{"person": personID})
	if err != nil {
		return nil, err
	}
	for _, c := range changed {
		out.PagesChanged = append(out.PagesChanged, storefrontapi.PageChange{CreatorID: c.CreatorID, Changed: c.ChangedAt})
	}
	for cursor, more := "", true; more; more = cursor != "" {
		rows, err := many[Product](ctx, s.Pool, "Products", pgx.NamedArgs{"creator": personID, "id": "", "cursor": cursor, "limit": exportStep + 1})
		if err != nil {
			return nil, err
		}
		rows, cursor = cut(rows, exportStep, func(p Product) string { return p.ID })
		for _, p := range rows {
			out.Products = append(out.Products, p.wire(s.cover(p.CoverDigest, p.CoverPath)))
		}
	}
	theirs := pgx.NamedArgs{"person": personID, "buyer": buyerKey(contact.Email)}
	err = each(ctx, s.Pool, "PersonsOrders", theirs, func(o Order) string { return o.ID }, func(o Order) error {
		out.Orders = append(out.Orders, o.wire(s.Clock.Now()))
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.Pool, "PersonsHoldings", theirs, func(h holdingRow) string { return h.ID }, func(h holdingRow) error {
		w := storefrontapi.Holding{
			EntitlementID: h.ID, OrderID: h.OrderID, ProductID: h.ProductID, Title: h.Title, Access: h.Access,
			LastLessonID: deref(h.LastLessonID), Since: h.OpenedAt,
		}
		if err := json.Unmarshal(h.Done, &w.Done); err != nil {
			return err
		}
		out.Entitlements = append(out.Entitlements, w)
		return nil
	})
	return out, err
}

// each runs a query in steps of exportStep, in the order of the rows' ids, and fn for each row.
func each[T any](ctx context.Context, db pg.Querier, query string, args pgx.NamedArgs, idOf func(T) string, fn func(T) error) error {
	args["after"], args["limit"] = "", exportStep
	for {
		rows, err := many[T](ctx, db, query, args)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
			args["after"] = idOf(row)
		}
		if len(rows) < exportStep {
			return nil
		}
	}
}
