package operator

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New(Area(nil, nil, nil).Sections...)
	Stories(b)
	storytest.Run(t, b)
}

// house is the parts, of which billing does not answer, and what was done in which order.
type house struct {
	parked map[string][]outbox.ParkedEvent
	did    []string
	deaf   bool // accounts can't write a press down

	refuses error      // an explanation
	asked   [][]string // of accounts: whose names
}

func (h *house) Parked(_ context.Context, part string) ([]outbox.ParkedEvent, error) {
	if part == billingapi.Name {
		return nil, problem.ErrUnavailable
	}
	return h.parked[part], nil
}

func (h *house) Replay(_ context.Context, part, event string) error {
	h.did = append(h.did, "replay "+part+" "+event)
	if !slices.ContainsFunc(h.parked[part], func(e outbox.ParkedEvent) bool { return e.EventID == event }) {
		return problem.ErrNotFound
	}
	return nil
}

func (h *house) ReplayAll(_ context.Context, part string) (int64, error) {
	h.did = append(h.did, "replay all of "+part)
	return int64(len(h.parked[part])), nil
}

func (h *house) Reconciliation(context.Context) (billingapi.Reconciliation, error) {
	at := storyDay
	return billingapi.Reconciliation{At: &at, Findings: storyFindings()}, nil
}

func (h *house) Reconcile(ctx context.Context) (billingapi.Reconciliation, error) {
	h.did = append(h.did, "look again")
	return h.Reconciliation(ctx)
}

func (h *house) Explain(_ context.Context, difference string, r billingapi.ExplainRequest) error {
	h.did = append(h.did, "explain "+difference+": "+r.Text)
	return h.refuses
}

func (h *house) RecordPress(_ context.Context, in accountsapi.Press) error {
	if h.deaf {
		return errors.New("no audit")
	}
	h.did = append(h.did, "record "+in.Action+" "+in.Object)
	return nil
}

func (h *house) Public(_ context.Context, ids ...string) ([]accountsapi.Public, error) {
	h.asked = append(h.asked, ids)
	return []accountsapi.Public{{ID: ids[0], Name: "Noor <Haddad>"}}, nil
}

func newHouse() *house {
	return &house{parked: map[string][]outbox.ParkedEvent{
		"notify": {{EventID: "evt_1", Name: "storefront.order.paid.v1", Key: "order_1", Payload: []byte(`{"secret":"Ana Lee"}`), Error: "no receipt", Tries: 25, At: storyDay, FailedAt: storyDay}},
	}}
}

func (h *house) do(who identity.Caller, method, path string, form url.Values) *httptest.ResponseRecorder {
	s := shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(h, h, h))
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), who)))
	return rec
}

var noor = identity.Caller{Person: "person_operator", Session: "session_1", Operator: true}

func TestOnlyOperatorsKnowOfThesePages(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]identity.Caller{
		"nobody": {}, "a creator": {Person: "person_1", Session: "s"},
		"an operator for another": {Person: "person_operator", Session: "s", Operator: true, For: "person_1", Scopes: []string{"see"}},
	} {
		h := newHouse()
		for _, path := range []string{eventsPath, moneyPath} {
			for _, method := range []string{"GET", "POST"} {
				if res := h.do(who, method, path, url.Values{"do": {"all"}}); res.Code != http.StatusNotFound {
					t.Errorf("%s: %s %s is %d", name, method, path, res.Code)
				}
			}
		}
		if h.did != nil {
			t.Errorf("%s: did %v", name, h.did)
		}
	}
}

func TestEventsShowTheFaultAndNeverThePayload(t *testing.T) {
	t.Parallel()
	page := newHouse().do(noor, "GET", eventsPath, nil)
	for _, want := range []string{"1 event waits for you", "storefront.order.paid.v1", "no receipt", "order_1", "Payments: no answer"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("lacks %q", want)
		}
	}
	if strings.Contains(page.Body.String(), "Ana Lee") {
		t.Error("the payload is shown")
	}
}

// A press about events is written down before it is done, and not done when it can't be. Billing writes down itself what it is asked for.
func TestPressesAreRecordedFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path string
		form url.Values
		did  []string
	}{
		"one":        {eventsPath, url.Values{"part": {"notify"}, "event": {"evt_1"}}, []string{"record event.replayed evt_1", "replay notify evt_1"}},
		"gone":       {eventsPath, url.Values{"part": {"notify"}, "event": {"evt_2"}}, []string{"record event.replayed evt_2", "replay notify evt_2"}},
		"all":        {eventsPath, url.Values{"do": {"all"}}, []string{"record events.replayed notify", "replay all of notify"}},
		"looking":    {moneyPath, nil, []string{"look again"}},
		"explaining": {moneyPath, url.Values{"difference": {"diff_1"}, "why-diff_1": {" a fee "}}, []string{"explain diff_1: a fee"}},
	} {
		h := newHouse()
		if res := h.do(noor, "POST", c.path, c.form); res.Code != http.StatusSeeOther || !strings.HasPrefix(res.Header().Get("Location"), c.path) {
			t.Errorf("%s: %d to %s", name, res.Code, res.Header().Get("Location"))
		}
		if !slices.Equal(h.did, c.did) {
			t.Errorf("%s: did %q, want %q", name, h.did, c.did)
		}
		deaf := newHouse()
		deaf.deaf = true
		if deaf.do(noor, "POST", c.path, c.form); c.path == eventsPath && deaf.did != nil {
			t.Errorf("%s: done without a record: %q", name, deaf.did)
		}
	}
	if res := newHouse().do(noor, "POST", eventsPath, url.Values{"part": {"gateway"}, "event": {"evt_1"}}); res.Code != http.StatusBadRequest {
		t.Errorf("a part without events: %d", res.Code)
	}
}

// An explanation that is not kept says why beside what was typed, or that the page is no longer what was seen.
func TestAnExplanationThatIsNotKept(t *testing.T) {
	t.Parallel()
	id := storyFindings()[0].ID
	for name, c := range map[string]struct {
		typed   string
		refuses error
		status  int
		want    string
	}{
		"nothing": {" \r\n", nil, http.StatusUnprocessableEntity, "Write down why first."},
		"control": {"a\x1bb", problem.ErrInvalid.WithField("/text", "control", "x"), http.StatusUnprocessableEntity, "a character that can’t be shown"},
		"stale":   {"a fee", problem.ErrStale, http.StatusSeeOther, ""},
		"gone":    {"a fee", problem.ErrNotFound, http.StatusSeeOther, ""},
	} {
		h := newHouse()
		h.refuses = c.refuses
		res := h.do(noor, "POST", moneyPath, url.Values{"difference": {id}, "gap": {"1 minor EUR"}, "why-" + id: {c.typed}})
		body := res.Body.String()
		if res.Code != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d, lacks %q", name, res.Code, c.want)
		}
		if c.status == http.StatusUnprocessableEntity && (strings.Count(body, "<details class=\"more\" open") != 1 || !strings.Contains(body, `href="#why-`+id)) {
			t.Errorf("%s: the form is not open, or the summary does not lead to it", name)
		}
		if name == "nothing" && h.did != nil {
			t.Errorf("%s: did %q", name, h.did)
		}
	}
}

func TestLookingAtTheMoneyPageIsNoPress(t *testing.T) {
	t.Parallel()
	h := newHouse()
	page := h.do(noor, "GET", moneyPath, nil).Body.String()
	for _, want := range []string{"5 things do not agree", "€12.34 that nothing explains", "restored backup", "holds as of"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if h.did != nil {
		t.Errorf("did %v", h.did)
	}
}

// Whoever explained a difference stands there by name, never by id; accounts is asked once for all of them.
func TestWhoExplainedStandsThereByName(t *testing.T) {
	t.Parallel()
	h := newHouse()
	page := h.do(noor, "GET", moneyPath, nil).Body.String()
	for _, want := range []string{"Noor &lt;Haddad&gt;", "a former operator"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if strings.Contains(page, "person_01k8z3v5tqf8w9m2r7c4x6y1ah") {
		t.Error("shows a raw id")
	}
	if len(h.asked) != 1 || len(h.asked[0]) != 2 {
		t.Errorf("asked %v", h.asked)
	}
}
