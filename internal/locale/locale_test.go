package locale_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/workfluence/workfluence/internal/locale"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		accept   string
		explicit []string
		want     locale.Tag
	}{
		{accept: "", want: locale.English},
		{accept: "de-DE,de;q=0.9", want: locale.English},
		{accept: "fr-CA,fr;q=0.8,en;q=0.5", want: locale.French},
		{accept: "de,nl-BE;q=0.7", want: locale.Dutch},
		{accept: "ar-EG", want: locale.Arabic},
		{accept: "zh-CN,zh;q=0.9", want: locale.Chinese},
		{accept: "fr", explicit: []string{"", "nl"}, want: locale.Dutch},
		{accept: "fr", explicit: []string{"tlh", "zh-Hans"}, want: locale.Chinese},
		{accept: ";;;", explicit: []string{"<script>"}, want: locale.English},
	} {
		if got := locale.Match(c.accept, c.explicit...); got != c.want {
			t.Errorf("Match(%q, %q) = %s, want %s", c.accept, c.explicit, got, c.want)
		}
	}
}

func TestRegionOfTheFirstLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct {
		country string
		named   bool
	}{
		"en-GB,en;q=0.9": {"GB", true}, "nl": {"NL", false}, "fr-CH, fr;q=0.8": {"CH", true}, "": {"", false}, "x;q=9=9": {"", false},
		"fr-CH" + strings.Repeat(",fr", 100): {"", false},
	} {
		for range 2 { // read, and remembered
			country, named := locale.Region(header)
			if country != want.country || named != want.named {
				t.Errorf("%q: %s %v, want %s %v", header, country, named, want.country, want.named)
			}
		}
	}
	if got := locale.Match("fr-CH" + strings.Repeat(",fr", 100)); got != locale.French {
		t.Errorf("a long header is read as %s", got)
	}
	for i := range 3000 { // a visitor who makes them up
		if got := locale.Match(fmt.Sprintf("nl;q=0.%d", i+1)); got != locale.Dutch && i < 9 {
			t.Errorf("header %d is read as %s", i, got)
		}
	}
	if got := locale.Match("ar-EG"); got != locale.Arabic {
		t.Errorf("after many others, ar-EG is read as %s", got)
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	b := locale.MustLoad(fstest.MapFS{
		"i18n/a.en.toml": {Data: []byte("hello = \"Hello {{.Name}}\"\nonly = \"English\"\n[days]\none = \"{{.N}} day\"\nother = \"{{.N}} days\"\n")},
		"i18n/a.ar.toml": {Data: []byte("hello = \"مرحبًا {{.Name}}\"\n[days]\nzero = \"لا أيام\"\none = \"يوم\"\ntwo = \"يومان\"\nfew = \"{{.N}} أيام\"\nmany = \"{{.N}} يومًا\"\nother = \"{{.N}} يوم\"\n")},
		"i18n/a.zh.toml": {Data: []byte("hello = \"你好，{{.Name}}\"\n[days]\nother = \"{{.N}} 天\"\n")},
	})
	en, ar, zh := b.For("en"), b.For("ar"), b.For("zh")
	for got, want := range map[string]string{
		en.T("hello", "Name", "Ines"):   "Hello Ines",
		zh.T("hello", "Name", "Ines"):   "你好，Ines",
		ar.T("only"):                    "English",
		en.N("days", 1):                 "1 day",
		en.N("days", 1234):              "1,234 days",
		ar.N("days", 0):                 "لا أيام",
		ar.N("days", 2):                 "يومان",
		ar.N("days", 3):                 "3 أيام",
		ar.N("days", 11):                "11 يومًا",
		ar.N("days", 100):               "100 يوم",
		zh.N("days", 5):                 "5 天",
		en.T("nowhere"):                 locale.Missing("nowhere"),
		en.T("hello", "Nobody", "Ines"): locale.Missing("hello"),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := en.T("hello", "Name"); !strings.Contains(got, "without a value") {
		t.Errorf("an odd argument gave %q", got)
	}
	if en.Has("nowhere") || !zh.Has("hello") || !en.Has("days") {
		t.Error("Has is wrong about what exists")
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"an unknown language": {"a.de.toml": {Data: []byte(`x = "y"`)}},
		"no language":         {"a.toml": {Data: []byte(`x = "y"`)}},
		"broken TOML":         {"a.en.toml": {Data: []byte(`x = `)}},
		"an id in two areas":  {"a.en.toml": {Data: []byte(`x = "y"`)}, "b.en.toml": {Data: []byte(`x = "z"`)}},
		"a condition":         {"a.en.toml": {Data: []byte(`x = "a{{.B}} {{if .C}}d{{end}}"`)}},
		"a field of a field":  {"a.en.toml": {Data: []byte(`x = "{{.B.C}}"`)}},
		"a NUL":               {"a.en.toml": {Data: []byte(`x = "a\u0000b"`)}},
	} {
		if _, err := locale.Load(files); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for _, tag := range locale.All {
		if rtl := tag.Dir() == "rtl"; rtl != (tag == locale.Arabic) {
			t.Errorf("%s has direction %s", tag, tag.Dir())
		}
	}
}

// What was said once is said the same again, by every speaker of the language and of no other; numbers from a hundred on are not
// kept and take the same forms.
func TestWhatIsKeptIsTheSame(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"a.en.toml": {Data: []byte("paid = \"{{.Who}} paid {{ .What }}\"\n[days]\none = \"{{.N}} day of {{.Who}}\"\nother = \"{{.N}} days of {{.Who}}\"\n")},
		"a.fr.toml": {Data: []byte("paid = \"{{.What}} : {{.Who}}\"\n[days]\none = \"{{.N}} jour de {{.Who}}\"\nother = \"{{.N}} jours de {{.Who}}\"\n")},
		"a.ar.toml": {Data: []byte("[days]\nzero = \"0 {{.Who}}\"\none = \"1 {{.Who}}\"\ntwo = \"2 {{.Who}}\"\nfew = \"few {{.Who}} {{.N}}\"\nmany = \"many {{.Who}} {{.N}}\"\nother = \"other {{.Who}} {{.N}}\"\n")},
	}
	b := locale.MustLoad(files)
	for _, who := range []string{"Ines", "\x00{{.N}}<no value>", "إيناس"} {
		for _, code := range []string{"en", "fr", "ar", "en"} {
			for n := -1; n < 205; n++ {
				fresh := locale.MustLoad
				if n != 3 && n != 104 { // a bundle that has said nothing yet, for some
					fresh = func(fs.FS) *locale.Bundle { return b }
				}
				if got, want := b.For(code).N("days", n, "Who", who), fresh(files).For(code).N("days", n, "Who", who); got != want {
					t.Errorf("%s, %d: %q, want %q", code, n, got, want)
				}
			}
		}
		if got, want := b.For("en").T("paid", "Who", who, "What", 7), b.For("en").T("paid", "What", "7", "Who", "x", "Who", who); got != want || !strings.HasSuffix(got, " paid 7") {
			t.Errorf("%q and %q", got, want)
		}
	}
	if got := b.For("fr").T("paid", "Who", "Ines"); got != locale.Missing("paid") {
		t.Errorf("without a value that it had before: %q", got)
	}
	for n, form := range map[int]string{0: "0 x", 1: "1 x", 2: "2 x", 3: "few x 3", 10: "few x 10", 11: "many x 11", 99: "many x 99", 100: "other x 100", 102: "other x 102", 103: "few x 103", 111: "many x 111"} {
		want := strings.Replace(form, "x", "\u2068x\u2069", 1)
		if got := b.For("ar").N("days", n, "Who", "x"); got != want {
			t.Errorf("%d in Arabic: %q, want %q", n, got, want)
		}
	}
}

// What is kept is made once in each language, and again if it failed.
func TestKept(t *testing.T) {
	t.Parallel()
	type key struct{ of string }
	b := locale.MustLoad(fstest.MapFS{"a.en.toml": {Data: []byte("x = \"y\"")}})
	made := 0
	of := func(code, of string, err error) string {
		part, got := locale.Kept(b.For(code), key{of}, func() (string, error) { made++; return code + of, err })
		if !errors.Is(got, err) {
			t.Errorf("failed with %v, want %v", got, err)
		}
		return part
	}
	_ = of("en", "1", fs.ErrInvalid)
	if got := of("en", "1", nil) + of("en", "1", nil) + of("en", "2", nil) + of("fr", "1", nil) + of("fr", "1", nil); got != "en1en1en2fr1fr1" || made != 4 {
		t.Errorf("%s, made %d times", got, made)
	}
}
