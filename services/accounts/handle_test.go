package accounts

import (
	"errors"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

func TestParseHandle(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]Handle{"ana": "ana", " @AnaLee ": "AnaLee", "a-n_a": "a-n_a", "ana2027": "ana2027", strings.Repeat("x", 30): Handle(strings.Repeat("x", 30))} {
		if got, err := ParseHandle(typed); err != nil || got != want {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "an", strings.Repeat("x", 31), "-ana", "ana-", "_ana", "a--na", "a-_na", "a na", "a.na", "ana!", "ána", "аna", "123456", "a/na", "ana\n\nx", "%2e"} {
		if got, err := ParseHandle(typed); !errors.Is(err, accountsapi.ErrHandleInvalid) {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
	for _, typed := range []string{"admin", "Admin", "adm1n", "ad-min", "workfluence", "W0rkfluence", "Workf1uence", "vvorkfluence", "api", "settings", "support", "supp0rt", "sign-in", "signin"} {
		if got, err := ParseHandle(typed); !errors.Is(err, accountsapi.ErrHandleReserved) {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
}

func TestLookAlikesShareASkeleton(t *testing.T) {
	t.Parallel()
	for _, alike := range [][]Handle{
		{"AnaLee", "analee", "ana-lee", "ana_lee", "anaIee", "ana1ee", "ana-1-ee"},
		{"Bob", "b0b", "BOB"},
		{"morning", "mornlng", "rnorning", "r-norning"},
		{"wave", "vvave"},
		{"jess3", "jes5e", "j3sse"},
	} {
		for _, h := range alike[1:] {
			if h.Skeleton() != alike[0].Skeleton() {
				t.Errorf("%s and %s differ: %s, %s", alike[0], h, alike[0].Skeleton(), h.Skeleton())
			}
		}
	}
	if Handle("anna").Skeleton() == Handle("ana").Skeleton() {
		t.Error("too much is folded")
	}
}

func FuzzParseHandle(f *testing.F) {
	for _, seed := range []string{"ana", "@Ana-Lee_2", "r-n", "adm1n", "---", "ａｎａ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		h, err := ParseHandle(typed)
		if err != nil {
			return
		}
		again, err := ParseHandle(string(h))
		if err != nil || again != h || skeleton(h.Skeleton()) != h.Skeleton() || Handle(h.Key()).Skeleton() != h.Skeleton() {
			t.Fatalf("%q: %q, then %q %v", typed, h, again, err)
		}
	})
}
