package locale_test

import (
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

// What was said once is said the same again, by every speaker of the language and of no other.
func TestWhatIsKeptIsTheSame(t *testing.T) {
	t.Parallel()
	b := locale.MustLoad(fstest.MapFS{
		"a.en.toml": {Data: []byte("[days]\none = \"{{.N}} day\"\nother = \"{{.N}} days\"\n")},
		"a.fr.toml": {Data: []byte("[days]\none = \"{{.N}} jour\"\nother = \"{{.N}} jours\"\n")},
	})
	for _, code := range []string{"en", "fr", "en"} {
		l := b.For(code)
		for range 2 {
			for _, n := range []int{0, 1, 2, 1} {
				if got, want := l.N("days", n), l.N("days", n, "Extra", ""); got != want {
					t.Errorf("%s, %d: %q, want %q", code, n, got, want)
				}
			}
		}
	}
}
