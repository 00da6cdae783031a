package billing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/workfluence/workfluence/billing/ledger"
	"github.com/workfluence/workfluence/billing/postings"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/pg"
)

const (
	// overlap is how far a sweep reads behind its cursor: Stripe's lists may show an entry late.
	overlap = 48 * time.Hour
	// eventsKept is how long Stripe lists events.
	eventsKept = 30 * 24 * time.Hour
	// suspenseAfter is how old a transaction of nobody's is before it is booked into suspense.
	suspenseAfter = time.Hour
)

// SweepTransactions reads the platform's balance transactions since the last sweep and asks for another look at every object whose
// transaction is not on the books. This, not the webhooks, is the authority for cash (money.md §10, R1): after it, an endpoint that
// was down for days has cost nothing (case 45). What nothing explains goes into suspense, with an alert.
func (s *Service) SweepTransactions(ctx context.Context) error {
	return s.sweepFrom(ctx, "transactions", overlap, func(since time.Time) error {
		var missing []rail.Transaction
		err := eachPage(func(after string) ([]rail.Transaction, bool, error) {
			return s.rail.Transactions(ctx, rail.TransactionQuery{Since: since, Page: rail.Page{After: after}})
		}, func(t rail.Transaction) string { return t.ID }, func(page []rail.Transaction) error {
			unknown, err := s.unbooked(ctx, page)
			missing = append(missing, unknown...)
			return err
		})
		// Newest first from Stripe; the oldest goes first, so that a payment comes before its refund. One that can't be explained now
		// does not keep the others waiting, but it keeps the cursor where it is.
		errs := []error{err}
		for i := len(missing) - 1; i >= 0; i-- {
			errs = append(errs, s.explain(ctx, missing[i]))
		}
		return errors.Join(errs...)
	})
}

// sweepFrom runs a sweep from its cursor, less an overlap, and moves the cursor when all of it went well.
func (s *Service) sweepFrom(ctx context.Context, name string, back time.Duration, sweep func(since time.Time) error) error {
	now := s.now()
	upto, ok, err := found(scalar[time.Time](ctx, s.pool, "SweepUpTo", args{"name": name}))
	if err != nil {
		return err
	}
	if !ok {
		upto = now.Add(-eventsKept)
	}
	if err := sweep(upto.Add(-back)); err != nil {
		return err
	}
	return exec(ctx, s.pool, "SetSweep", args{"name": name, "upto": now})
}

// unbooked leaves those transactions whose effect is on no journal and no row.
func (s *Service) unbooked(ctx context.Context, all []rail.Transaction) ([]rail.Transaction, error) {
	ids, keys, sources := make([]string, len(all)), make([]string, len(all)), make([]string, len(all))
	for i, t := range all {
		ids[i], keys[i], sources[i] = t.ID, postings.TxnKey(t.ID), t.Source
	}
	booked := map[string]bool{}
	journals, err := ledger.ByKeys(ctx, s.pool, keys...)
	if err != nil {
		return nil, err
	}
	for _, j := range journals {
		booked[j.Key] = true
	}
	known, err := pg.Column[string](ctx, s.pool, queries.SQL("KnownTransactions"), args{"ids": ids, "sources": sources})
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		booked[k] = true
	}
	var missing []rail.Transaction
	for _, t := range all {
		if !booked[postings.TxnKey(t.ID)] && !booked[t.ID] && !booked[t.Source] {
			missing = append(missing, t)
		}
	}
	return missing, nil
}

// explain looks again at the object behind a transaction. Only what turns out to be nobody's, or to have no parent here for a day, is
// booked into suspense: an object of ours that could not be applied just now would otherwise be on the books twice one day.
func (s *Service) explain(ctx context.Context, t rail.Transaction) error {
	wait := suspenseAfter
	if subject, err := s.subjectOf(ctx, t); err != nil {
		return err
	} else if subject != "" {
		switch err := s.look(ctx, hint{Subject: subject}); {
		case errors.Is(err, errParent):
			wait = parkFor
		case !errors.Is(err, errForeign):
			return err
		}
	}
	if s.now().Sub(t.Created) <= wait {
		return nil
	}
	s.log.ErrorContext(ctx, "a transaction goes into suspense", "txn", t.ID, "type", t.Type, "source", t.Source, "net", t.Net.String())
	if _, err := ledger.Post(ctx, s.pool, postings.Suspense(postings.Meta{At: t.Created}, t.ID, t.Net)...); err != nil {
		return fmt.Errorf("suspense of %s: %w", t.ID, err)
	}
	return nil
}

// subjectOf names the object behind a transaction, as a webhook would; "" for those that only Stripe makes.
func (s *Service) subjectOf(ctx context.Context, t rail.Transaction) (string, error) {
	switch t.Type {
	case "charge", "payment":
		return "charge:" + t.Source, nil
	case "refund", "payment_refund", "refund_failure", "payment_failure_refund":
		re, err := s.rail.Refund(ctx, t.Source)
		if err != nil && !rail.IsMissing(err) {
			return "", err
		}
		return named("charge", re.Charge), nil
	case "transfer":
		return "transfer:" + t.Source, nil
	}
	return "", nil
}

// BackfillEvents reads Stripe's own list of events for those whose webhook never came, and stores them as if they had (R5).
func (s *Service) BackfillEvents(ctx context.Context) error {
	return s.sweepFrom(ctx, "events", time.Hour, func(since time.Time) error {
		return eachPage(func(after string) ([]rail.Event, bool, error) {
			return s.rail.Events(ctx, rail.EventQuery{Since: since, Page: rail.Page{After: after}})
		}, func(ev rail.Event) string { return ev.ID }, func(page []rail.Event) error {
			return s.storeMissing(ctx, page)
		})
	})
}

// storeMissing stores those events of a page that no webhook brought, oldest first.
func (s *Service) storeMissing(ctx context.Context, page []rail.Event) error {
	ids := make([]string, len(page))
	for i, ev := range page {
		ids[i] = ev.ID
	}
	known, err := pg.Column[string](ctx, s.pool, queries.SQL("KnownEvents"), args{"ids": ids})
	if err != nil {
		return err
	}
	for _, ev := range slices.Backward(page) {
		if slices.Contains(known, ev.ID) {
			continue
		}
		if err := s.storeEvent(ctx, ev); err != nil {
			return err
		}
	}
	return nil
}

// ForgetPayloads empties stored webhooks after 30 days, when Stripe itself lists them no more: they name buyers, and their ids alone are
// needed to know a repeat.
func (s *Service) ForgetPayloads(ctx context.Context) error {
	return exec(ctx, s.pool, "ForgetPayloads", args{"before": s.wall().Add(-eventsKept)})
}
