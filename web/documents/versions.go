package documents

import (
	"strconv"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// versionsView is a page of a document's history.
type versionsView struct {
	head
	names names
	list  contentapi.History
}

func (h *pages) versions(v *shell.Visit) error {
	top, err := h.head(v, "versions")
	if err != nil {
		return err
	}
	list, err := h.desk.History(v.Context(), top.ID, v.Query("after"))
	if err != nil {
		return err
	}
	var records []string
	for _, s := range list.Items {
		records = append(records, s.By)
	}
	n, err := h.namesFor(v, records...)
	if err != nil {
		return err
	}
	return v.Show(allVersions(v.L, versionsView{top, n, list}))
}

// published says that a version appeared somewhere.
func (h head) published(seq int) bool {
	for _, p := range h.Publications {
		if p.Seq == seq {
			return true
		}
	}
	return false
}

// versionView is one version, to be read and perhaps had again.
type versionView struct {
	head
	ver       contentapi.Version
	names     names
	countries accountsapi.Countries
}

func (h *pages) version(v *shell.Visit) error {
	top, err := h.head(v, "versions")
	if err != nil {
		return err
	}
	ver, err := h.desk.Version(v.Context(), top.ID, seqOf(v.Param("seq")))
	if err != nil {
		return err
	}
	n, err := h.namesFor(v, ver.By)
	if err != nil {
		return err
	}
	countries, err := h.accounts.Countries(v.Context())
	if err != nil {
		return err
	}
	return v.Show(oneVersion(v.L, versionView{top, ver, n, countries}))
}

// postVersion restores: it adds a version that says what this one said. Should somebody have saved meanwhile, nothing is
// added, and the author looks first.
func (h *pages) postVersion(v *shell.Visit) error {
	document := v.Param("document")
	d, err := h.desk.Restore(v.Context(), document, number(v.Form("version")), seqOf(v.Param("seq")))
	switch {
	case err == nil:
		v.Flash("documents.restored", "Number", v.L.Number(int64(d.Current.Seq)))
		return v.See("/documents/" + document)
	case stale(err):
		v.Flash("documents.restore_stale")
		return v.See("/documents/" + document + "/versions")
	}
	return err
}

// seqOf reads the number of a version; what is none is that of no version.
func seqOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1_000_000_000 {
		return 1_000_000_000
	}
	return n
}

// compareView is what made one version of another.
type compareView struct {
	head
	changes contentapi.Changes
}

func (h *pages) compare(v *shell.Visit) error {
	top, err := h.head(v, "versions")
	if err != nil {
		return err
	}
	to, from := top.Current.Seq, max(1, top.Current.Seq-1)
	if v.Query("to") != "" {
		to = seqOf(v.Query("to"))
	}
	if v.Query("from") != "" {
		from = seqOf(v.Query("from"))
	}
	if from > top.Current.Seq || to > top.Current.Seq {
		return problem.ErrNotFound
	}
	changes, err := h.desk.Changes(v.Context(), top.ID, from, to)
	if err != nil {
		return err
	}
	return v.Show(compared(v.L, compareView{top, changes}))
}

// mostChoices is how many versions the two choices offer: the newest.
const mostChoices = 200

func seqOptions(l locale.L, newest int) []ui.Option {
	var out []ui.Option
	for seq := newest; seq >= 1 && len(out) < mostChoices; seq-- {
		out = append(out, ui.Option{Value: digits(seq), Label: l.T("documents.version", "Number", l.Number(int64(seq)))})
	}
	return out
}

func comparePath(document string, from, to int) string {
	return document + "/compare?from=" + digits(from) + "&to=" + digits(to)
}
