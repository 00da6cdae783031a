package accounts

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Email is a normalised e-mail address: one spelling per mailbox, so that equality of strings is equality of
// addresses. The local part is in NFC and lower case (RFC 5321 allows case to matter; no mailbox we know of uses it,
// and people type it either way). The domain is in lower-case ASCII by IDNA.
type Email string

var errEmail = errors.New("not an e-mail address")

// domains maps as browsers and mail programs do when a person types a name, then insists on a real host name.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// ParseEmail normalises what a person typed. It takes dot-atoms with international letters (RFC 5322, 6531) and no
// quoted local parts, comments, display names or address literals: a person means none of these.
func ParseEmail(s string) (Email, error) {
	s = strings.TrimSpace(s)
	if len(s) > 320 || !utf8.ValidString(s) {
		return "", errEmail
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return "", errEmail
	}
	local := norm.NFC.String(strings.ToLower(norm.NFC.String(s[:at])))
	if len(local) > 64 || !isDotAtom(local) {
		return "", errEmail
	}
	domain, err := domains.ToASCII(strings.ToLower(s[at+1:]))
	if err != nil || !strings.Contains(domain, ".") || strings.Trim(domain, "0123456789.") == "" {
		return "", errEmail
	}
	if len(local)+1+len(domain) > 254 {
		return "", errEmail
	}
	return Email(local + "@" + domain), nil
}

// Local is the part before the @.
func (e Email) Local() string {
	local, _, _ := strings.Cut(string(e), "@")
	return local
}

func isDotAtom(s string) bool {
	if strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r):
		case r > unicode.MaxASCII && unicode.In(r, unicode.L, unicode.M, unicode.N):
		default:
			return false
		}
	}
	return true
}
