package documents

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// newView begins a document. Key makes a doubled press harmless: it is minted with the form and not with the press.
type newView struct {
	key string
	draft
}

// begin asks first what it will be, then for the words.
func (h *pages) begin(v *shell.Visit) error {
	kind := v.Query("kind")
	if !slices.Contains(contentapi.Kinds, kind) {
		v.Page.Title = v.L.T("documents.new.title")
		return v.Show(chooseKind(v.L))
	}
	return h.showNew(v, http.StatusOK, newView{id.New("key"), draft{kind: kind}.filled(false)})
}

func (h *pages) showNew(v *shell.Visit, status int, view newView) error {
	v.Page.Title = v.L.T("documents.new.title")
	return v.ShowStatus(status, newDocument(v.L, view))
}

func (h *pages) postBegin(v *shell.Visit) error {
	kind := v.Form("kind")
	if !slices.Contains(contentapi.Kinds, kind) {
		return problem.ErrInvalid
	}
	countries, err := h.accounts.Countries(v.Context())
	if err != nil {
		return err
	}
	view := newView{v.Form("key"), read(kind, v.Request().PostForm, nil)}
	if v.Form("do") == "place" {
		view.draft = view.filled(true)
		return h.showNew(v, http.StatusOK, view)
	}
	out, rows := view.draft.draft(v.L, countries)
	if view.faults == nil {
		d, err := h.desk.Create(v.Context(), view.key, contentapi.NewDocument{Kind: kind, Draft: out})
		if err == nil {
			v.Flash("documents.begun")
			return v.See("/documents/" + d.ID)
		}
		if view.faults = mendable(v.L, rows, err); view.faults == nil {
			return err
		}
	}
	view.key = id.New("key") // other words are another wish
	view.draft = view.filled(false)
	return h.showNew(v, http.StatusUnprocessableEntity, view)
}

// editView is the newest version in a form, or what somebody typed over it.
type editView struct {
	id, heading, key string
	version          int64 // of the document, as the form was made from it
	seq              int   // of the version that the form was made from
	unsaved          bool  // it holds more than the version says
	conflict         *conflict
	draft
}

// conflict is what somebody else saved while this form was open.
type conflict struct {
	who     string
	changes contentapi.Changes
}

func (w editView) path() string { return "/documents/" + w.id + "/edit" }

func (h *pages) edit(v *shell.Visit) error {
	ctx := v.Context()
	d, err := h.desk.Document(ctx, v.Param("document"))
	if err != nil {
		return err
	}
	switch {
	case d.ProductID != "":
		return v.See("/products/" + d.ProductID)
	case d.State == contentapi.StateWithdrawn:
		return v.See("/documents/" + d.ID)
	}
	uploaded, err := h.desk.Media(ctx, d.ID)
	if err != nil {
		return err
	}
	countries, err := h.accounts.Countries(ctx)
	if err != nil {
		return err
	}
	view := editView{version: d.Version, seq: d.Current.Seq, draft: draftOf(d.Kind, d.Current, uploaded.Items, countries).filled(false)}
	return h.showEdit(v, http.StatusOK, d, view)
}

func (h *pages) showEdit(v *shell.Visit, status int, d contentapi.Document, view editView) error {
	view.id, view.heading, view.key = d.ID, heading(v.L, d), id.New("key")
	v.Page.Title = v.L.T("documents.edit.title")
	return v.ShowStatus(status, editDocument(v.L, view))
}

// postEdit saves a version, with the file that came along. What was typed is never lost: whatever is refused, it comes back.
func (h *pages) postEdit(v *shell.Visit) error {
	ctx, document := v.Context(), v.Param("document")
	form, refused := typed(v, func(file io.Reader) error {
		_, err := h.desk.Upload(ctx, document, -1, file)
		return err
	})
	if refused != nil && (!shown(refused) || form == nil) {
		return refused
	}
	d, err := h.desk.Document(ctx, document)
	if err != nil {
		return err
	}
	uploaded, err := h.desk.Media(ctx, document)
	if err != nil {
		return err
	}
	countries, err := h.accounts.Countries(ctx)
	if err != nil {
		return err
	}
	view := editView{version: number(form.Get("version")), seq: int(number(form.Get("seq"))), unsaved: true, draft: read(d.Kind, form, uploaded.Items)}
	if refused != nil {
		view.faults = toField(faultsOf(v.L, refused), "file")
		return h.showEdit(v, problem.From(refused).Status(), d, view)
	}
	if drop, ok := strings.CutPrefix(form.Get("do"), "drop "); ok {
		return h.dropFile(v, d, view, drop)
	}
	switch form.Get("do") {
	case "place":
		view.draft = view.filled(true)
		return h.showEdit(v, http.StatusOK, d, view)
	case "attach":
		return h.showEdit(v, http.StatusOK, d, view)
	}
	out, rows := view.draft.draft(v.L, countries)
	if view.faults != nil {
		return h.showEdit(v, http.StatusUnprocessableEntity, d, view)
	}
	return h.save(v, d, view, form.Get("key"), out, rows)
}

func (h *pages) save(v *shell.Visit, d contentapi.Document, view editView, key string, out contentapi.Draft, r rows) error {
	if view.seq == d.Current.Seq {
		view.version = d.Version // something happened to the document, but nothing to its words
	}
	saved, err := h.desk.Save(v.Context(), key, d.ID, view.version, out)
	switch {
	case err == nil && saved.Current.Seq == d.Current.Seq:
		v.Flash("documents.same")
		return v.See("/documents/" + d.ID)
	case err == nil:
		v.Flash("documents.saved", "Number", v.L.Number(int64(saved.Current.Seq)))
		return v.See("/documents/" + d.ID)
	case stale(err):
		return h.conflicting(v, view)
	}
	if view.faults = mendable(v.L, r, err); view.faults == nil {
		return err
	}
	return h.showEdit(v, problem.From(err).Status(), d, view)
}

// conflicting shows both: what somebody else saved meanwhile, and the form with what was typed. Saving again is a decision
// then, and adds a version behind theirs, which stays.
func (h *pages) conflicting(v *shell.Visit, view editView) error {
	ctx := v.Context()
	d, err := h.desk.Document(ctx, v.Param("document"))
	if err != nil {
		return err
	}
	from := view.seq
	if from < 1 || from > d.Current.Seq {
		from = d.Current.Seq
	}
	c := conflict{}
	if c.changes, err = h.desk.Changes(ctx, d.ID, from, d.Current.Seq); err != nil {
		return err
	}
	n, err := h.namesFor(v, d.Current.By)
	if err != nil {
		return err
	}
	c.who = n.who(d.Current.By)
	view.conflict, view.version, view.seq = &c, d.Version, d.Current.Seq
	view.faults = ui.Faults{{Text: v.L.T("documents.conflict.text")}}
	return h.showEdit(v, problem.ErrStale.Status(), d, view)
}

// dropFile takes an upload away that no version shows.
func (h *pages) dropFile(v *shell.Visit, d contentapi.Document, view editView, digest string) error {
	err := h.desk.TakeAway(v.Context(), d.ID, digest)
	if err != nil && problem.From(err).Kind != problem.NotFound {
		if !shown(err) {
			return err
		}
		view.faults = toField(faultsOf(v.L, err), "files")
		return h.showEdit(v, problem.From(err).Status(), d, view)
	}
	view.media = slices.DeleteFunc(view.media, func(m shows) bool { return m.Digest == digest })
	return h.showEdit(v, http.StatusOK, d, view)
}
