package eventdoc_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/eventdoc"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

var update = flag.Bool("update", false, "write docs/events")

const (
	root   = "../.."
	folder = root + "/docs/events"
)

// apis are the contracts, by folder.
var apis = map[string]map[string]any{
	"billing/billingapi":                billingapi.Events,
	"services/accounts/accountsapi":     accountsapi.Events,
	"services/content/contentapi":       contentapi.Events,
	"services/notify/notifyapi":         notifyapi.Events,
	"services/review/reviewapi":         reviewapi.Events,
	"services/storefront/storefrontapi": storefrontapi.Events,
}

// source is what the text of a contract says: its doc comments by type, and
// the event names among its constants.
func source(t *testing.T, dir string) (about map[string]string, names []string) {
	t.Helper()
	about = map[string]string{}
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						about[ts.Name.Name] = strings.Join(strings.Fields(n.Doc.Text()+" "+ts.Doc.Text()), " ")
					}
				}
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && outbox.Emitter(s) != "" {
					names = append(names, s)
				}
			}
			return true
		})
	}
	return about, names
}

func TestEveryContractIsHere(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"services/*/*api", "billing/*api"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range found {
			dir, _ := filepath.Rel(root, dir)
			if _, ok := apis[dir]; !ok {
				t.Errorf("%s is missing from this test's list", dir)
			}
		}
	}
}

func TestEveryEventHasItsSchema(t *testing.T) {
	t.Parallel()
	want := map[string][]byte{}
	index := &strings.Builder{}
	fmt.Fprint(index, "# Events\n\nWhat one service tells the others. Written by `go test ./internal/eventdoc -update` from the structs that are sent.\n"+
		"How they travel: the package comment of `internal/outbox`.\n\n| event | says |\n|---|---|\n")
	all := map[string]string{}
	for _, dir := range slices.Sorted(maps.Keys(apis)) {
		about, names := source(t, dir)
		for _, name := range names {
			if _, ok := apis[dir][name]; !ok {
				t.Errorf("%s names the event %s and has no payload for it in Events", dir, name)
			}
		}
		for name, payload := range apis[dir] {
			typ := reflect.TypeOf(payload).Name()
			if about[typ] == "" {
				t.Errorf("%s: the payload %s.%s lacks its comment", name, dir, typ)
			}
			schema, err := eventdoc.Schema(name, about[typ], payload)
			if err != nil {
				t.Fatal(err)
			}
			want[name+".json"] = schema
			all[name] = about[typ]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(index, "| [%s](%s.json) | %s |\n", name, name, all[name])
	}
	want["README.md"] = []byte(index.String())
	if *update {
		write(t, want)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok {
			t.Errorf("docs/events/%s belongs to no event", e.Name())
		}
	}
	for file, text := range want {
		got, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Error(err)
			continue
		}
		if d := cmp.Diff(string(text), string(got)); d != "" {
			t.Errorf("docs/events/%s is old; run this test with -update:\n%s", file, d)
		}
	}
}

func write(t *testing.T, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(folder, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// telling are names of fields that hold what an event must not carry.
var telling = regexp.MustCompile(`(^|[._])(name|email|mail|address|title|text|body|phone|company|vat|token|code|url|ip)($|_)`)

func TestEventsCarryIdsOnly(t *testing.T) {
	t.Parallel()
	for dir, events := range apis {
		for name, payload := range events {
			for _, field := range eventdoc.Fields(payload) {
				if telling.MatchString(field) {
					t.Errorf("%s: %s carries %s; events carry ids, never names, addresses or text", dir, name, field)
				}
			}
			if service, own := outbox.Emitter(name), filepath.Base(filepath.Dir(dir)); service != own {
				t.Errorf("%s emits %s in the name of %s", own, name, service)
			}
		}
	}
}

func TestTheLawCanFail(t *testing.T) {
	t.Parallel()
	type inner struct {
		BuyerEmail string `json:"buyer_email"`
	}
	fields := eventdoc.Fields(struct {
		ID    string  `json:"order_id"`
		Lines []inner `json:"lines,omitempty"`
	}{})
	if d := cmp.Diff([]string{"order_id", "lines", "lines.buyer_email"}, fields); d != "" {
		t.Fatal(d)
	}
	if telling.MatchString("order_id") || !telling.MatchString("lines.buyer_email") {
		t.Fatal("the law doesn't see an address")
	}
}
