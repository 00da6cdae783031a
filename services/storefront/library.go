package storefront

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// owned is something a person has, with how far they read.
type owned struct {
	ID, OrderID, ProductID, Kind string
	PublicationID                string
	Digest                       string
	Title, Summary               string
	CoverDigest, CoverPath       *string
	CreatorJSON                  string
	Access                       string
	Lessons, Done                int
	LastLessonID                 *string
	OpenedAt                     time.Time
}

// creator reads the public form of the page; it is our own JSON.
func (o owned) creator() (storefrontapi.Creator, error) {
	var c storefrontapi.Creator
	return c, json.Unmarshal([]byte(o.CreatorJSON), &c)
}

// Library lists what the caller owns, newest first, and counts what waits to be
// claimed: orders made with their proven address without signing in.
func (s *Service) Library(ctx context.Context, cursor string) (*storefrontapi.Library, error) {
	rows, err := many[owned](ctx, s.Pool, "Library", pgx.NamedArgs{"person": owner(ctx), "cursor": cursor, "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, pageSize, func(o owned) string { return o.ID })
	out := &storefrontapi.Library{Items: make([]storefrontapi.LibraryEntry, len(rows)), Next: next}
	for i, o := range rows {
		c, err := o.creator()
		if err != nil {
			return nil, err
		}
		out.Items[i] = storefrontapi.LibraryEntry{
			EntitlementID: o.ID, OrderID: o.OrderID, ProductID: o.ProductID, Kind: o.Kind, Title: o.Title, Summary: o.Summary,
			Cover: s.cover(o.CoverDigest, o.CoverPath), Creator: c, Access: o.Access, Lessons: o.Lessons, Done: o.Done,
			LastLessonID: deref(o.LastLessonID), Since: o.OpenedAt,
		}
	}
	if !provesAddress(ctx) {
		return out, nil
	}
	contact, err := s.People.Contact(ctx, owner(ctx))
	if err != nil {
		return nil, err
	}
	out.Unclaimed, err = pg.Scalar[int](ctx, s.Pool, queries.SQL("Unclaimed"), pgx.NamedArgs{"buyer": buyerKey(contact.Email)})
	return out, err
}

// provesAddress: the caller acts for themselves and their address is proven.
func provesAddress(ctx context.Context) bool {
	c := identity.From(ctx)
	return c.Person != "" && c.For == "" && c.Verified
}

// ClaimAll puts the orders made with the caller's proven address into their
// library (storefront.md case 32: nothing is attached before the proof).
func (s *Service) ClaimAll(ctx context.Context) (*storefrontapi.Claimed, error) {
	if !provesAddress(ctx) {
		return nil, problem.ErrForbidden
	}
	person := owner(ctx)
	contact, err := s.People.Contact(ctx, person)
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.Claimed{}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out.Orders, err = s.attachAll(ctx, tx, person, contact.Email, false)
		return err
	})
	return out, err
}

// Gather puts every order made with a person's proven address into their hands, for accounts, which is about to erase them: once the
// address is gone nobody could tell whose these were. Unlike [Service.ClaimAll] it takes those of their own products, too.
func (s *Service) Gather(ctx context.Context, personID string) (*storefrontapi.Claimed, error) {
	contact, err := s.People.Contact(ctx, personID)
	if err != nil {
		return nil, err
	}
	out := &storefrontapi.Claimed{}
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		out.Orders, err = s.attachAll(ctx, tx, personID, contact.Email, true)
		return err
	})
	return out, err
}

// attachAll puts every order of an address that is in no library into this one; with own also those of the person's own products.
func (s *Service) attachAll(ctx context.Context, tx pgx.Tx, person, email string, own bool) (int, error) {
	if gone, err := erased(ctx, tx, person); err != nil || gone {
		return 0, err
	}
	ids, err := pg.Column[string](ctx, tx, queries.SQL("AttachOrders"), pgx.NamedArgs{"person": person, "buyer": buyerKey(email), "own": own})
	if err != nil {
		return 0, err
	}
	return len(ids), s.attached(ctx, tx, person, ids)
}

func (s *Service) attached(ctx context.Context, tx pgx.Tx, person string, orderIDs []string) error {
	if len(orderIDs) == 0 {
		return nil
	}
	if _, err := exec(ctx, tx, "AttachEntitlements", pgx.NamedArgs{"person": person, "orders": orderIDs}); err != nil {
		return err
	}
	for _, orderID := range orderIDs {
		if err := s.record(ctx, tx, "order.attached", orderID, audit.Detail{"person": person}); err != nil {
			return err
		}
	}
	return nil
}

// Claim puts one order into the caller's library by its secret, which came to
// the buyer's address. An order that is in another library stays there.
func (s *Service) Claim(ctx context.Context, orderID, token string) (*storefrontapi.Order, error) {
	if !s.orderSecretIs(orderID, token) {
		return nil, problem.ErrNotFound
	}
	var out *storefrontapi.Order
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		o, err := lockOrder(ctx, tx, orderID)
		if err != nil {
			return err
		}
		person := owner(ctx)
		switch {
		case o.PersonID != nil && *o.PersonID != person:
			return problem.ErrConflict.WithState("attached")
		case o.CreatorID == person:
			return storefrontapi.ErrOwnProduct
		case o.PersonID == nil:
			if _, err := exec(ctx, tx, "AttachOrder", pgx.NamedArgs{"id": orderID, "person": person}); err != nil {
				return err
			}
			if err := s.attached(ctx, tx, person, []string{orderID}); err != nil {
				return err
			}
			o.PersonID = &person
		}
		w := o.wire(s.Clock.Now())
		out = &w
		return nil
	})
	return out, err
}

// receiptRow is an order with what its receipt says of the creator.
type receiptRow struct {
	Order
	CreatorName string
	Handle      *string
	Slug        string
}

// Receipt is the receipt of a paid order, for parts of the house.
func (s *Service) Receipt(ctx context.Context, orderID string) (*storefrontapi.Receipt, error) {
	return s.receipt(ctx, pgx.NamedArgs{"id": orderID, "person": "", "secret": true})
}

// BuyersReceipt is the receipt of a paid order, for its buyer.
func (s *Service) BuyersReceipt(ctx context.Context, orderID, token string) (*storefrontapi.Receipt, error) {
	return s.receipt(ctx, s.visible(ctx, orderID, token))
}

func (s *Service) receipt(ctx context.Context, args pgx.NamedArgs) (*storefrontapi.Receipt, error) {
	r, err := one[receiptRow](ctx, s.Pool, problem.ErrNotFound, "Receipt", args)
	if err != nil {
		return nil, err
	}
	t := r.terms()
	out := &storefrontapi.Receipt{
		OrderID: r.ID, Number: r.Number, Email: r.Email, Locale: r.Locale, Title: r.Title, Amount: r.gross(),
		Refunded: money.New(r.Refunded, r.Currency), BuyerName: r.BuyerName, Company: r.Company, VATID: r.VatID, Country: r.Country,
		CreatorID: r.CreatorID, CreatorName: r.CreatorName, BuyerID: deref(r.PersonID), PaidAt: deref(r.PaidAt), Withdrawal: withdrawalAt(t.Withdrawal, r.Country, s.Clock.Now()), RefundDays: t.RefundDays,
		AccessURL: accessPath(r.ID, s.orderSecret(r.ID)),
		Seller: storefrontapi.Seller{
			Name: s.Config.SellerName, Address: s.Config.SellerAddress, VATID: s.Config.SellerVATID, Email: s.Config.SellerEmail,
		},
	}
	if r.CreatorName == "" && r.Handle != nil {
		out.CreatorName = "@" + *r.Handle
	}
	if at := pathOf(r.Handle); at != "" {
		out.ProductPath = fmt.Sprintf("%s/%s", at, r.Slug)
	}
	return out, nil
}
