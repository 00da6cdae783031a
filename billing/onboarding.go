package billing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/billing/rail"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
)

// Onboarding is the state of a person's Stripe account.
func (s *Service) Onboarding(ctx context.Context, person string) (billingapi.Onboarding, error) {
	a, _, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": person}))
	return a.Onboarding(), err
}

// RefreshOnboarding asks Stripe about the person's account now and says what came of it: whoever comes back from Stripe's questions need
// not wait for a webhook. Error: ErrRailUnavailable, after which what was known before still holds.
func (s *Service) RefreshOnboarding(ctx context.Context, person string) (billingapi.Onboarding, error) {
	acct, known, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": person}))
	if err != nil {
		return billingapi.Onboarding{}, err
	}
	if !known || acct.StripeID == nil {
		return acct.Onboarding(), nil
	}
	if err := s.applyAccount(ctx, *acct.StripeID, changed); err != nil {
		return billingapi.Onboarding{}, billingapi.ErrRailUnavailable.Because(err)
	}
	// A webhook's look at the same time may have read later and written earlier. One more look, after this one, is the last word.
	if err := s.addHint(ctx, s.pool, "account:"+*acct.StripeID, *acct.StripeID); err != nil {
		return billingapi.Onboarding{}, err
	}
	return s.Onboarding(ctx, person)
}

// StartOnboarding makes the person's Stripe account, once, and returns a link to Stripe's page. The country is asked of accounts
// first, since it can't be changed at Stripe. Errors: ErrCountry, ErrRailUnavailable, ErrRailRefused.
func (s *Service) StartOnboarding(ctx context.Context, person, returnPath string) (billingapi.OnboardingLink, error) {
	acct, known, err := found(one[Account](ctx, s.pool, "Account", args{"person_id": person}))
	if err != nil {
		return billingapi.OnboardingLink{}, err
	}
	if !known || acct.StripeID == nil {
		if acct, err = s.makeAccount(ctx, person); err != nil {
			return billingapi.OnboardingLink{}, err
		}
	}
	url := s.publicURL + returnPath
	// Each visit needs a link of its own, so each call is an operation of its own; a lost one is harmless and is not kept.
	link, err := s.rail.AccountLink(ctx, rail.Op{Key: "link:" + id.New("op")}, *acct.StripeID, url, url)
	if err != nil {
		return billingapi.OnboardingLink{}, billingapi.ErrRailUnavailable.Because(err)
	}
	return billingapi.OnboardingLink{URL: link.URL}, nil
}

// makeAccount reserves and runs the operation that makes the account. Two calls at once share one operation.
func (s *Service) makeAccount(ctx context.Context, person string) (Account, error) {
	seller, err := s.people.Seller(ctx)
	if err != nil {
		return Account{}, err
	}
	if seller.Country == "" || !seller.Payouts {
		return Account{}, billingapi.ErrCountry.WithState(seller.Country)
	}
	var opID string
	err = pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := exec(ctx, tx, "StartAccount", args{"person_id": person, "country": seller.Country, "now": s.now()}); err != nil {
			return err
		}
		// The row's lock lets one of two calls make the operation and the other find it.
		if _, err := one[Account](ctx, tx, "LockAccount", args{"person_id": person}); err != nil {
			return err
		}
		op, ok, err := found(one[Operation](ctx, tx, "AccountOperation", args{"person_id": person}))
		if err != nil {
			return err
		}
		if !ok {
			if op, err = s.newOperation(OpAccount, rail.AccountRequest{Person: person, Country: seller.Country, Email: seller.Email}); err != nil {
				return err
			}
			op.PersonID, op.Currency = &person, "XXX"
			if err := reserve(ctx, tx, op); err != nil {
				return err
			}
			if err := s.record(ctx, tx, "account.requested", person, audit.Detail{"country": seller.Country}); err != nil {
				return err
			}
		}
		opID = op.ID
		return nil
	})
	if err != nil {
		return Account{}, err
	}
	killpoint.Here(reserved.of(OpAccount))
	if err := s.run(ctx, opID); err != nil {
		return Account{}, err
	}
	return one[Account](ctx, s.pool, "Account", args{"person_id": person})
}

// accountEffect makes a person's Stripe account.
type accountEffect struct{ s *Service }

func (e accountEffect) send(ctx context.Context, op Operation) (any, error) {
	r, err := decode[rail.AccountRequest](op)
	if err != nil {
		return nil, err
	}
	return e.s.rail.CreateAccount(ctx, op.Rail(), r)
}

// find never finds one: billing does not list Stripe's accounts. An account whose answer was lost holds no money and is left unused.
func (e accountEffect) find(context.Context, Operation) (any, bool, error) { return nil, false, nil }

func (e accountEffect) done(ctx context.Context, op Operation, result any) error {
	a, ok := result.(rail.Account)
	if !ok {
		return fmt.Errorf("billing: %T is no account", result)
	}
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		acct, err := one[Account](ctx, tx, "LockAccount", args{"person_id": op.PersonID})
		if err != nil {
			return err
		}
		if _, open, err := finish(ctx, tx, op.ID, OpConfirmed, a.ID, ""); err != nil || !open {
			return err
		}
		return e.s.describe(ctx, tx, acct, a, true)
	})
}

func (e accountEffect) fail(ctx context.Context, op Operation, code string) error {
	return pg.InTx(ctx, e.s.pool, func(ctx context.Context, tx pgx.Tx) error {
		_, _, err := finish(ctx, tx, op.ID, OpFailed, "", code)
		return err
	})
}

// describe stores what Stripe says about an account, tells others when it became ready or stopped being so, and wakes what waited.
// wake is for news from Stripe: it may have changed and changed back while we looked away. Our own look after a refused transfer does
// not wake, or the two would chase each other.
func (s *Service) describe(ctx context.Context, tx pgx.Tx, before Account, a rail.Account, wake bool) error {
	after := before.Describe(a, s.now())
	if err := saveAccount(ctx, tx, after); err != nil {
		return err
	}
	if after.Ready && (wake || !before.Ready) {
		if err := exec(ctx, tx, "WakeLegs", args{"person_id": after.PersonID, "now": s.now()}); err != nil {
			return err
		}
	}
	if after.Ready == before.Ready {
		return nil
	}
	return outbox.Append(ctx, tx, outbox.Event{
		Name: billingapi.EventAccountUpdated, Key: after.PersonID, At: s.now(),
		Payload: billingapi.AccountUpdated{PersonID: after.PersonID, Ready: after.Ready},
	})
}

func saveAccount(ctx context.Context, tx pgx.Tx, a Account) error {
	return exec(ctx, tx, "SaveAccount", args{
		"person_id": a.PersonID, "stripe_id": a.StripeID, "country": a.Country, "currency": a.Currency, "transfers": a.Transfers,
		"payouts_enabled": a.PayoutsEnabled, "submitted": a.Submitted, "requirements": list(a.Requirements),
		"pending_checks": list(a.PendingChecks), "disabled_reason": a.DisabledReason, "ready": a.Ready, "was_ready": a.WasReady,
		"bank_problem": a.BankProblem, "bank_last4": a.BankLast4, "bank_currencies": list(a.BankCurrencies), "updated_at": a.UpdatedAt,
	})
}

// why is what made us look at an account.
type why int

const (
	changed why = iota // Stripe says that something changed
	newBank            // its owner gave another bank account, which ends a bank problem
	refused            // Stripe refused a transfer or payout of ours
)

// applyAccount reads an account and takes it over.
func (s *Service) applyAccount(ctx context.Context, accountID string, because why) error {
	a, err := s.rail.Account(ctx, accountID)
	if err != nil {
		return foreignIfMissing(err)
	}
	acct, ok, err := found(one[Account](ctx, s.pool, "AccountByStripe", args{"id": accountID}))
	if err != nil {
		return err
	}
	if !ok {
		if a.Metadata["op_id"] == "" {
			return errForeign
		}
		// The webhook came before the answer of our own call: it brings the same news.
		op, ok, err := found(one[Operation](ctx, s.pool, "Operation", args{"id": a.Metadata["op_id"]}))
		if err != nil {
			return err
		}
		if !ok {
			return errParent
		}
		return accountEffect{s}.done(ctx, op, a)
	}
	return pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if acct, err = one[Account](ctx, tx, "LockAccount", args{"person_id": acct.PersonID}); err != nil {
			return err
		}
		if because == newBank {
			acct.BankProblem = ""
		}
		return s.describe(ctx, tx, acct, a, because != refused)
	})
}
