package i18n_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/notify/i18n"
)

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// words reads a file into text by id; the plural forms of an id are one text.
func words(t *testing.T, area string, tag locale.Tag) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("%s.%s.toml", area, tag))
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(id string, v any)
	walk = func(id string, v any) {
		switch v := v.(type) {
		case string:
			out[id] = v
		case map[string]any:
			if _, plural := v["other"]; plural {
				out[id] = fmt.Sprint(v)
				return
			}
			for key, child := range v {
				walk(strings.TrimPrefix(id+"."+key, "."), child)
			}
		}
	}
	walk("", tree)
	return out
}

func marks(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryLanguageSaysTheSame(t *testing.T) {
	t.Parallel()
	for _, area := range []string{"mail", "inbox"} {
		english := words(t, area, locale.English)
		for _, tag := range locale.All {
			got := words(t, area, tag)
			for id, text := range english {
				if d := cmp.Diff(marks(text), marks(got[id])); d != "" {
					t.Errorf("%s.%s: %s (-en +%s)\n%s", area, tag, id, tag, d)
				}
				if tag != locale.English && got[id] == text && text != "Product" && text != "Total" {
					t.Errorf("%s.%s: %s is English", area, tag, id)
				}
			}
			if len(got) != len(english) {
				t.Errorf("%s.%s has %d messages, English %d", area, tag, len(got), len(english))
			}
		}
	}
}

func TestEveryNumberHasAForm(t *testing.T) {
	t.Parallel()
	for _, tag := range locale.All {
		l := i18n.Messages().For(string(tag))
		for _, id := range []string{"mail.minutes", "mail.hours", "mail.refund_days"} {
			for _, n := range []int{0, 1, 2, 3, 11, 30, 100, 1000000} {
				if got := l.N(id, n); strings.Contains(got, "⟦") {
					t.Errorf("%s: %s for %d gives %q", tag, id, n, got)
				}
			}
		}
	}
}
