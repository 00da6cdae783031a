package documents

import (
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
)

// names says who did something. Records name a person, or "person_a for person_b" of one who acted under a mandate.
type names struct {
	l     locale.L
	me    string
	known map[string]string
}

// namesFor reads the names that records need, where any is not the visitor's own.
func (h *pages) namesFor(v *shell.Visit, records ...string) (names, error) {
	n := names{l: v.L, me: v.Caller.Person}
	for _, by := range records {
		if by == "" || by == n.me {
			continue
		}
		list, err := h.accounts.Mandates(v.Context())
		if err != nil {
			return n, err
		}
		n.known = namesOf(list)
		break
	}
	return n, nil
}

func namesOf(list accountsapi.Mandates) map[string]string {
	known := map[string]string{}
	for _, m := range list.Given {
		known[m.Assistant] = m.AssistantName
	}
	for _, m := range list.Held {
		known[m.Represented] = m.RepresentedName
	}
	return known
}

// who is one record in words: you, a name, or somebody whose name is not known here any more.
func (n names) who(by string) string {
	actor, behalf, _ := strings.Cut(by, " for ")
	if actor == n.me {
		return n.l.T("documents.who.you")
	}
	if name := n.known[actor]; name != "" {
		return n.l.T("documents.who.by", "Name", name)
	}
	if behalf != "" {
		return n.l.T("documents.who.assistant")
	}
	return n.l.T("documents.who.somebody")
}
