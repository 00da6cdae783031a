package i18n_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/web/i18n"
)

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}|</?[a-z_]+>`)

// pluralForms are the forms that each language needs, by CLDR.
var pluralForms = map[locale.Tag][]string{
	locale.English: {"one", "other"}, locale.French: {"one", "many", "other"}, locale.Dutch: {"one", "other"},
	locale.Arabic: {"zero", "one", "two", "few", "many", "other"}, locale.Chinese: {"other"},
}

// message is what one id says: a text, or texts by plural form.
type message struct {
	text  string
	forms map[string]string
}

func read(t *testing.T, area string, tag locale.Tag) map[string]message {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("%s.%s.toml", area, tag))
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		t.Fatalf("%s.%s: %v", area, tag, err)
	}
	out := map[string]message{}
	flatten(t, out, "", tree)
	return out
}

func flatten(t *testing.T, out map[string]message, id string, tree map[string]any) {
	t.Helper()
	if _, plural := tree["other"].(string); plural {
		m := message{forms: map[string]string{}}
		for form, v := range tree {
			m.forms[form] = v.(string)
		}
		out[id] = m
		return
	}
	for key, v := range tree {
		path := strings.TrimPrefix(id+"."+key, ".")
		switch v := v.(type) {
		case string:
			out[path] = message{text: v}
		case map[string]any:
			flatten(t, out, path, v)
		default:
			t.Fatalf("%s is neither text nor a table", path)
		}
	}
}

// marks lists the placeholders and marked passages of a message, each once. A plural form may leave out N:
// "one message" needs no figure.
func (m message) marks() []string {
	seen := map[string]bool{}
	for _, text := range append(values(m.forms), m.text) {
		for _, found := range placeholder.FindAllString(text, -1) {
			seen[strings.ReplaceAll(found, " ", "")] = true
		}
	}
	var out []string
	for mark := range seen {
		if m.forms == nil || mark != "{{.N}}" {
			out = append(out, mark)
		}
	}
	sort.Strings(out)
	return out
}

func values(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

func areas(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.en.toml")
	if err != nil || len(files) == 0 {
		t.Fatal("no message files", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".en.toml")
	}
	return files
}

func TestEveryLanguageSaysTheSame(t *testing.T) {
	t.Parallel()
	for _, area := range areas(t) {
		english := read(t, area, locale.English)
		for _, tag := range locale.All {
			got := read(t, area, tag)
			for id, want := range english {
				m, ok := got[id]
				if !ok {
					t.Errorf("%s.%s lacks %s", area, tag, id)
					continue
				}
				if diff := cmp.Diff(want.marks(), m.marks()); diff != "" {
					t.Errorf("%s.%s: placeholders of %s (-English +%s):\n%s", area, tag, id, tag, diff)
				}
				if (m.forms == nil) != (want.forms == nil) {
					t.Errorf("%s.%s: %s is plural in one language only", area, tag, id)
				}
				for _, form := range pluralForms[tag] {
					if m.forms != nil && m.forms[form] == "" {
						t.Errorf("%s.%s: %s lacks the form %s", area, tag, id, form)
					}
				}
				if m.forms == nil && strings.TrimSpace(m.text) == "" {
					t.Errorf("%s.%s: %s is empty", area, tag, id)
				}
			}
			for id := range got {
				if _, ok := english[id]; !ok {
					t.Errorf("%s.%s has %s, English doesn't", area, tag, id)
				}
			}
		}
	}
}

// A text that is the same as in English was most likely forgotten. Words that are the same in both are listed.
func TestNothingIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	same := regexp.MustCompile(`^(\W*[A-Z]{2,4}|Euro \(EUR\)| in |Workfluence|[^\p{L}]*|Type|Code|Total|Privacy|Imprint|Account|account|Menu|Budget|Pages?|Notes?|Questions?|Description|Documents?|Options?|Message|Messages|Taxes|Date|Contact|Service|Product|Sections?|Stripe|Video|Audio|Export|Import|Online|URL|E-mail|API)$`)
	for _, area := range areas(t) {
		english := read(t, area, locale.English)
		for _, tag := range locale.All[1:] {
			for id, m := range read(t, area, tag) {
				text := english[id].text
				if m.forms == nil && m.text == text && !same.MatchString(placeholder.ReplaceAllString(text, "")) {
					t.Errorf("%s.%s: %s is the English text: %s", area, tag, id, text)
				}
			}
		}
	}
}

func TestEveryNumberHasAForm(t *testing.T) {
	t.Parallel()
	for _, area := range areas(t) {
		for id, m := range read(t, area, locale.English) {
			if m.forms == nil {
				continue
			}
			var given []any // a value for each placeholder beside the number
			for _, found := range placeholder.FindAllStringSubmatch(m.forms["other"], -1) {
				if name := found[1]; name != "" && name != "N" {
					given = append(given, name, "x")
				}
			}
			for _, tag := range locale.All {
				l := i18n.Messages().For(string(tag))
				for _, n := range []int{0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 1000, 1000000} {
					if got := l.N(id, n, given...); got == "" || strings.Contains(got, "⟦") {
						t.Errorf("%s: %s for %d gives %q", tag, id, n, got)
					}
				}
			}
		}
	}
}
