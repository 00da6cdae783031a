package ui_test

import (
	"testing"

	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/ui"
)

func TestACreatorIsCalledSomethingAlways(t *testing.T) {
	t.Parallel()
	l := i18n.Messages().For("en")
	for _, c := range []struct{ name, handle, called string }{
		{"Ines Okafor", "ines", "Ines Okafor"}, {"", "ines", "@ines"}, {"Ines Okafor", "", "Ines Okafor"}, {"", "", "a creator who has left"},
	} {
		if got := ui.Creator(l, c.name, c.handle); got != c.called {
			t.Errorf("%q, %q is called %q", c.name, c.handle, got)
		}
	}
}
