package storefront

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/vatid"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// guardWindow is how long a repeated purchase counts as the same press
// (storefront.md §2, case 27): the buyer went back and pressed again.
const guardWindow = 3 * time.Minute

// offer is what a product offers at one price, read in the order's transaction.
type offer struct {
	ProductID     string
	CreatorID     string
	PublicationID *string
	State         string
	Free          bool
	RefundDays    int
	Title         *string
	PriceID       *string
	Amount        *int64
	Currency      *money.Currency
}

// purchase is an order in the making.
type purchase struct {
	in     storefrontapi.PlaceOrder
	person string
	email  string
	locale string
	scope  string // whose idempotency keys
	key    string
	hash   []byte
	now    time.Time
}

// seen is what the database knows of the buyer and this product.
type seen struct {
	offer  *offer
	replay *Order // by the idempotency key
	recent *Order // unpaid, processing, or paid a moment ago
	owned  string // the order by which the buyer has it already
}

// PlaceOrder begins to buy: one transaction writes the order down; then, outside
// any, billing opens its checkout. A press that repeats another one gets that
// one's order. A free product is owned at once.
func (s *Service) PlaceOrder(ctx context.Context, key string, in storefrontapi.PlaceOrder) (*storefrontapi.PlacedOrder, error) {
	p, err := s.purchase(ctx, key, in)
	if err != nil {
		return nil, err
	}
	var o Order
	var again bool
	err = s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		was, err := s.look(ctx, tx, p)
		if err != nil {
			return err
		}
		if o, again, err = p.decide(was); err != nil || again {
			return err
		}
		o, err = s.place(ctx, tx, p, was)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !again {
		killpoint.Here(orderWritten)
	}
	return s.proceed(ctx, o, again, !again || p.madeBy(o))
}

// purchase gathers who buys. A signed-in person buys under their own address.
func (s *Service) purchase(ctx context.Context, key string, in storefrontapi.PlaceOrder) (purchase, error) {
	caller := identity.From(ctx)
	if caller.For != "" {
		return purchase{}, problem.ErrForbidden
	}
	p := purchase{in: in, person: caller.Person, email: in.Buyer.Email, locale: in.Locale, scope: "guest", key: key, now: s.Clock.Now()}
	if p.person != "" {
		contact, err := s.People.Contact(ctx, p.person)
		if err != nil {
			return p, err
		}
		p.scope, p.email = p.person, contact.Email
		set(&p.locale, nonEmpty(in.Locale, contact.Locale))
	}
	if p.email == "" {
		return p, problem.ErrInvalid.WithField("/buyer/email", "required", "is required")
	}
	if p.locale == "" {
		p.locale = *nonEmpty(caller.Locale, "en")
	}
	body, err := json.Marshal(in)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(body)
	p.hash = sum[:]
	p.in.Buyer.VATID, err = vatid.Parse(in.Buyer.VATID, in.Buyer.Country)
	switch {
	case errors.Is(err, vatid.ErrDigits):
		return p, storefrontapi.ErrVATID.WithField("/buyer/vat_id", "vat_digits", "is not a VAT number: its check digits do not fit")
	case err != nil:
		return p, storefrontapi.ErrVATID.WithField("/buyer/vat_id", "vat_form", "is not written as a VAT number is: the letters of the country, then its signs")
	}
	return p, nil
}

func nonEmpty(a, b string) *string {
	if a == "" {
		return &b
	}
	return &a
}

// look reads all that the decision needs in one round trip, behind a lock that
// only purchases of this product by this buyer wait for.
func (s *Service) look(ctx context.Context, tx pgx.Tx, p purchase) (seen, error) {
	args := pg.Args{
		"product": p.in.ProductID, "price": p.in.PriceID, "buyer": buyerKey(p.email), "owner": p.owner(), "since": p.now.Add(-guardWindow),
		"scope": p.scope, "key": p.key,
	}
	batch := &pgx.Batch{}
	var was seen
	batch.Queue(queries.SQL("LockBuyer"), args)
	batch.Queue(queries.SQL("Offer"), args).Query(into(&was.offer))
	batch.Queue(queries.SQL("OrderByKey"), args).Query(into(&was.replay))
	batch.Queue(queries.SQL("RecentOrder"), args).Query(into(&was.recent))
	batch.Queue(queries.SQL("Owned"), args).QueryRow(func(row pgx.Row) error { return row.Scan(&was.owned) })
	return was, tx.SendBatch(ctx, batch).Close()
}

// into scans the first row, if there is one.
func into[T any](to **T) func(rows pgx.Rows) error {
	return func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByNameLax[T])
		if err == nil && len(found) > 0 {
			*to = found[0]
		}
		return err
	}
}

// decide says whether to go on with an order that exists (again), to refuse, or
// to place a new one.
//
// Whether an address owns a product is told to nobody who only typed it: courses
// say something of who takes them. A signed-in buyer is asked whether they mean
// it (storefront.md case 27); a guest's order goes on like any other, and the
// mailbox is told that it has this already (repeats). What waits to be paid, is
// on its way or was paid a moment ago is still gone on with, whoever names the
// address: one order for two browsers is worth more than hiding, for minutes,
// that a checkout is open, and the answer gives a stranger nothing to open.
func (p purchase) decide(was seen) (o Order, again bool, err error) {
	if was.replay != nil {
		if !bytes.Equal(was.replay.BodyHash, p.hash) {
			return o, false, problem.ErrIdempotencyMismatch
		}
		return *was.replay, true, nil
	}
	if was.offer == nil {
		return o, false, problem.ErrNotFound
	}
	f := *was.offer
	switch {
	case f.State != storefrontapi.StatePublished:
		return o, false, storefrontapi.ErrNotForSale
	case f.CreatorID == p.person:
		return o, false, storefrontapi.ErrOwnProduct
	}
	if was.recent != nil && p.continues(*was.recent) {
		return *was.recent, true, nil
	}
	switch {
	case was.owned != "" && p.person != "" && !p.in.BuyAgain:
		return o, false, storefrontapi.ErrAlreadyOwned.WithState("/library")
	case f.Free != (p.in.PriceID == "") || !f.Free && f.PriceID == nil:
		return o, false, storefrontapi.ErrPriceChanged
	}
	return o, false, nil
}

// owner is the account that buys, nil for a guest.
func (p purchase) owner() *string {
	if p.person == "" {
		return nil
	}
	return &p.person
}

// repeats reports whether a guest buys what their address has already without
// saying that they know.
func (p purchase) repeats(was seen) bool { return p.person == "" && was.owned != "" && !p.in.BuyAgain }

// madeBy reports whether who presses is who pressed before: by account, or by
// the idempotency key, which only their browser knows. Naming the same address
// proves nothing.
func (p purchase) madeBy(o Order) bool {
	if p.person != "" {
		return p.person == deref(o.PersonID)
	}
	return p.key != "" && o.IdemScope == p.scope && deref(o.IdemKey) == p.key
}

// continues reports whether this press means an order that exists: its payment
// is on its way (that can't be confirmed away), it waits at the same price, or
// it was paid a moment ago and nobody said "again".
func (p purchase) continues(o Order) bool {
	switch o.State {
	case storefrontapi.OrderStateProcessing:
		return true
	case storefrontapi.OrderStatePlaced, storefrontapi.OrderStateOpen:
		return deref(o.PriceID) == p.in.PriceID && (o.CheckoutExpiresAt == nil || p.now.Before(*o.CheckoutExpiresAt))
	default:
		return !p.in.BuyAgain
	}
}

// place writes the order down with what was agreed, its event and its audit row, and commits.
func (s *Service) place(ctx context.Context, tx pgx.Tx, p purchase, was seen) (Order, error) {
	f := *was.offer
	orderID := id.New(orderPrefix)
	terms, err := json.Marshal(Terms{
		RefundDays: f.RefundDays, Withdrawal: withdrawalFor(p.in.Buyer.Country, p.now, p.in.Consent.StartNow, f.Free),
	})
	if err != nil {
		return Order{}, err
	}
	o := Order{
		ID: orderID, Number: numberOf(orderID), ProductID: f.ProductID, CreatorID: f.CreatorID, PublicationID: *f.PublicationID, PriceID: f.PriceID,
		Title: deref(f.Title), Amount: deref(f.Amount), Currency: deref(f.Currency), BuyerKey: buyerKey(p.email), Email: p.email,
		BuyerName: p.in.Buyer.Name, Company: p.in.Buyer.Company, VatID: p.in.Buyer.VATID, Country: p.in.Buyer.Country, Locale: p.locale,
		PersonID: p.owner(), Terms: terms, State: storefrontapi.OrderStatePlaced, BodyHash: p.hash, PlacedAt: p.now,
	}
	if f.Free {
		o.Currency, o.State, o.PaidAt = money.USD, storefrontapi.OrderStatePaid, &p.now
	}
	batch := &pgx.Batch{}
	batch.Queue(queries.SQL("InsertOrder"), o.insertArgs(p, s.wall().Add(firstLook)))
	audits.Queue(batch, audit.Row{At: p.now, Actor: audit.Actor(ctx, guest), Action: "order.placed", Object: o.ID})
	events := []outbox.Event{s.event(storefrontapi.EventOrderPlaced, o.ID,
		storefrontapi.OrderPlaced{OrderID: o.ID, ProductID: o.ProductID, CreatorID: o.CreatorID})}
	if p.repeats(was) {
		events = append(events, s.event(storefrontapi.EventOrderRepeated, o.ID, storefrontapi.OrderRepeated{OrderID: o.ID, OwnedOrderID: was.owned}))
	}
	if err := outbox.Queue(batch, events...); err != nil {
		return o, err
	}
	if o.State == storefrontapi.OrderStatePaid {
		if o, err = s.settle(batch, o, ""); err != nil {
			return o, err
		}
	}
	return o, known(pg.Commit(ctx, tx, batch))
}

func (o Order) insertArgs(p purchase, firstLook time.Time) pg.Args {
	args := pg.Args{
		"id": o.ID, "number": o.Number, "product": o.ProductID, "creator": o.CreatorID, "publication": o.PublicationID, "price": o.PriceID,
		"title": o.Title, "amount": o.Amount, "currency": o.Currency, "buyer": o.BuyerKey, "person": o.PersonID, "email": o.Email,
		"name": o.BuyerName, "company": o.Company, "vat": o.VatID, "country": o.Country, "locale": o.Locale, "terms": o.Terms,
		"state": o.State, "scope": p.scope, "key": nil, "hash": p.hash, "retry": firstLook, "now": o.PlacedAt, "paid": o.PaidAt,
	}
	if p.key != "" {
		args["key"] = p.key
	}
	if o.State == storefrontapi.OrderStatePaid {
		args["retry"] = nil
	}
	return args
}

// visible is who may see an order: its buyer by account or secret, its creator.
func (s *Service) visible(ctx context.Context, orderID, token string) pgx.NamedArgs {
	return pgx.NamedArgs{"id": orderID, "person": asReader(ctx), "secret": s.orderSecretIs(orderID, token)}
}

func (s *Service) seenOrder(ctx context.Context, db pg.Querier, orderID, token string) (Order, error) {
	return one[Order](ctx, db, problem.ErrNotFound, "VisibleOrder", s.visible(ctx, orderID, token))
}

// Order is an order as its buyer or its creator sees it.
func (s *Service) Order(ctx context.Context, orderID, token string) (*storefrontapi.Order, error) {
	o, err := s.seenOrder(ctx, s.Pool, orderID, token)
	if err != nil {
		return nil, err
	}
	out := o.wire(s.Clock.Now())
	return &out, nil
}

// Orders lists what the caller bought, Sales what the caller sold; newest first.
func (s *Service) Orders(ctx context.Context, cursor string) (*storefrontapi.OrderPage, error) {
	return s.orderPage(ctx, "OrdersOfBuyer", pgx.NamedArgs{"person": owner(ctx), "cursor": cursor, "limit": pageSize + 1})
}

// Sales lists the orders of the caller's products, newest first. Orders that
// nobody went on to pay are left out.
func (s *Service) Sales(ctx context.Context, productID, cursor string) (*storefrontapi.OrderPage, error) {
	return s.orderPage(ctx, "OrdersOfCreator", pgx.NamedArgs{"person": owner(ctx), "product": productID, "cursor": cursor, "limit": pageSize + 1})
}

func (s *Service) orderPage(ctx context.Context, query string, args pgx.NamedArgs) (*storefrontapi.OrderPage, error) {
	rows, err := many[Order](ctx, s.Pool, query, args)
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, pageSize, func(o Order) string { return o.ID })
	out := &storefrontapi.OrderPage{Items: make([]storefrontapi.Order, len(rows)), Next: next}
	now := s.Clock.Now()
	for i, o := range rows {
		out.Items[i] = o.wire(now)
	}
	return out, nil
}

// PurchaseTerms says what a buyer of a country is told before paying.
func (s *Service) PurchaseTerms(country string) *storefrontapi.PurchaseTerms {
	return &storefrontapi.PurchaseTerms{Country: country, Withdrawal: withdrawalFor(country, s.Clock.Now(), false, false)}
}
