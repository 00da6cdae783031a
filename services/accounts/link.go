package accounts

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const (
	linkPrefix = "link"
	// linkLife is how long a link or its code is good; a mail may take minutes, a forgotten tab should not be a key.
	linkLife = 30 * time.Minute
	// codeTries bounds guessing at a code of 40 bits; the link itself, of 256, goes on working.
	codeTries = 5
	// linksPerHour bounds how much mail anybody can make us send to one address.
	linksPerHour = 6
)

// Link is one mailed proof of a mailbox. Its states:
//
//	          5 wrong codes
//	open ───────────────────► locked         (the code is dead, the link lives)
//	 │ │ press, or right code   │ press
//	 │ └───────────► used ◄─────┘            (once; every other open link of the address becomes replaced)
//	 │
//	 └─ 30 minutes ► expired                 (from locked too)
//
// Only Press and TryCode move it, both from a POST. Reading a link moves nothing.
type Link struct {
	ID       string
	Purpose  string
	Email    Email
	PersonID *string // the account as it was when the link was asked for
	// MandateID is the invitation that a mail of purpose mandate_invited tells of.
	MandateID *string
	// OrganisationID is what a mail about an organisation tells of, InvitationID what using the link accepts.
	OrganisationID *string
	InvitationID   *string

	Locale     string
	Next       string
	CodeTries  int
	CreatedAt  time.Time
	ExpiresAt  time.Time
	UsedAt     *time.Time
	ReplacedAt *time.Time
}

// State names of a link.
const (
	linkOpen     = "open"
	linkLocked   = "locked"
	linkUsed     = "used"
	linkReplaced = "replaced"
	linkExpired  = "expired"
)

// newLink makes an open link. Times are wall time: a mailbox proof has nothing to do with the demo's calendar.
func newLink(purpose string, to Email, locale, next string, wall time.Time) Link {
	return Link{ID: id.New(linkPrefix), Purpose: purpose, Email: to, Locale: locale, Next: next, CreatedAt: wall, ExpiresAt: wall.Add(linkLife)}
}

// State is the link's state at a wall time.
func (l *Link) State(wall time.Time) string {
	switch {
	case l.UsedAt != nil:
		return linkUsed
	case l.ReplacedAt != nil:
		return linkReplaced
	case !wall.Before(l.ExpiresAt):
		return linkExpired
	case l.CodeTries >= codeTries:
		return linkLocked
	}
	return linkOpen
}

// proves says whether using the link proves the mailbox; other links only carry a mail.
func (l *Link) proves() bool {
	switch l.Purpose {
	case accountsapi.PurposeSignUp, accountsapi.PurposeSignIn, accountsapi.PurposeChangeEmail, accountsapi.PurposeOrganisationInvited:
		return true
	}
	return false
}

// Press uses the link. ErrLinkUsed, ErrLinkReplaced, ErrLinkExpired.
func (l *Link) Press(wall time.Time) error {
	switch l.State(wall) {
	case linkUsed:
		return accountsapi.ErrLinkUsed
	case linkReplaced:
		return accountsapi.ErrLinkReplaced
	case linkExpired:
		return accountsapi.ErrLinkExpired
	}
	l.UsedAt = &wall
	return nil
}

// TryCode uses the link when the typed code is right, and counts the try when it is wrong: the caller stores the link
// either way. The errors of Press, and ErrCodeWrong, ErrCodeLocked.
func (l *Link) TryCode(right bool, wall time.Time) error {
	if l.State(wall) == linkLocked {
		return accountsapi.ErrCodeLocked
	}
	if !right && l.State(wall) == linkOpen {
		l.CodeTries++
		return accountsapi.ErrCodeWrong
	}
	return l.Press(wall)
}

// LinkKeys derive a link's token and code from its id, so that neither is stored: who reads the database can't sign in,
// and notify can ask for them when it writes the mail.
type LinkKeys struct{ secret []byte }

// NewLinkKeys derives by HMAC-SHA-256 under a secret of 32 bytes.
func NewLinkKeys(secret []byte) LinkKeys { return LinkKeys{secret: secret} }

func (k LinkKeys) mac(use, linkID string) []byte {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte(use + "\x00" + linkID))
	return h.Sum(nil)
}

// Token is what the mailed address ends with: the id without its prefix, a dot and the proof.
func (k LinkKeys) Token(linkID string) string {
	return strings.TrimPrefix(linkID, linkPrefix+"_") + "." + base64.RawURLEncoding.EncodeToString(k.mac("token", linkID))
}

// Open checks a token and gives the link's id. A forged or cut token is ErrLinkUnknown, and never reaches the database.
func (k LinkKeys) Open(token string) (string, error) {
	rest, proof, ok := strings.Cut(strings.TrimSpace(token), ".")
	linkID := linkPrefix + "_" + rest
	if !ok || id.Check(linkPrefix, linkID) != nil {
		return "", accountsapi.ErrLinkUnknown
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(proof)
	if err != nil || !hmac.Equal(given, k.mac("token", linkID)) {
		return "", accountsapi.ErrLinkUnknown
	}
	return linkID, nil
}

// codeLetters are 32 letters and digits that can't be mistaken for each other: no I, O, 0 or 1.
const codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

const codeLength = 8

// Code is the fallback that a person types from the mail: 8 characters, 40 bits.
func (k LinkKeys) Code(linkID string) string {
	sum := k.mac("code", linkID)
	code := make([]byte, codeLength)
	for i := range code {
		code[i] = codeLetters[sum[i]%32] // 256 is a multiple of 32, so no letter is favoured
	}
	return string(code)
}

// CodeIs compares what a person typed, in any case and with blanks or dashes, in constant time.
func (k LinkKeys) CodeIs(linkID, typed string) bool {
	return subtle.ConstantTimeCompare([]byte(tidyCode(typed)), []byte(k.Code(linkID))) == 1
}

func tidyCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
}

// safeNext keeps a path to continue at only when it leads to our own site: anything else is dropped, silently.
func safeNext(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t\x00") {
		return ""
	}
	return next
}
