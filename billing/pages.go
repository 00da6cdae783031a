package billing

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
)

// eachPage walks a list of the rail, page by page.
func eachPage[T any](page func(after string) ([]T, bool, error), id func(T) string, visit func([]T) error) error {
	after := ""
	for {
		objects, more, err := page(after)
		if err != nil || len(objects) == 0 {
			return err
		}
		if err := visit(objects); err != nil || !more {
			return err
		}
		after = id(objects[len(objects)-1])
	}
}

// search looks through a list for the object that an operation made.
func search[T any](opID string, page func(after string) ([]T, bool, error), facts func(T) (id string, metadata map[string]string)) (any, bool, error) {
	var hit any
	err := eachPage(page, func(o T) string { id, _ := facts(o); return id }, func(objects []T) error {
		for _, o := range objects {
			if _, metadata := facts(o); metadata["op_id"] == opID {
				hit = o
				return errFound
			}
		}
		return nil
	})
	if errors.Is(err, errFound) {
		return hit, true, nil
	}
	return nil, false, err
}

var errFound = errors.New("found")

// atOnce bounds how many objects one pass works on at the same time; each may hold a connection of the pool.
const atOnce = 4

// each works on all of them and returns the errors joined: one that fails keeps nobody else waiting.
func each[T any](ctx context.Context, work []T, do func(context.Context, T) error) error {
	errs := make([]error, len(work))
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i, w := range work {
		g.Go(func() error {
			errs[i] = do(ctx, w)
			return nil
		})
	}
	_ = g.Wait()
	return errors.Join(errs...)
}

// pending turns "the outcome is open" and "refused" into no error, for background work: both are stored and someone goes on.
func pending(err error) error {
	if errors.Is(err, billingapi.ErrRailUnavailable) || errors.Is(err, billingapi.ErrRailRefused) {
		return nil
	}
	return err
}

var (
	// errForeign is an object that we did not make: ignored (storefront.md case 31).
	errForeign = errors.New("billing: not our object")
	// errParent is an object of ours whose parent we do not know yet: parked and tried again.
	errParent = errors.New("billing: the parent of this object is not known yet")
)

// foreignIfMissing ignores an object that does not exist, or not for us; every other error is tried again.
func foreignIfMissing(err error) error {
	if rail.IsMissing(err) {
		return errForeign
	}
	return err
}

// unknownParent tells an object of ours that came early from one that somebody else made on the same Stripe account.
func (s *Service) unknownParent(metadata map[string]string) error {
	if metadata["op_id"] == "" && metadata["order"] == "" {
		return errForeign
	}
	return errParent
}
