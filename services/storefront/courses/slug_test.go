package courses

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Be concise": "be-concise", "  Café & Crème! ": "cafe-creme", "01_Intro": "01-intro", "...": "",
		"مقدمة الدرس": "مقدمة-الدرس", "第一课": "第一课", "a/b": "a-b", "../../etc/passwd": "etc-passwd",
	} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSlugIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Slug(rapid.String().Draw(t, "name"))
		if again := Slug(s); again != s {
			t.Fatalf("%q became %q", s, again)
		}
	})
}

func TestNaturalOrder(t *testing.T) {
	got := []string{"10-end", "b", "2-mid", "02-mid", "1-start", "a10", "a9"}
	slices.SortFunc(got, natural)
	want := []string{"1-start", "02-mid", "2-mid", "10-end", "a9", "a10", "b"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTitleIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Title(rapid.String().Draw(t, "title"))
		if twice := Title(once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}
