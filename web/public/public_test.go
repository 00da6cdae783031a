package public

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

// A promise has the same sections and leads to the same places in every language.
func TestDocumentsAreTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	docs := newDocuments(Config{Operator: "O", Address: "A", Email: "e@example.com"})
	shape := regexp.MustCompile(`<h2|<li>|<p>|href="[^"]*"`)
	for _, name := range names {
		want := shape.FindAllString(docs.get(name, locale.English).body, -1)
		for _, tag := range locale.All {
			if diff := cmp.Diff(want, shape.FindAllString(docs.get(name, tag).body, -1)); diff != "" {
				t.Errorf("%s.%s is built otherwise than in English:\n%s", name, tag, diff)
			}
		}
	}
}
