package rail

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// AccountRequest makes an express account for one payee. Only transfers are asked for: payees receive, they never charge.
type AccountRequest struct {
	Person   string // ours; metadata[person]
	Country  string // two letters; can't be changed later
	Email    string
	Metadata map[string]string
}

// Account is a payee's Stripe account and what it may do now.
type Account struct {
	ID               string
	Country          string
	Currency         string // default, upper case
	Transfers        string // capability: active, inactive, pending
	PayoutsEnabled   bool
	DetailsSubmitted bool
	DisabledReason   string
	CurrentlyDue     []string // requirement ids such as individual.verification.document
	PastDue          []string
	PendingChecks    []string
	Deadline         time.Time // by when CurrentlyDue must be given; zero if none
	BankLast4        string
	BankCurrency     string   // of that account: the one in the default currency, or the first
	BankCurrencies   []string // in which there is a bank account
	Metadata         map[string]string
	Created          time.Time
}

// Ready says whether money can be transferred to the account and paid out from it.
func (a Account) Ready() bool { return a.Transfers == "active" && a.PayoutsEnabled }

// Link is an address made for one visit. It can be followed once and ends at ExpiresAt (zero: unknown).
type Link struct {
	URL       string
	ExpiresAt time.Time
}

// CreateAccount makes an express account with a manual payout schedule. `controller` is never sent (money.md §1.1).
func (r *Rail) CreateAccount(ctx context.Context, op Op, q AccountRequest) (Account, error) {
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Account{}, err
	}
	defer cancel()
	facts := metadata(op, q.Metadata)
	facts["person"] = q.Person
	params := &stripe.AccountParams{
		Params:       p,
		Type:         stripe.String(string(stripe.AccountTypeExpress)),
		Country:      stripe.String(q.Country),
		BusinessType: stripe.String(string(stripe.AccountBusinessTypeIndividual)),
		Capabilities: &stripe.AccountCapabilitiesParams{
			Transfers: &stripe.AccountCapabilitiesTransfersParams{Requested: stripe.Bool(true)},
		},
		Settings: &stripe.AccountSettingsParams{Payouts: &stripe.AccountSettingsPayoutsParams{
			Schedule: &stripe.AccountSettingsPayoutsScheduleParams{Interval: stripe.String("manual")},
		}},
		Metadata: facts,
	}
	if q.Email != "" {
		params.Email = stripe.String(q.Email)
	}
	a, err := r.api.Accounts.New(params)
	if err != nil {
		return Account{}, err
	}
	return account(a), nil
}

// Account reads a connected account.
func (r *Rail) Account(ctx context.Context, id string) (Account, error) {
	p, cancel := r.read(ctx, "")
	defer cancel()
	a, err := r.api.Accounts.GetByID(id, &stripe.AccountParams{Params: p})
	if err != nil {
		return Account{}, err
	}
	return account(a), nil
}

// AccountLink makes an onboarding link. The payee comes back to returnURL, or to refreshURL when the link was used up.
func (r *Rail) AccountLink(ctx context.Context, op Op, accountID, returnURL, refreshURL string) (Link, error) {
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Link{}, err
	}
	defer cancel()
	l, err := r.api.AccountLinks.New(&stripe.AccountLinkParams{
		Params: p, Account: stripe.String(accountID), Type: stripe.String(string(stripe.AccountLinkTypeAccountOnboarding)),
		ReturnURL: stripe.String(returnURL), RefreshURL: stripe.String(refreshURL),
	})
	if err != nil {
		return Link{}, err
	}
	return Link{URL: l.URL, ExpiresAt: at(l.ExpiresAt)}, nil
}

// LoginLink makes a link into the payee's Stripe dashboard.
func (r *Rail) LoginLink(ctx context.Context, op Op, accountID string) (Link, error) {
	p, cancel, err := r.write(ctx, op, "")
	if err != nil {
		return Link{}, err
	}
	defer cancel()
	l, err := r.api.LoginLinks.New(&stripe.LoginLinkParams{Params: p, Account: stripe.String(accountID)})
	if err != nil {
		return Link{}, err
	}
	return Link{URL: l.URL}, nil
}

func account(a *stripe.Account) Account {
	out := Account{
		ID: a.ID, Country: a.Country, Currency: string(amount(0, a.DefaultCurrency).Currency), PayoutsEnabled: a.PayoutsEnabled,
		DetailsSubmitted: a.DetailsSubmitted, Metadata: a.Metadata, Created: at(a.Created),
	}
	if a.Capabilities != nil {
		out.Transfers = string(a.Capabilities.Transfers)
	}
	if q := a.Requirements; q != nil {
		out.DisabledReason = string(q.DisabledReason)
		out.CurrentlyDue, out.PastDue, out.PendingChecks = q.CurrentlyDue, q.PastDue, q.PendingVerification
		out.Deadline = at(q.CurrentDeadline)
	}
	if a.ExternalAccounts != nil {
		for _, e := range a.ExternalAccounts.Data {
			if e.BankAccount == nil {
				continue
			}
			c := string(amount(0, e.BankAccount.Currency).Currency)
			if out.BankLast4 == "" || c == out.Currency {
				out.BankLast4, out.BankCurrency = e.BankAccount.Last4, c
			}
			out.BankCurrencies = append(out.BankCurrencies, c)
		}
	}
	return out
}
