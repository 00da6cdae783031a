package creator

import (
	"net/http"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// lessonView is a lesson being written; html is how it looks.
type lessonView struct {
	head    productHead
	lesson  storefrontapi.Lesson
	html    string
	remarks []storefrontapi.Warning
	heading string // the title as it is kept, whatever is typed
	looked  bool   // the preview shows what is typed and not saved
	faults  ui.Faults
}

func (w lessonView) path() string { return "/products/" + w.head.ID + "/lessons/" + w.lesson.ID }

func (h *pages) lesson(v *shell.Visit) error {
	l, err := h.shop.Lesson(v.Context(), v.Param("lesson"))
	if err != nil {
		return err
	}
	return h.showLesson(v, http.StatusOK, lessonView{lesson: l, html: l.HTML, remarks: l.Warnings})
}

func (h *pages) showLesson(v *shell.Visit, status int, view lessonView) error {
	var err error
	if view.head, err = h.head(v, "course"); err != nil {
		return err
	}
	if view.lesson.ProductID != view.head.ID {
		return problem.ErrNotFound
	}
	if view.heading == "" {
		view.heading = view.lesson.Title
	}
	v.Page.Title = view.heading
	return v.ShowStatus(status, lessonEditor(v.L, view))
}

func (h *pages) postLesson(v *shell.Visit) error {
	if v.Form("do") == "drop" {
		return h.dropFile(v)
	}
	ctx := v.Context()
	body, title, free := strings.ReplaceAll(v.Form("body"), "\r\n", "\n"), strings.TrimSpace(v.Form("title")), v.Form("free") == "yes"
	if v.Form("do") == "look" || v.Part("preview") {
		look, err := h.shop.PreviewLesson(ctx, v.Param("lesson"), storefrontapi.PreviewText{Body: body})
		if err != nil {
			return err
		}
		if v.Part("preview") {
			return v.ShowPart(preview(v.L, look.HTML, look.Warnings))
		}
		l, err := h.shop.Lesson(ctx, v.Param("lesson"))
		if err != nil {
			return err
		}
		heading := l.Title
		l.Title, l.Body, l.Free, l.Version = title, body, free, version(v)
		return h.showLesson(v, http.StatusOK, lessonView{lesson: l, heading: heading, html: look.HTML, remarks: look.Warnings, looked: true})
	}
	_, err := h.shop.UpdateLesson(ctx, v.Param("lesson"), version(v), storefrontapi.UpdateLesson{Title: &title, Body: &body, Free: &free})
	if err != nil {
		if !shown(err) {
			return err
		}
		l, lerr := h.shop.Lesson(ctx, v.Param("lesson"))
		if lerr != nil {
			return lerr
		}
		// What was typed stays on the page, whatever happened to the lesson meanwhile.
		heading := l.Title
		l.Title, l.Body, l.Free = title, body, free
		return h.showLesson(v, problem.From(err).Status(), lessonView{lesson: l, heading: heading, html: l.HTML, faults: faultsOf(v.L, err)})
	}
	v.Flash("creator.saved")
	return v.See("/products/" + v.Param("product") + "/lessons/" + v.Param("lesson"))
}

func (h *pages) postFile(v *shell.Visit) error {
	_, file, err := filePart(v.Request())
	if err != nil {
		return err
	}
	faults, status := ui.Faults{}, http.StatusUnprocessableEntity
	if file == nil {
		faults.Add("file", v.L.T("creator.import.no_file"))
	} else {
		_, err := h.shop.UploadFile(v.Context(), storefrontapi.UploadTarget{
			ProductID: v.Param("product"), Name: file.FileName(), LessonID: v.Param("lesson"),
		}, -1, file)
		if err == nil {
			v.Flash("creator.lesson.uploaded")
			return v.See("/products/" + v.Param("product") + "/lessons/" + v.Param("lesson"))
		}
		if !shown(err) {
			return err
		}
		faults, status = at(faultsOf(v.L, err), "file"), problem.From(err).Status()
	}
	l, err := h.shop.Lesson(v.Context(), v.Param("lesson"))
	if err != nil {
		return err
	}
	return h.showLesson(v, status, lessonView{lesson: l, html: l.HTML, remarks: l.Warnings, faults: faults})
}

// dropFile takes a file from beside the lesson. The course keeps it: other lessons may show it.
func (h *pages) dropFile(v *shell.Visit) error {
	l, err := h.shop.Lesson(v.Context(), v.Param("lesson"))
	if err != nil {
		return err
	}
	rest := []string{}
	for _, f := range l.Attachments {
		if f.ID != v.Form("file") {
			rest = append(rest, f.ID)
		}
	}
	if _, err = h.shop.UpdateLesson(v.Context(), l.ID, version(v), storefrontapi.UpdateLesson{Attachments: &rest}); err != nil {
		if !shown(err) {
			return err
		}
		return h.showLesson(v, problem.From(err).Status(), lessonView{lesson: l, html: l.HTML, remarks: l.Warnings, faults: ofForm(faultsOf(v.L, err))})
	}
	v.Flash("creator.files_dropped")
	return v.See("/products/" + v.Param("product") + "/lessons/" + v.Param("lesson"))
}

// warningWords says what is odd, warningPlace where.
func warningWords(l locale.L, w storefrontapi.Warning) string {
	if id := "creator.warning." + w.Code; l.Has(id) {
		return l.T(id)
	}
	return w.Text
}

// warningDetail says of what it is odd, with the author's own words marked <code>; "" where nothing is to be added, or where we have no
// words for it.
func warningDetail(l locale.L, w storefrontapi.Warning) string {
	id := "creator.warning_detail." + w.Code
	if w.Reason != "" {
		id += "." + w.Reason
	}
	if !l.Has(id) {
		return ""
	}
	return l.T(id, "Tag", w.Params["tag"], "Address", w.Params["address"], "Target", w.Params["target"], "Key", w.Params["key"])
}

func warningPlace(l locale.L, w storefrontapi.Warning) string {
	switch {
	case w.File == "" && w.Line == 0:
		return ""
	case w.File != "" && w.Line > 0:
		return l.T("creator.warning_place", "File", w.File, "Line", l.Number(int64(w.Line)))
	case w.Line > 0:
		return l.T("creator.warning_line", "Line", l.Number(int64(w.Line)))
	}
	return "<code>" + w.File + "</code>"
}
