package content

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

func TestLinksAreFoundAndResolved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, written, resolved string }{
		{"see https://Example.com/a.", "https://Example.com/a", "https://example.com/a"},
		{"(https://en.example.org/wiki/Go_(game))", "https://en.example.org/wiki/Go_(game)", "https://en.example.org/wiki/Go_(game)"},
		{"[a](http://example.com:80)", "http://example.com:80", "http://example.com/"},
		{"HTTPS://example.com:443/%7ea/../b/./", "HTTPS://example.com:443/%7ea/../b/./", "https://example.com/b/"},
		{"www.Example.com/x?q=é&r=%c3#Top", "www.Example.com/x?q=é&r=%c3#Top", "https://www.example.com/x?q=%C3%A9&r=%C3#Top"},
		{"https://linkedin.com@evil.example/login", "https://linkedin.com@evil.example/login", "https://evil.example/login"},
		{"https://bücher.example./", "https://bücher.example./", "https://xn--bcher-kva.example/"},
		{"https://ｅxample.com/全", "https://ｅxample.com/全", "https://example.com/%E5%85%A8"},
		{"https://example.com/a/b/../", "https://example.com/a/b/../", "https://example.com/a/"},
		{"https://example.com/a/../../c/.#x", "https://example.com/a/../../c/.#x", "https://example.com/c/#x"},
		{"https://example.com/%61%7a%41%5A%30%39%2d%2Fb%c3%AF", "https://example.com/%61%7a%41%5A%30%39%2d%2Fb%c3%AF", "https://example.com/azAZ09-%2Fb%C3%AF"},
		{"看https://example.com/a，然后", "https://example.com/a", "https://example.com/a"},
		{"https://a_b.example.com//x", "https://a_b.example.com//x", "https://a_b.example.com//x"},
		{"http://10.0.0.1:8080/?", "http://10.0.0.1:8080/", "http://10.0.0.1:8080/"},
	} {
		want := []contentapi.Link{{Written: c.written, Resolved: c.resolved}}
		if d := cmp.Diff(want, links(c.text)); d != "" {
			t.Errorf("%s: %s", c.text, d)
		}
	}
	for _, none := range []string{"", "no address", "https://", "http:///path", "xhttps://a.example/ ", "awww.example.com", "https://[::1]/"} {
		if found := links(none); len(found) != 0 {
			t.Errorf("%q: %v", none, found)
		}
	}
	if found := links(strings.Repeat("https://a.example/ ", 3) + "https://b.example/"); len(found) != 2 {
		t.Errorf("a link counts once: %v", found)
	}
	var many strings.Builder
	for i := range 300 {
		many.WriteString(" https://a.example/" + strings.Repeat("x", i))
	}
	if n := len(links(many.String())); n != maxLinks {
		t.Errorf("%d links", n)
	}
}

func FuzzResolve(f *testing.F) {
	for _, s := range []string{"https://a.example/%2e%2e/%25", "www.é.example", "http://A:80/../..//?%zz#%", "https://xn--a.example/", "http://a.example/%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := resolve(s)
		if once == "" {
			return
		}
		if again := resolve(once); again != once {
			t.Fatalf("%q resolves to %q and that to %q", s, once, again)
		}
	})
}

func TestWordsAreBroughtIntoOneForm(t *testing.T) {
	t.Parallel()
	w, err := newWords(contentapi.KindPost, contentapi.Draft{
		Text: "Cafe\u0301  \r\nsee https://Example.com", Disclosure: " #ad\n", Paid: true,
		Destinations: []contentapi.Destination{
			{Channel: "linkedin", Profile: "http://linkedin.com/in/ana/?trk=x", Countries: []string{"FR", "BE"}},
			{Channel: "linkedin", Profile: "https://be.linkedin.com/company/acme"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Words{
		Body: "Café  \nsee https://Example.com", Disclosure: "#ad", Paid: true, Media: []contentapi.Shows{},
		Links: []contentapi.Link{{Written: "https://Example.com", Resolved: "https://example.com/"}},
		Destinations: []contentapi.Destination{
			{Channel: "linkedin", Profile: "https://www.linkedin.com/company/acme"},
			{Channel: "linkedin", Profile: "https://www.linkedin.com/in/ana", Countries: []string{"BE", "FR"}},
		},
	}
	if d := cmp.Diff(want, w); d != "" {
		t.Error(d)
	}
}

func TestWordsThatAreRefused(t *testing.T) {
	t.Parallel()
	at := func(channel, profile string) []contentapi.Destination {
		return []contentapi.Destination{{Channel: channel, Profile: profile}}
	}
	for _, c := range []struct {
		what  string
		kind  string
		draft contentapi.Draft
		want  []string // pointers
	}{
		{"zero characters", contentapi.KindClip, contentapi.Draft{Text: "a\x00", Caption: "\x00", Disclosure: "\x00"}, []string{"/text", "/caption", "/disclosure"}},
		{"a title of a post", contentapi.KindPost, contentapi.Draft{Title: "A", Caption: "B"}, []string{"/title", "/caption"}},
		{"another channel", contentapi.KindPost, contentapi.Draft{Destinations: at("tiktok", "")}, []string{"/destinations/0/channel"}},
		{"another site", contentapi.KindPost, contentapi.Draft{Destinations: at("linkedin", "https://linkedin.com.evil.example/in/ana")}, []string{"/destinations/0/profile"}},
		{"a name before an @", contentapi.KindPost, contentapi.Draft{Destinations: at("linkedin", "https://linkedin.com@evil.example/in/ana")}, []string{"/destinations/0/profile"}},
		{"no address", contentapi.KindClip, contentapi.Draft{Destinations: at("tiktok", "@ana")}, []string{"/destinations/0/profile"}},
		{"no profile", contentapi.KindClip, contentapi.Draft{Destinations: at("tiktok", "https://www.tiktok.com/")}, []string{"/destinations/0/profile"}},
		{"the same twice", contentapi.KindNewsletter, contentapi.Draft{Destinations: append(at("newsletter", " Work"), at("newsletter", "Work")...)}, []string{"/destinations/1"}},
	} {
		_, err := newWords(c.kind, c.draft)
		var got []string
		if p := problem.From(err); errors.Is(err, problem.ErrInvalid) {
			for _, f := range p.Fields {
				got = append(got, f.Pointer)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v (%v)", c.what, got, c.want, err)
		}
	}
}

// TestStoredWordsKeepTheirDigest: what is stored, sent to its author and saved again has the digest it had.
func TestStoredWordsKeepTheirDigest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draft := contentapi.Draft{
			Text:       rapid.String().Filter(func(s string) bool { return !strings.ContainsRune(s, 0) }).Draw(t, "text") + rapid.SampledFrom([]string{"", "https://É.example/é", "\r\n e\u0301"}).Draw(t, "more"),
			Disclosure: rapid.SampledFrom([]string{"", "#ad", " Publicite\u0301 "}).Draw(t, "label"),
		}
		first, err := newWords(contentapi.KindPost, draft)
		if err != nil {
			t.Fatal(err)
		}
		wire := Version{Words: first}.Wire()
		second, err := newWords(contentapi.KindPost, contentapi.Draft{Text: wire.Text, Disclosure: wire.Disclosure, Destinations: wire.Destinations})
		if err != nil || !first.Same(second) {
			t.Fatalf("%v\n%#v\n%#v", err, first, second)
		}
	})
}
