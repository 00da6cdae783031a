package web

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

const menuFile = "testdata/menus.txt"

// sections are those of the whole site.
func sections() []shell.Section {
	var out []shell.Section
	for _, a := range areas(clients{}, &Config{}, "https://workfluence.example") {
		out = append(out, a.Sections...)
	}
	return out
}

// menu is a role's strip as it stands on a page, one section a line.
func menu(t *testing.T, person shell.Person, role shell.Role) string {
	t.Helper()
	p := shell.Page{L: i18n.Messages().For(string(locale.English)), Title: "x", Role: role, Person: &person}.At("/", sections())
	var page strings.Builder
	if err := shell.Layout(p, templ.NopComponent).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	strip := regexp.MustCompile(`(?s)<nav class="[^"]*\bsections".*?</nav>`).FindString(page.String())
	var out strings.Builder
	for _, m := range regexp.MustCompile(`<a href="([^"]*)"[^>]*>([^<]*)`).FindAllStringSubmatch(strip, -1) {
		fmt.Fprintf(&out, "%s %s\n", m[1], strings.TrimSpace(m[2]))
	}
	return out.String()
}

// TestMenus compares what each person is led to with testdata/menus.txt: who works for nobody is led to no page about an employer.
func TestMenus(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, role := range []shell.Role{shell.Creator, shell.Buyer, shell.Operator} {
		all := []shell.Role{shell.Creator, shell.Buyer, shell.Operator}
		employed := menu(t, shell.Person{Name: "Ines", Roles: all}, role)
		solo := menu(t, shell.Person{Name: "Ines", Roles: all, Solo: true}, role)
		fmt.Fprintf(&got, "# %s\n%s\n# %s, who works for nobody\n%s\n", role, employed, role, solo)
		for line := range strings.Lines(solo) {
			if !strings.Contains(employed, line) {
				t.Errorf("%s: only who works for nobody is led to %s", role, line)
			}
		}
		if strings.Contains(solo, "/submissions") {
			t.Errorf("%s, who works for nobody, is led to\n%s", role, solo)
		}
	}
	if *update {
		if err := os.WriteFile(menuFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(menuFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the menus are not those of %s; go test ./web -update (-file +pages):\n%s", menuFile, diff)
	}
}

// TestNoWordAboutAnEmployer reads every view in its state "solo".
func TestNoWordAboutAnEmployer(t *testing.T) {
	t.Parallel()
	b, read := Stories(sections()...), 0
	forbidden := regexp.MustCompile(`(?i)\bHR\b|employer|sign-?off|reviewer|/submissions`)
	for _, s := range b.Stories() {
		if s.State != "solo" {
			continue
		}
		read++
		var page strings.Builder
		if err := b.Render(t.Context(), &page, s, locale.English, ""); err != nil {
			t.Fatal(err)
		}
		if found := forbidden.FindAllString(page.String(), -1); found != nil {
			t.Errorf("%s says %q", s.Path(), found)
		}
	}
	if read < 3 {
		t.Errorf("only %d views have that state", read)
	}
}

// Only "no" hides anything, and under a mandate the assistant's own answer hides nothing of the person represented.
func TestWhoWorksForNobody(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{accountsapi.WorksNo: true, accountsapi.WorksYes: false, accountsapi.WorksUndisclosed: false, "": false} {
		house := answers{
			"/api/v1/me": accountsapi.Person{ID: "person_a", WorksFor: answer}, "/api/v1/mandates": accountsapi.Mandates{},
			"/api/v1/notices/unread": notifyapi.Unread{},
		}
		if got, err := peopleOf(house).of(t.Context(), identity.Caller{Person: "person_a"}); err != nil || got.Solo != want {
			t.Errorf("%q: %v %v", answer, got.Solo, err)
		}
		if got, err := peopleOf(house).of(t.Context(), identity.Caller{Person: "person_a", For: "person_b"}); err != nil || got.Solo {
			t.Errorf("%q under a mandate: %v %v", answer, got.Solo, err)
		}
	}
}
