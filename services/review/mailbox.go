package review

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"

	"github.com/workfluence/workfluence/internal/problem"
)

// Mailbox is an address in one spelling: the local part in NFC and lower case, the domain in lower-case ASCII. Equal strings are
// equal mailboxes.
type Mailbox string

// domains maps a domain as mail programs do, then insists on a real host name.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

var errMailbox = problem.ErrInvalid.WithField("/mailbox", "email", "must be an e-mail address")

// newMailbox reads what a person typed. It takes dot-atoms with international letters (RFC 5322, 6531) under a domain that
// somebody can own.
func newMailbox(typed string) (Mailbox, error) {
	typed = strings.TrimSpace(typed)
	at := strings.LastIndexByte(typed, '@')
	if at < 1 || len(typed) > 320 || !utf8.ValidString(typed) {
		return "", errMailbox
	}
	local := norm.NFC.String(strings.ToLower(norm.NFC.String(typed[:at])))
	domain, err := domains.ToASCII(strings.ToLower(typed[at+1:]))
	if err != nil || len(local) > 64 || !dotAtom(local) || len(local)+1+len(domain) > 254 {
		return "", errMailbox
	}
	m := Mailbox(local + "@" + domain)
	if m.Domain() == "" {
		return "", errMailbox
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
func (m Mailbox) Domain() string {
	domain, err := publicsuffix.EffectiveTLDPlusOne(m.host())
	if err != nil {
		return ""
	}
	return domain
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
func (m Mailbox) Public() bool {
	for host := m.host(); strings.Contains(host, "."); {
		if publicDomains()[host] {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}
