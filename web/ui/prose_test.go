package ui_test

import (
	"strings"
	"testing"

	"github.com/workfluence/workfluence/web/ui"
)

func TestHeadingsOfATextHangUnderThePage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		under      int
		text, want string
	}{
		{1, "<h1>a</h1><h2>b</h2>", "<h2>a</h2><h3>b</h3>"},
		{1, "<h2>a</h2><p>h3</p><h2>b</h2>", "<h2>a</h2><p>h3</p><h2>b</h2>"},
		{2, "<h2>a</h2><h4>b</h4><h3>c</h3>", "<h3>a</h3><h4>b</h4><h4>c</h4>"},
		{1, "<h3>a</h3><h1>b</h1><h6>c</h6>", "<h2>a</h2><h2>b</h2><h3>c</h3>"},
		{3, "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5>", "<h4>a</h4><h5>b</h5><h6>c</h6><h6>d</h6><h6>e</h6>"},
		{1, `<h2 id="h1">a <em>&lt;h2</em></h2>`, `<h2 id="h1">a <em>&lt;h2</em></h2>`},
		{1, "<hr><header>", "<hr><header>"},
	} {
		var out strings.Builder
		if err := ui.Prose(tt.under, tt.text).Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimSuffix(strings.TrimPrefix(out.String(), `<div class="prose written" dir="auto">`), "</div>")
		if got != tt.want {
			t.Errorf("under %d, %s:\n got %s\nwant %s", tt.under, tt.text, got, tt.want)
		}
	}
}
