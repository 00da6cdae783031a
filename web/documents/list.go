package documents

import (
	"slices"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
)

// states of the list's tabs; "" is all.
var states = []string{"", contentapi.StateDraft, contentapi.StateScheduled, contentapi.StateMissed, contentapi.StatePublished, contentapi.StateWithdrawn}

type listView struct {
	contentapi.DocumentPage
	state string
	able  able
}

func (h *pages) list(v *shell.Visit) error {
	state := v.Query("state")
	if !slices.Contains(states, state) {
		state = ""
	}
	page, err := h.desk.Documents(v.Context(), state, v.Query("after"))
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("documents.list.title")
	return v.Show(documentList(v.L, listView{page, state, abilities(v)}))
}

// stateTag is a document's state as a tone and a word.
func stateTag(l locale.L, state string) (tone, word string) {
	tone = map[string]string{contentapi.StateScheduled: "wait", contentapi.StateMissed: "warn", contentapi.StatePublished: "ok"}[state]
	return tone, l.T("documents.state." + state)
}

// nextOf says in a list what a document needs next, or where it stands.
func nextOf(l locale.L, d contentapi.Listed) string {
	switch {
	case d.State == contentapi.StateScheduled && d.Scheduled != nil:
		return l.T("documents.next.scheduled", "When", l.DayTime(*d.Scheduled))
	case d.State == contentapi.StateMissed && d.Scheduled != nil:
		return l.T("documents.next.missed_slot", "When", l.DayTime(*d.Scheduled))
	case d.State == contentapi.StatePublished && d.Published != nil:
		return l.T("documents.next.published", "When", l.Date(*d.Published))
	case d.State == contentapi.StateWithdrawn:
		return l.T("documents.next.withdrawn")
	case d.Preview == "":
		return l.T("documents.next.empty")
	}
	return l.T("documents.next.draft")
}

// moreOf leads to the next page of a list.
func moreOf(view listView) string {
	to := "/documents?after=" + view.Next
	if view.state != "" {
		to += "&state=" + view.state
	}
	return to
}
