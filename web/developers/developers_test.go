package developers

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

func TestTheDocumentIsReadWhole(t *testing.T) {
	t.Parallel()
	r := reference()
	if len(r.Chapters) < 3 || len(r.byID) < 30 {
		t.Fatalf("%d chapters, %d routes", len(r.Chapters), len(r.byID))
	}
	for _, c := range r.Chapters {
		for _, op := range c.Operations {
			if op.Summary == "" || len(op.Answers) == 0 || !strings.HasPrefix(op.Path, "/") {
				t.Errorf("%s is not whole: %+v", op.ID, op)
			}
			for _, row := range append(op.Body, op.Answer...) {
				if row.Path == "" {
					t.Errorf("%s has a field without a name", op.ID)
				}
			}
		}
	}
}

func TestFieldsAreFlatAndRequiredOnesFirst(t *testing.T) {
	t.Parallel()
	op, _ := mustParse(sampleDocument).Find("post-shelves-shelf-books")
	want := []FieldRow{
		{Path: "title", Type: "string", Rules: "at most 200 characters", Required: true},
		{Path: "kind", Type: "string", Rules: "paper | audio"},
		{Path: "price", Type: "object"},
		{Path: "price.amount", Type: "integer", Required: true},
		{Path: "price.currency", Type: "string", Required: true},
	}
	if diff := cmp.Diff(want, op.Body); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(op.Curl("https://x"), "curl -X POST https://x/api/v1/shelves/{shelf}/books") || op.Example != "{\n  \"title\": \"\"\n}" {
		t.Errorf("%s\n%s", op.Curl("https://x"), op.Example)
	}
}
