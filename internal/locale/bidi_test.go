package locale_test

import (
	"testing"
	"testing/fstest"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
)

// What runs against the language it is said in is set apart, and nothing else.
func TestWordsThatRunAgainstTheLanguageAreIsolated(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for _, tag := range locale.All {
		files["a."+string(tag)+".toml"] = &fstest.MapFile{Data: []byte("by = \"<{{.Name}}>\"\n[sold]\n" +
			"zero = \"{{.N}} <{{.Name}}>\"\none = \"{{.N}} <{{.Name}}>\"\ntwo = \"{{.N}} <{{.Name}}>\"\nfew = \"{{.N}} <{{.Name}}>\"\nmany = \"{{.N}} <{{.Name}}>\"\nother = \"{{.N}} <{{.Name}}>\"\n")}
	}
	bundle, err := locale.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	arabic := bundle.For(string(locale.Arabic))
	for _, c := range []struct {
		tag   locale.Tag
		name  string
		apart bool
	}{
		{locale.Arabic, "Rotas people can live with (2nd ed.)", true},
		{locale.Arabic, "@ines", true},
		{locale.Arabic, "جدول C++", true},
		{locale.Arabic, "جدول ورديّات", false},
		{locale.Arabic, "14", false},
		{locale.Arabic, arabic.Money(money.New(1234, "USD")), false},
		{locale.Arabic, "https://example.net/x", false},
		{locale.Arabic, "ines@demo.example", false},
		{locale.English, "Rotas people can live with", false},
		{locale.English, "Ünïcode – ’ “—”", false},
		{locale.Chinese, "可以接受的排班", false},
		{locale.French, "جدول ورديّات!", true},
		{locale.English, "דוח", true},
	} {
		want := "<" + c.name + ">"
		if c.apart {
			want = "<\u2068" + c.name + "\u2069>"
		}
		if got := bundle.For(string(c.tag)).T("by", "Name", c.name); got != want {
			t.Errorf("%s: %+q, want %+q", c.tag, got, want)
		}
		if got := bundle.For(string(c.tag)).N("sold", 3, "Name", c.name); got != "3 "+want {
			t.Errorf("%s: %+q of 3", c.tag, got)
		}
	}
}
