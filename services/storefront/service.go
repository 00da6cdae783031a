package storefront

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// People is what storefront asks of accounts; accountsapi.Client is one.
type People interface {
	Me(ctx context.Context) (accountsapi.Person, error)
	Public(ctx context.Context, ids ...string) ([]accountsapi.Public, error)
	Contact(ctx context.Context, personID string) (accountsapi.Contact, error)
	ByHandle(ctx context.Context, handle string) (accountsapi.Public, error)
}

// Till is what storefront asks of billing; billingapi.Client is one.
type Till interface {
	OpenCheckout(ctx context.Context, r billingapi.CheckoutRequest) (billingapi.Checkout, error)
	Refresh(ctx context.Context, orderID string) (billingapi.OrderMoney, error)
}

// Deps are what the use cases stand on.
type Deps struct {
	Pool   *pgxpool.Pool
	Clock  clock.Clock
	Log    *slog.Logger
	People People
	Till   Till
	// Documents is where products are signed off.
	Documents Documents
	Files     *files.Store
	Sign      *files.Signer
	// OrderKey makes the secrets of orders; 32 bytes.
	OrderKey []byte
	Config   Config
}

// Service holds the use cases: one method is one transaction.
type Service struct{ Deps }

// NewService makes the use cases.
func NewService(d Deps) *Service { return &Service{Deps: d} }

func (s *Service) tx(ctx context.Context, fn func(ctx context.Context, tx pgx.Tx) error) error {
	return pg.InTx(ctx, s.Pool, fn)
}

// owner is for whom the caller edits and sells: themselves, or whom they act for.
func owner(ctx context.Context) string { return identity.From(ctx).Subject() }

// asReader is whose orders and lessons the caller may read on the routes that a secret opens too: "" for an assistant whose
// mandate doesn't let them see, as for a guest.
func asReader(ctx context.Context) string {
	c := identity.From(ctx)
	if c.For != "" && !c.Has(accountsapi.ScopeSee) && !c.Has(accountsapi.ScopeArrange) {
		return ""
	}
	return c.Subject()
}

// record writes the audit row of an effect. Detail holds ids and words of ours.
func (s *Service) record(ctx context.Context, tx pgx.Tx, action, object string, detail audit.Detail) error {
	return audits.Write(ctx, tx, audit.Row{At: s.Clock.Now(), Actor: audit.Actor(ctx, guest), Action: action, Object: object, Detail: detail})
}

// tell appends an event with the time of the domain.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, name, key string, payload any) error {
	return outbox.Append(ctx, tx, s.event(name, key, payload))
}

func (s *Service) event(name, key string, payload any) outbox.Event {
	return outbox.Event{Name: name, Key: key, Payload: payload, At: s.Clock.Now()}
}

// orderSecret is the secret of an order: it is computed, so it is stored nowhere.
func (s *Service) orderSecret(orderID string) string {
	m := hmac.New(sha256.New, s.OrderKey)
	m.Write([]byte(orderID))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:24])
}

func (s *Service) orderSecretIs(orderID, token string) bool {
	return token != "" && hmac.Equal([]byte(token), []byte(s.orderSecret(orderID)))
}

// versionOf reads If-Match. "*" and none ask for nothing and are 0.
func versionOf(header string) (int64, error) {
	text := strings.Trim(strings.TrimPrefix(strings.TrimSpace(header), "W/"), `"`)
	if text == "" || text == "*" {
		return 0, nil
	}
	var v int64
	for _, c := range text {
		if c < '0' || c > '9' || v > 1<<50 {
			return 0, problem.ErrInvalid.WithField("/If-Match", "version", "must be the version that you read")
		}
		v = v*10 + int64(c-'0')
	}
	return v, nil
}

// fresh refuses an edit of something that has moved on; 0 asks for nothing.
func fresh(asked, current int64) error {
	if asked != 0 && asked != current {
		return problem.ErrStale
	}
	return nil
}

// draftURL is the address of a draft's file for its creator.
func (s *Service) draftURL(productID, digest, path string) string {
	return s.Sign.URL(productID, digest, path, s.wall())
}

func (s *Service) wall() time.Time { return s.Clock.Wall() }

// cover is the lasting address of a product's picture, "" without one.
func (s *Service) cover(digest, path *string) string {
	if digest == nil || path == nil {
		return ""
	}
	return s.Sign.PublicURL(*digest, *path)
}
