package accounts

import (
	_ "embed"
	"strings"

	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

//go:embed data/reserved_handles.txt
var reservedFile string

// reserved holds the skeletons of the words nobody may take: our own paths, and names that would pass for the platform.
var reserved = func() map[string]bool {
	set := map[string]bool{}
	for _, word := range dataLines(reservedFile) {
		set[skeleton(word)] = true
	}
	return set
}()

// Handle is the name of a creator's page: ASCII letters and digits with single separators, 3 to 30 long. It keeps the
// case it was typed in.
type Handle string

// ParseHandle checks a handle. accountsapi.ErrHandleInvalid, accountsapi.ErrHandleReserved.
func ParseHandle(s string) (Handle, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "@")
	if len(s) < 3 || len(s) > 30 || !isHandle(s) {
		return "", accountsapi.ErrHandleInvalid.WithField("/handle", "handle", accountsapi.ErrHandleInvalid.Detail)
	}
	if reserved[skeleton(s)] {
		return "", accountsapi.ErrHandleReserved.WithField("/handle", "reserved", accountsapi.ErrHandleReserved.Detail)
	}
	return Handle(s), nil
}

// Key is what a handle is looked up by: its lower case.
func (h Handle) Key() string { return strings.ToLower(string(h)) }

// Skeleton is equal for two handles that look alike, so that only one person has either.
func (h Handle) Skeleton() string { return skeleton(string(h)) }

// lookalikes folds what is easily mistaken on a screen: digits for letters, i and l (as a capital I looks), rn for m,
// vv for w. Separators vanish, because nobody remembers which one a friend used.
var lookalikes = strings.NewReplacer("-", "", "_", "", "0", "o", "1", "l", "i", "l", "3", "e", "5", "s", "rn", "m", "vv", "w")

func skeleton(s string) string {
	// A fold can make another possible (r-n becomes rn), so it runs until nothing changes.
	for s = strings.ToLower(s); ; {
		next := lookalikes.Replace(s)
		if next == s {
			return s
		}
		s = next
	}
}

func isHandle(s string) bool {
	separator := true // none may come first
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			separator = false
		case c == '-' || c == '_':
			if separator {
				return false
			}
			separator = true
		default:
			return false
		}
	}
	return !separator && strings.Trim(s, "0123456789-_") != "" // all digits reads like an id
}

// dataLines are the lines of a data file without blanks and comments.
func dataLines(file string) []string {
	var lines []string
	for line := range strings.Lines(file) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}
