package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const (
	sessionPrefix = "session"
	// tokenPrefix marks our session tokens, so that a leaked one is recognised by scanners of code and logs.
	tokenPrefix = "wfs_"
	// sessionIdle ends a session that nobody used; sessionLife ends every session.
	sessionIdle = 30 * 24 * time.Hour
	sessionLife = 180 * 24 * time.Hour
	// seenEvery is how often a session's last use is written down.
	seenEvery = 10 * time.Minute
)

// Session is one place where a person is signed in, in wall time.
//
//	live ── 30 days unused, or 180 days old ──► expired
//	 └──── signed out, here or everywhere ────► revoked
type Session struct {
	ID         string
	PersonID   string
	TokenHash  []byte
	Device     string
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
}

// openSession makes a session and its token. The token is not stored; its SHA-256 is, which is enough for 256 random
// bits.
func openSession(personID, device string, wall time.Time) (Session, string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // crypto/rand never fails: it ends the process instead
	token := tokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	return Session{
		ID: id.New(sessionPrefix), PersonID: personID, TokenHash: hashToken(token), Device: tidyLine(device, 120),
		CreatedAt: wall, LastSeenAt: wall, ExpiresAt: wall.Add(sessionIdle),
	}, token
}

// looksLike is true for a token that could have been made with a prefix; anything else needs no look at the database.
func looksLike(token, prefix string) bool {
	rest, ok := strings.CutPrefix(token, prefix)
	if !ok {
		return false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	return err == nil && len(raw) == 32
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func (s Session) wire(current string) accountsapi.Session {
	return accountsapi.Session{
		ID: s.ID, Device: s.Device, Created: s.CreatedAt, LastSeen: s.LastSeenAt, Expires: s.ExpiresAt, Current: s.ID == current,
	}
}

// tidyLine makes one line of at most max runes out of what somebody sent: blanks are joined, control and format
// characters (which could reverse the text around them) are dropped.
func tidyLine(s string, max int) string {
	var out []rune
	for _, r := range strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ") {
		if unicode.IsControl(r) || (unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d') {
			continue // joiners stay: Persian, Urdu and Indic names need them
		}
		if len(out) == max {
			break
		}
		out = append(out, r)
	}
	return strings.TrimSpace(string(out))
}
