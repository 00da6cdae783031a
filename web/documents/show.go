package documents

import (
	"slices"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
)

// head is what every page of one document shows above its question.
type head struct {
	contentapi.Document
	tab, heading string
	able         able
}

func (h head) path() string { return "/documents/" + h.ID }

// closed says that nothing new can happen to the document.
func (h head) closed() bool { return h.State == contentapi.StateWithdrawn }

// tabs are those that the reader may open: giving a document up is its owner's alone.
func (h head) tabs() []tabOf {
	if h.able.own {
		return tabs
	}
	return tabs[:len(tabs)-1]
}

// tabOf is one question about a document.
type tabOf struct{ id, path string }

// tabs are the questions about one document, each a page, the owner's own last.
var tabs = []tabOf{{"text", ""}, {"versions", "/versions"}, {"comments", "/comments"}, {"publish", "/publish"}, {"end", "/end"}}

func (h *pages) head(v *shell.Visit, tab string) (head, error) {
	d, err := h.desk.Document(v.Context(), v.Param("document"))
	if err != nil {
		return head{}, err
	}
	v.Page.Title = heading(v.L, d)
	return head{d, tab, v.Page.Title, abilities(v)}, nil
}

// showView is a document with what stands between it and its readers.
type showView struct {
	head
	names     names
	now       time.Time
	countries accountsapi.Countries
	against   []hurdle // what keeps it from being published
	lacks     []hurdle // what it could do without
	signOff   signOff
}

// signOff is what its author may do about an employer before a document appears.
type signOff struct {
	offered bool // it may be checked, and somebody asked
	asked   bool // somebody was asked already
}

// signOffOf says what is offered: to the author alone, and to nobody who works for nobody, unless they have asked somebody before.
func signOffOf(top head, solo bool) signOff {
	if !top.able.own || top.closed() {
		return signOff{}
	}
	asked := slices.ContainsFunc(top.Gates, func(g contentapi.Gate) bool { return g.Kind == contentapi.GateEmployer })
	out := top.State == contentapi.StatePublished && latestOut(top.Document)
	return signOff{offered: !solo && !out && !wordless(top.Current), asked: asked}
}

// wordless says that there is nothing in a version that anybody could read.
func wordless(ver contentapi.Version) bool {
	return strings.TrimSpace(ver.Text) == "" && len(ver.Media) == 0
}

// hurdle is one thing that is missing, and where it can be had; what others have to do has no action.
type hurdle struct {
	text, action, href string
}

func (h *pages) show(v *shell.Visit) error {
	top, err := h.head(v, "text")
	if err != nil {
		return err
	}
	if top.ProductID != "" { // storefront writes it, and its own page says what stands in its way
		return v.See("/products/" + top.ProductID + "/publish")
	}
	records := []string{top.Current.By}
	for _, p := range top.Publications {
		records = append(records, p.By)
	}
	n, err := h.namesFor(v, records...)
	if err != nil {
		return err
	}
	countries, err := h.accounts.Countries(v.Context())
	if err != nil {
		return err
	}
	return v.Show(oneDocument(v.L, newShow(v.L, top, n, countries, h.clock.Now(), v.Page.Solo())))
}

func newShow(l locale.L, top head, n names, countries accountsapi.Countries, now time.Time, solo bool) showView {
	return showView{
		head: top, names: n, now: now, countries: countries, signOff: signOffOf(top, solo),
		against: top.able.mend(against(l, top.Document, countries)), lacks: top.able.mend(lacks(l, top.Document)),
	}
}

// against lists what keeps the newest version from being published, in the order in which a person would mend it.
func against(l locale.L, d contentapi.Document, countries accountsapi.Countries) []hurdle {
	var out []hurdle
	edit := "/documents/" + d.ID + "/edit"
	if wordless(d.Current) {
		out = append(out, hurdle{l.T("documents.against.empty"), l.T("documents.against.write"), edit})
	}
	if len(d.Current.Destinations) == 0 {
		out = append(out, hurdle{l.T("documents.against.nowhere"), l.T("documents.against.place"), edit + "#destinations-0-channel"})
	}
	for _, w := range d.Current.LabelWanted {
		out = append(out, hurdle{labelWords(l, w, countries), l.T("documents.against.label_add"), edit + "#disclosure"})
	}
	for _, g := range d.Gates {
		if g.Fault != "" {
			out = append(out, hurdle{text: l.T("documents.against.gate."+g.Kind) + " " + gateStep(l, g)})
		}
	}
	return out
}

func labelWords(l locale.L, w contentapi.LabelWanted, countries accountsapi.Countries) string {
	if w.Country == "" {
		return l.T("documents.against.label_none")
	}
	return l.T("documents.against.label", "Country", countryName(countries, w.Country), "Words", strings.Join(w.AnyOf, " · "))
}

// lacks lists what the newest version has not, and can be published without.
func lacks(l locale.L, d contentapi.Document) []hurdle {
	var out []hurdle
	for _, w := range d.Current.Warnings {
		at := strings.Split(strings.Trim(w.Pointer, "/"), "/")
		i := number(at[min(1, len(at)-1)])
		if i < 0 || i >= int64(len(d.Current.Media)) {
			continue
		}
		name := mediumName(l, d.Current.Media[i].Type, int(i))
		out = append(out, hurdle{
			l.T("documents.lacks."+w.Code, "Name", name), l.T("documents.lacks.add"), "/documents/" + d.ID + "/edit#" + strings.Join(at, "-"),
		})
	}
	return out
}

// heading is what a document is called: its title, or its first words.
func heading(l locale.L, d contentapi.Document) string {
	if d.Current.Title != "" {
		return d.Current.Title
	}
	for line := range strings.Lines(d.Current.Text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			return shortened(line, 60)
		}
	}
	return l.T("documents.untitled")
}

// shortened cuts a line behind a whole word, in characters.
func shortened(line string, most int) string {
	runes := []rune(line)
	if len(runes) <= most {
		return line
	}
	cut := string(runes[:most])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:،") + "…"
}

// answer is the headline: where the document stands.
func answer(l locale.L, view showView) string {
	switch {
	case view.State == contentapi.StateWithdrawn:
		return l.T("documents.answer.withdrawn")
	case view.State == contentapi.StateScheduled && view.Schedule != nil:
		return l.T("documents.answer.scheduled", "When", l.DayTime(view.Schedule.At))
	case view.State == contentapi.StateMissed && view.Schedule != nil:
		return l.T("documents.answer.missed", "When", l.DayTime(view.Schedule.At))
	case view.State == contentapi.StatePublished && latestOut(view.Document):
		return l.T("documents.answer.published")
	case view.State == contentapi.StatePublished:
		return l.T("documents.answer.changed")
	case len(view.against) > 0:
		return l.N("documents.answer.against", len(view.against))
	}
	return l.T("documents.answer.ready")
}

// latestOut says that the newest version has appeared somewhere.
func latestOut(d contentapi.Document) bool {
	for _, p := range d.Publications {
		if p.Seq == d.Current.Seq {
			return true
		}
	}
	return false
}

// unproved is the first publication of which nobody has said where it can be seen.
func unproved(d contentapi.Document) *contentapi.Publication {
	for i := range d.Publications {
		if d.Publications[i].URL == "" {
			return &d.Publications[i]
		}
	}
	return nil
}

// gateTag is a gate's state for the newest version as a tone and a word.
func gateTag(l locale.L, g contentapi.Gate) (tone, word string) {
	switch {
	case g.State == contentapi.GateTakenBack:
		return "", l.T("documents.gate_state.taken_back")
	case g.Fault == "":
		return "ok", l.T("documents.gate_state.open")
	case g.Fault == contentapi.ErrGateClosed.Code:
		return "stop", l.T("documents.gate_state." + g.Fault)
	case g.Fault == contentapi.ErrGateWaiting.Code:
		return "wait", l.T("documents.gate_state." + g.Fault)
	}
	return "warn", l.T("documents.gate_state." + g.Fault)
}

// gateStep is what the author can do about a gate.
func gateStep(l locale.L, g contentapi.Gate) string {
	switch {
	case g.State == contentapi.GateTakenBack:
		return l.T("documents.gate_step.taken_back")
	case g.Fault == contentapi.ErrApprovalEarly.Code && g.ValidFrom != nil:
		return l.T("documents.gate_step.approval_early", "When", l.DateTime(*g.ValidFrom))
	case g.Fault == contentapi.ErrApprovalExpired.Code && g.ValidUntil != nil:
		return l.T("documents.gate_step.approval_expired", "When", l.DateTime(*g.ValidUntil))
	case g.Fault == "" && g.ValidUntil != nil:
		return l.T("documents.gate_step.until", "When", l.DateTime(*g.ValidUntil))
	case g.Fault == "":
		return l.T("documents.gate_step.open")
	}
	return l.T("documents.gate_step." + g.Fault)
}

// postShow takes a gate back.
func (h *pages) postShow(v *shell.Visit) error {
	d, err := h.desk.TakeBack(v.Context(), v.Param("document"), v.Form("gate"))
	if err != nil {
		if !shown(err) || problem.From(err).Kind == problem.Malformed {
			return err
		}
		v.Flash("documents.gate.not_taken_back")
		return v.See("/documents/" + v.Param("document"))
	}
	v.Flash("documents.gate.taken_back")
	return v.See("/documents/" + d.ID)
}
