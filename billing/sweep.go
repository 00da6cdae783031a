package billing

import (
	"context"
	"fmt"
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
	// suspenseAfter is how old an unexplained transaction is before it is booked into suspense: its object may still be on its way to us.
	suspenseAfter = time.Hour
)

// SweepTransactions reads the platform's balance transactions since the last sweep and asks for another look at every object whose
// transaction is not on the books. This, not the webhooks, is the authority for cash (money.md §10, R1): after it, an endpoint that
// was down for days has cost nothing (case 45). What nothing explains goes into suspense, with an alert.
func (s *Service) SweepTransactions(ctx context.Context) error {
	return s.sweepFrom(ctx, "transactions", overlap, func(since time.Time) error {
		var seen []rail.Transaction
		err := eachPage(func(after string) ([]rail.Transaction, bool, error) {
			return s.rail.Transactions(ctx, rail.TransactionQuery{Since: since, Page: rail.Page{After: after}})
		}, func(t rail.Transaction) (string, error) { seen = append(seen, t); return t.ID, nil })
		if err != nil {
			return err
		}
		missing, err := s.unbooked(ctx, seen)
		if err != nil {
			return err
		}
		// Newest first from Stripe; the oldest goes first, so that a payment comes before its refund.
		for i := len(missing) - 1; i >= 0; i-- {
			if err := s.explain(ctx, missing[i]); err != nil {
				return err
			}
		}
		return nil
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

// explain asks for another look at the object behind a transaction, or books it into suspense.
func (s *Service) explain(ctx context.Context, t rail.Transaction) error {
	subject := ""
	switch t.Type {
	case "charge", "payment":
		subject = "charge:" + t.Source
	case "refund", "payment_refund", "refund_failure", "payment_failure_refund":
		re, err := s.rail.Refund(ctx, t.Source)
		if err != nil && !rail.IsMissing(err) {
			return err
		}
		subject = named("charge", re.Charge)
	case "transfer":
		subject = "transfer:" + t.Source
	}
	old := s.now().Sub(t.Created) > suspenseAfter
	if subject != "" {
		h := hint{Subject: subject}
		err := s.look(ctx, h)
		if err == nil {
			return nil
		}
		s.log.WarnContext(ctx, "a transaction is not explained", "txn", t.ID, "type", t.Type, "source", t.Source, "error", err)
	}
	if !old {
		return nil
	}
	s.log.ErrorContext(ctx, "a transaction goes into suspense", "txn", t.ID, "type", t.Type, "source", t.Source, "net", t.Net.String())
	_, err := ledger.Post(ctx, s.pool, postings.Suspense(postings.Meta{At: t.Created}, t.ID, t.Net)...)
	if err != nil {
		return fmt.Errorf("suspense of %s: %w", t.ID, err)
	}
	return nil
}

// BackfillEvents reads Stripe's own list of events for those whose webhook never came, and stores them as if they had (R5).
func (s *Service) BackfillEvents(ctx context.Context) error {
	return s.sweepFrom(ctx, "events", time.Hour, func(since time.Time) error {
		return eachPage(func(after string) ([]rail.Event, bool, error) {
			return s.rail.Events(ctx, rail.EventQuery{Since: since, Page: rail.Page{After: after}})
		}, func(ev rail.Event) (string, error) {
			return ev.ID, s.storeEvent(ctx, ev)
		})
	})
}
