package accounts

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/mailbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const (
	domainPrefix = "domain"
	// claimLife is how long a claim waits for its record.
	claimLife = 30 * 24 * time.Hour
	// domainsPerOrganisation bounds what an organisation makes us look up.
	domainsPerOrganisation = 20
	// recordHost is where below the domain the record stands, recordWord how its value begins.
	recordHost = "_workfluence"
	recordWord = "workfluence-domain="
)

// Domain is a mail domain that an organisation says is its own. Several may say so; one can prove it.
//
//	pending ── the TXT record is seen, or an operator saw papers ──► claimed ── an operator takes it ──► lost
//	   ├── withdraw ──► withdrawn                                      └── its organisation closes ──► lost
//	   └── 30 days ───► expired
//
// A claimed domain stays when its record goes: DNS is looked at to prove a claim, and never to end one. Who proves a domain that somebody
// else has hears so, and an operator decides.
type Domain struct {
	ID             string
	OrganisationID string
	Domain         string
	Token          string
	State          string
	How            *string
	AskedBy        string
	CreatedAt      time.Time
	ExpiresAt      time.Time
	CheckedAt      *time.Time // wall time
	Checks         int
	ClaimedAt      *time.Time
	EndedAt        *time.Time
	Seq            *int64
}

// newDomain begins a claim. ErrDomainInvalid, ErrDomainPublic.
func newDomain(organisationID, by, typed string, now time.Time) (Domain, error) {
	domain, err := mailbox.Domain(typed)
	if err != nil {
		return Domain{}, accountsapi.ErrDomainInvalid.WithField("/domain", "domain_invalid", accountsapi.ErrDomainInvalid.Detail).Because(err)
	}
	if mailbox.PublicDomain(domain) {
		return Domain{}, accountsapi.ErrDomainPublic.WithField("/domain", "domain_public", accountsapi.ErrDomainPublic.Detail)
	}
	return Domain{
		ID: id.New(domainPrefix), OrganisationID: organisationID, Domain: domain, Token: strings.ToLower(rand.Text()), State: accountsapi.ClaimPending,
		AskedBy: by, CreatedAt: now, ExpiresAt: now.Add(claimLife),
	}, nil
}

// Due is the deadline that the timer watches, nil when there is none.
func (d *Domain) Due() *time.Time {
	if d.State == accountsapi.ClaimPending {
		return &d.ExpiresAt
	}
	return nil
}

func (d *Domain) current(now time.Time) string {
	if due := d.Due(); due != nil && !now.Before(*due) {
		return accountsapi.ClaimExpired
	}
	return d.State
}

// record is the TXT record that proves the claim.
func (d *Domain) record() (name, value string) {
	return recordHost + "." + d.Domain, recordWord + d.Token
}

// proves says that one of the TXT records found is this claim's.
func (d *Domain) proves(records []string) bool {
	_, want := d.record()
	for _, r := range records {
		if strings.EqualFold(strings.TrimSpace(r), want) {
			return true
		}
	}
	return false
}

// claim makes it the organisation's. ErrDomainClosed.
func (d *Domain) claim(how string, now time.Time) error {
	if state := d.current(now); state != accountsapi.ClaimPending {
		return accountsapi.ErrDomainClosed.WithState(state)
	}
	d.State, d.How, d.ClaimedAt = accountsapi.ClaimHeld, &how, &now
	return nil
}

// end ends a claim: a pending one is withdrawn or expires, a claimed one is lost. ErrDomainClosed.
func (d *Domain) end(state string, now time.Time) error {
	from := accountsapi.ClaimPending
	if state == accountsapi.ClaimLost {
		from = accountsapi.ClaimHeld
	}
	if d.State != from {
		return accountsapi.ErrDomainClosed.WithState(d.current(now))
	}
	d.State, d.EndedAt = state, &now
	return nil
}

func (d *Domain) wire(now time.Time) accountsapi.OrganisationHost {
	out := accountsapi.OrganisationHost{
		ID: d.ID, Domain: d.Domain, State: d.current(now), How: deref(d.How), Created: d.CreatedAt, Expires: d.Due(), Checked: d.CheckedAt, Claimed: d.ClaimedAt,
	}
	if d.State == accountsapi.ClaimPending {
		out.RecordName, out.RecordValue = d.record()
	}
	return out
}
