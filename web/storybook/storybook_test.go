package storybook_test

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestShellStories(t *testing.T) {
	t.Parallel()
	b := storybook.New(
		shell.Section{Role: shell.Creator, ID: "today", Path: "/today", Order: 1},
		shell.Section{Role: shell.Creator, ID: "orders", Path: "/orders", Order: 2},
		shell.Section{Role: shell.Buyer, ID: "library", Path: "/library", Order: 1},
	)
	storybook.ShellStories(b)
	storytest.Run(t, b)
}

func TestTwoStoriesOfOneNameAreRefused(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("the second story was taken")
		}
	}()
	b := storybook.New()
	for range 2 {
		b.Add("a", "b", "c", func(*shell.Page) templ.Component { return templ.NopComponent })
	}
}

// The laws must be able to fail: each faulty page breaks exactly the law that it names.
func TestLawsSeeFaults(t *testing.T) {
	t.Parallel()
	for want, body := range map[string]string{
		"no words for ⟦x.y⟧":                                              `<h1>⟦x.y⟧</h1>`,
		"<p> has a style attribute":                                       `<h1>a</h1><p style="color:red">b</p>`,
		"<a> has an inline handler onclick":                               `<h1>a</h1><a onclick="b()">c</a>`,
		"an inline script":                                                `<h1>a</h1><script>b()</script>`,
		"an inline style sheet":                                           `<h1>a</h1><style>b{}</style>`,
		"2 h1, want one":                                                  `<h1>a</h1><h1>b</h1>`,
		"the id x stands 2 times":                                         `<h1 id="x">a</h1><p id="x">b</p>`,
		"nowhere is referred to and isn't there":                          `<h1>a</h1><input aria-describedby="nowhere">`,
		"a placeholder without a value":                                   `<h1>&lt;no value&gt;</h1>`,
		"shows the raw id order_01h455vb4pex5vsknk084sn02q":               `<h1>order_01h455vb4pex5vsknk084sn02q</h1>`,
		"a form without method and action: it must work without a script": `<h1>a</h1><form></form>`,
	} {
		got := storytest.Laws("<!doctype html><html><body>" + body + "</body></html>")
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q", want, got)
		}
	}
	if got := storytest.Laws(`<!doctype html><html><body><h1>a</h1><p lang="nl">b</p></body></html>`); got != nil {
		t.Errorf("a good page breaks %q", got)
	}
}
