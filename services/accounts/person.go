package accounts

import (
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are checked where the system has none, too

	"golang.org/x/text/unicode/norm"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const personPrefix = "person"

// Person is one human with one account and as many hats as they like. An account exists from the moment its address
// is proved; before that there is only a link.
//
//	(link pressed) ──► present ── erase ──► erased: id and dates remain, nothing personal does
type Person struct {
	ID              string
	Email           *Email // nil once erased
	EmailVerifiedAt *time.Time
	Name            string
	Handle          *string
	Locale          string
	Zone            string
	Country         *string
	WorksFor        string // "" until asked
	WorksForAt      *time.Time
	Selling         bool
	PasswordHash    *string
	CreatedAt       time.Time
	UpdatedAt       time.Time

	Operator bool // joined
	Waiting  bool // joined
}

// webAddress finds what has no place in a name: names stand in mails to people who don't know the sender.
var webAddress = regexp.MustCompile(`(?i)://|\bwww\.|\bhttps?:`)

func newPerson(personID string, email Email, locale string, wall, now time.Time) Person {
	return Person{ID: personID, Email: &email, EmailVerifiedAt: &wall, Locale: locale, Zone: "UTC", CreatedAt: now, UpdatedAt: now}
}

// Change applies an update and names the fields that really changed, for the audit. The handle is not among them: it
// is a row of its own, see Service.UpdateMe. problem.ErrInvalid with a pointer for each bad field; ErrCountryFirst.
func (p *Person) Change(in accountsapi.UpdateMe, now time.Time) ([]string, error) {
	var changed []string
	invalid := problem.ErrInvalid
	if in.Name != nil {
		if webAddress.MatchString(*in.Name) {
			invalid = invalid.WithField("/name", "web_address", "Leave web addresses out of your name.")
		}
		set(&changed, "name", &p.Name, norm.NFC.String(tidyLine(*in.Name, 100)))
	}
	if in.Locale != nil {
		if !slices.Contains(accountsapi.Locales, *in.Locale) {
			invalid = invalid.WithField("/locale", "oneof", "Choose one of the five languages.")
		}
		set(&changed, "locale", &p.Locale, *in.Locale)
	}
	if in.Zone != nil {
		if !knownZone(*in.Zone) {
			invalid = invalid.WithField("/zone", "zone", "Choose a time zone such as Europe/Brussels.")
		}
		set(&changed, "zone", &p.Zone, *in.Zone)
	}
	if in.Country != nil {
		code := strings.ToUpper(*in.Country)
		if !KnownCountry(code) {
			invalid = invalid.WithField("/country", "country", "Choose a country from the list.")
		}
		if p.Country == nil || *p.Country != code {
			p.Country = &code
			changed = append(changed, "country")
		}
	}
	if in.WorksFor != nil {
		switch *in.WorksFor {
		case accountsapi.WorksYes, accountsapi.WorksNo, accountsapi.WorksUndisclosed:
		default:
			invalid = invalid.WithField("/works_for", "oneof", "Answer yes, no or undisclosed.")
		}
		if p.WorksFor != *in.WorksFor {
			p.WorksForAt = &now
		}
		set(&changed, "works_for", &p.WorksFor, *in.WorksFor)
	}
	if len(invalid.Fields) > 0 {
		return nil, invalid
	}
	if in.Selling != nil {
		if *in.Selling && p.Country == nil {
			return nil, accountsapi.ErrCountryFirst
		}
		set(&changed, "selling", &p.Selling, *in.Selling)
	}
	if len(changed) > 0 {
		p.UpdatedAt = now
	}
	return changed, nil
}

func set[T comparable](changed *[]string, name string, field *T, value T) {
	if *field != value {
		*field = value
		*changed = append(*changed, name)
	}
}

// knownZone takes IANA names alone: "Local" and "" mean something else on every machine.
func knownZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

func (p Person) email() Email { return deref(p.Email) }

// Wire is the person as they see themselves.
func (p Person) Wire() accountsapi.Person {
	country := deref(p.Country)
	return accountsapi.Person{
		ID: p.ID, Email: string(p.email()), EmailVerified: p.EmailVerifiedAt != nil, Name: p.Name, Handle: deref(p.Handle),
		Locale: p.Locale, Zone: p.Zone, Country: country, PayoutsPossible: PayoutsPossible(country), Waiting: p.Waiting,
		WorksFor: p.WorksFor, Selling: p.Selling, HasPassword: p.PasswordHash != nil, Operator: p.Operator, Created: p.CreatedAt,
	}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
