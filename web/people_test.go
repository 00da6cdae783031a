package web

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/web/shell"
)

// answers is a house that gives one answer a path, and an error where there is none.
type answers map[string]any

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	v, ok := a[r.URL.Path]
	if !ok {
		return nil, errors.New("nothing at " + r.URL.Path)
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(rec).Encode(v); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}

func peopleOf(a answers) *people {
	hc := &http.Client{Transport: a}
	return newPeople(accountsapi.NewClient(hc), notifyapi.NewClient(hc), clock.System(), slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func TestAnAssistantWearsTheHatsOfThePersonRepresented(t *testing.T) {
	t.Parallel()
	alex := accountsapi.Person{ID: "person_alex", Name: "Alex Moreau", Operator: true} // who sells nothing, and keeps the house at home
	ended := accountsapi.Mandate{Represented: "person_ines", RepresentedName: "Ines before", State: accountsapi.MandateEnded}
	for name, c := range map[string]struct {
		selling bool
		scopes  []string
		want    []shell.Role
	}{
		"a creator":             {true, []string{"see", "arrange"}, []shell.Role{shell.Creator, shell.Buyer}},
		"a creator, unseen":     {true, []string{"arrange"}, []shell.Role{shell.Creator}},
		"a buyer":               {false, []string{"see"}, []shell.Role{shell.Buyer}},
		"a buyer who writes":    {false, []string{"comment"}, []shell.Role{shell.Creator}},
		"a creator, money only": {true, []string{"pay"}, []shell.Role{shell.Creator}},
	} {
		live := accountsapi.Mandate{Represented: "person_ines", RepresentedName: "Ines Okafor", RepresentedSelling: c.selling, State: accountsapi.MandateActive, Scopes: c.scopes}
		p := peopleOf(answers{"/api/v1/me": alex, "/api/v1/mandates": accountsapi.Mandates{Held: []accountsapi.Mandate{ended, live}}})
		got, err := p.of(t.Context(), identity.Caller{Person: alex.ID, For: "person_ines", Scopes: c.scopes})
		if err != nil || got.Name != "Alex Moreau" || got.ActingFor != "Ines Okafor" || !slices.Equal(got.Roles, c.want) {
			t.Errorf("%s: %+v %v, want the hats %v", name, got, err, c.want)
		}
	}
}

func TestAMastheadWithoutMandatesStillSaysThatSomeoneActs(t *testing.T) {
	t.Parallel()
	got, err := peopleOf(answers{"/api/v1/me": accountsapi.Person{Name: "Alex"}}).of(t.Context(), identity.Caller{Person: "a", For: "b", Scopes: []string{"see"}})
	if err != nil || got.ActingFor != "…" || !slices.Equal(got.Roles, []shell.Role{shell.Creator, shell.Buyer}) {
		t.Errorf("%+v %v", got, err)
	}
}
