// Package mailbox reads work mailboxes and mail domains: who can own one, and where anybody can have a mailbox.
package mailbox

import (
	_ "embed"
	"errors"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// Mailbox is an address in one spelling: the local part in NFC and lower case, the domain in lower-case ASCII. Equal strings are
// equal mailboxes.
type Mailbox string

// domains maps a domain as mail programs do, then insists on a real host name.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// ErrSyntax says that something is no mailbox, or no domain, that somebody can own.
var ErrSyntax = errors.New("mailbox: not a mailbox that somebody can own")

// Parse reads what a person typed. It takes dot-atoms with international letters (RFC 5322, 6531) under a domain that somebody can own.
// ErrSyntax.
func Parse(typed string) (Mailbox, error) {
	typed = strings.TrimSpace(typed)
	at := strings.LastIndexByte(typed, '@')
	if at < 1 || len(typed) > 320 || !utf8.ValidString(typed) {
		return "", ErrSyntax
	}
	local := norm.NFC.String(strings.ToLower(norm.NFC.String(typed[:at])))
	domain, err := domains.ToASCII(strings.ToLower(typed[at+1:]))
	if err != nil || len(local) > 64 || !dotAtom(local) || len(local)+1+len(domain) > 254 {
		return "", ErrSyntax
	}
	m := Mailbox(local + "@" + domain)
	if m.Domain() == "" {
		return "", ErrSyntax
	}
	return m, nil
}

func dotAtom(s string) bool {
	if strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		ascii := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r)
		if !ascii && (r <= unicode.MaxASCII || !unicode.In(r, unicode.L, unicode.M, unicode.N)) {
			return false
		}
	}
	return true
}

// host is what stands behind the @.
func (m Mailbox) host() string {
	_, host, _ := strings.Cut(string(m), "@")
	return host
}

// Domain is the registrable domain: acme.co.uk of hr@mail.acme.co.uk. "" when nobody can own it, such as a public suffix.
func (m Mailbox) Domain() string { return registrable(m.host()) }

func registrable(host string) string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return domain
}

// Domain reads a domain as a person types it, "Acme.co.uk" or "https://www.acme.co.uk/", and gives the registrable one in lower-case
// ASCII. ErrSyntax.
func Domain(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if _, rest, ok := strings.Cut(typed, "://"); ok {
		typed = rest
	}
	typed, _, _ = strings.Cut(typed, "/")
	host, err := domains.ToASCII(strings.ToLower(strings.TrimSuffix(typed, ".")))
	if err != nil || strings.Trim(host, "0123456789.") == "" {
		return "", ErrSyntax
	}
	if host = registrable(host); host == "" {
		return "", ErrSyntax
	}
	return host, nil
}

// Reached is the mailbox without what most servers ignore: ana+hr@acme.example arrives at ana@acme.example. So two spellings of
// one mailbox are equal, and some that are two.
func (m Mailbox) Reached() Mailbox {
	local, host, _ := strings.Cut(string(m), "@")
	if plain, _, tagged := strings.Cut(local, "+"); tagged && plain != "" {
		local = plain
	}
	return Mailbox(local + "@" + host)
}

//go:embed data/public_mail.txt
var publicMail string

var publicDomains = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(publicMail) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all[line] = true
		}
	}
	return all
})

// Public says that anybody can have a mailbox under this domain, or one above it.
func (m Mailbox) Public() bool { return PublicDomain(m.host()) }

// PublicDomain says the same of a domain.
func PublicDomain(host string) bool {
	for strings.Contains(host, ".") {
		if publicDomains()[host] {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}
