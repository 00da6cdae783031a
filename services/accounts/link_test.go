package accounts

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Whatever happens to a link: it is used at most once, never after its end or five wrong codes by code, and a wrong
// code never stops the link itself.
func TestLinkStateMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wall := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
		link := newLink(accountsapi.PurposeSignIn, "ana@example.com", "en", "", wall)
		wrong, used := 0, 0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before := link.State(wall)
			switch rapid.SampledFrom([]string{"wait", "press", "right", "wrong", "replace"}).Draw(t, "step") {
			case "wait":
				wall = wall.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "minutes")) * time.Minute)
			case "press":
				err := link.Press(wall)
				if (err == nil) != (before == linkOpen || before == linkLocked) {
					t.Fatalf("press of a %s link: %v", before, err)
				}
				if err == nil {
					used++
				}
			case "right":
				err := link.TryCode(true, wall)
				if (err == nil) != (before == linkOpen) {
					t.Fatalf("right code for a %s link: %v", before, err)
				}
				if err == nil {
					used++
				}
			case "wrong":
				err := link.TryCode(false, wall)
				if err == nil {
					t.Fatal("a wrong code was taken")
				}
				if before == linkOpen {
					wrong++
					if !errors.Is(err, accountsapi.ErrCodeWrong) {
						t.Fatal(err)
					}
				}
			case "replace":
				if before == linkOpen || before == linkLocked {
					link.ReplacedAt = &wall
				}
			}
			if used > 1 || wrong > codeTries || (link.UsedAt != nil) != (used == 1) {
				t.Fatalf("used %d, wrong %d: %+v", used, wrong, link)
			}
			if link.UsedAt != nil && !link.UsedAt.Before(link.ExpiresAt) {
				t.Fatal("used after its end")
			}
		}
	})
}

func TestTokensAndCodes(t *testing.T) {
	t.Parallel()
	keys, others := NewLinkKeys(bytes.Repeat([]byte{1}, 32)), NewLinkKeys(bytes.Repeat([]byte{2}, 32))
	linkID, other := id.New(linkPrefix), id.New(linkPrefix)
	token := keys.Token(linkID)
	if got, err := keys.Open(" " + token + "\n"); err != nil || got != linkID {
		t.Fatalf("%q %v", got, err)
	}
	_, proof, _ := strings.Cut(token, ".")
	for _, forged := range []string{
		"", ".", token[1:], token[:len(token)-1], token + "A", others.Token(linkID), strings.TrimPrefix(other, "link_") + "." + proof,
		strings.ToUpper(token), linkID + "." + proof, strings.TrimPrefix(linkID, "link_") + "." + keys.Code(linkID),
	} {
		if got, err := keys.Open(forged); !errors.Is(err, accountsapi.ErrLinkUnknown) {
			t.Errorf("%q opened %q: %v", forged, got, err)
		}
	}
	code := keys.Code(linkID)
	if len(code) != codeLength || strings.Trim(code, codeLetters) != "" || code == keys.Code(other) {
		t.Fatalf("code %q", code)
	}
	for _, typed := range []string{code, strings.ToLower(code), " " + code[:4] + " " + code[4:] + " ", code[:4] + "-" + code[4:]} {
		if !keys.CodeIs(linkID, typed) {
			t.Errorf("%q was refused", typed)
		}
	}
	for _, typed := range []string{"", code[:7], code + code[:1], keys.Code(other)} {
		if keys.CodeIs(linkID, typed) {
			t.Errorf("%q was taken", typed)
		}
	}
}

func TestNextStaysOnOurSite(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"/library": "/library", "/a?b=c#d": "/a?b=c#d", "": "", "library": "", "//evil.example": "", "https://evil.example": "",
		`/\evil.example`: "", "/a\r\nSet-Cookie: x": "", "javascript:alert(1)": "", "/\tx": "",
	} {
		if got := safeNext(given); got != want {
			t.Errorf("%q: %q", given, got)
		}
	}
}

func FuzzOpenToken(f *testing.F) {
	keys := NewLinkKeys(bytes.Repeat([]byte{1}, 32))
	f.Add(keys.Token("link_01h455vb4pex5vsknk084sn02q"))
	f.Add("01h455vb4pex5vsknk084sn02q.AAAA")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		if linkID, err := keys.Open(token); err == nil && keys.Token(linkID) != strings.TrimSpace(token) {
			t.Fatalf("%q opened %q", token, linkID)
		}
	})
}

func FuzzSessionToken(f *testing.F) {
	_, token := openSession("person_x", "", time.Time{})
	f.Add(token)
	f.Add("wfs_")
	f.Fuzz(func(t *testing.T, token string) {
		if looksLike(token, tokenPrefix) && (len(token) != 47 || !strings.HasPrefix(token, tokenPrefix)) {
			t.Fatalf("%q looks like a token", token)
		}
	})
}
