package review

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

const (
	linkPrefix    = "rlink"
	sessionPrefix = "rsession"
	// sessionLife is how long a browser that opened a link need not open another one: an answer, and second thoughts about it.
	sessionLife = 30 * 24 * time.Hour
	// codeTries bounds guessing at a code of 40 bits; the link itself, of 256, goes on working.
	codeTries = 5
	// linksPerDay bounds the mails to one mailbox, and those about one submission.
	linksPerDay = 6
	// askedPerDay bounds how many submissions a person can send: each is a mail to a stranger.
	askedPerDay = 20
)

// Link is a mailed way to one submission. It opens a session once, in one browser; whoever it is passed on to asks for one of their
// own, which goes to a mailbox of the same employer.
//
//	         5 wrong codes
//	open ───────────────────► locked         (the code is dead, the link lives)
//	 │ │ press, or right code   │ press
//	 │ └───────────► used ◄─────┘
//	 └─ the submission shows nothing any more ──► ended     (used ones too)
type Link struct {
	ID           string
	SubmissionID string
	Mailbox      string
	AskedFrom    *string // whose link was shown when this one was asked for
	CodeTries    int
	CreatedAt    time.Time  // wall time
	UsedAt       *time.Time // wall time
	JoinedAt     *time.Time
}

// Press uses the link. ErrReviewLinkUsed.
func (l *Link) Press(wall, now time.Time) error {
	if l.UsedAt != nil {
		return reviewapi.ErrReviewLinkUsed
	}
	l.UsedAt, l.JoinedAt = &wall, &now
	return nil
}

// TryCode uses the link when the typed code is right, and counts the try when it is wrong: the caller stores the link either
// way. A dead code is wrong too: nobody learns by guessing whether a mailbox was asked. ErrReviewCodeWrong, ErrReviewLinkUsed.
func (l *Link) TryCode(right bool, wall, now time.Time) error {
	if l.CodeTries >= codeTries {
		return reviewapi.ErrReviewCodeWrong
	}
	if !right {
		l.CodeTries++
		return reviewapi.ErrReviewCodeWrong
	}
	return l.Press(wall, now)
}

// LinkKeys derive a link's token and code from its id, so that neither is stored: who reads the database can't decide, and notify
// can ask for them when it writes the mail.
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

// Open checks a token and gives the link's id. A forged or cut token is problem.ErrNotFound, and never reaches the database.
func (k LinkKeys) Open(token string) (string, error) {
	rest, proof, ok := strings.Cut(strings.TrimSpace(token), ".")
	linkID := linkPrefix + "_" + rest
	if !ok || id.Check(linkPrefix, linkID) != nil {
		return "", problem.ErrNotFound
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(proof)
	if err != nil || !hmac.Equal(given, k.mac("token", linkID)) {
		return "", problem.ErrNotFound
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
	tidy := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
	return subtle.ConstantTimeCompare([]byte(tidy), []byte(k.Code(linkID))) == 1
}

// Session is a browser that opened a link.
type Session struct {
	ID           string
	LinkID       string
	SubmissionID string
	TokenHash    []byte
	CreatedAt    time.Time // wall time
	ExpiresAt    time.Time // wall time
}

// newSession makes a session of a link, with the secret that its browser keeps.
func newSession(l Link, wall time.Time) (Session, string) {
	secret := rand.Text()
	return Session{
		ID: id.New(sessionPrefix), LinkID: l.ID, SubmissionID: l.SubmissionID, TokenHash: hashed(secret), CreatedAt: wall, ExpiresAt: wall.Add(sessionLife),
	}, secret
}

func hashed(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
