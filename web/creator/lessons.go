package creator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// courseView is the table of contents in the making.
type courseView struct {
	head     productHead
	outline  storefrontapi.Outline
	faults   ui.Faults
	imported *storefrontapi.ImportResult // after an import
}

func (c courseView) path() string { return "/products/" + c.head.ID }

func (c courseView) lessons() int { return lessonsOf(c.outline) }

func lessonsOf(o storefrontapi.Outline) int {
	n := 0
	for _, s := range o.Sections {
		n += len(s.Lessons)
	}
	return n
}

// last says that nothing of the outline comes after a lesson.
func (c courseView) last(lesson string) bool {
	end := c.outline.Sections[len(c.outline.Sections)-1].Lessons
	return len(end) > 0 && end[len(end)-1].ID == lesson
}

// courseHeadline says how much there is.
func courseHeadline(l locale.L, c courseView) string {
	if c.lessons() == 0 {
		return l.T("creator.course.none")
	}
	return l.T("creator.course.headline", "Lessons", l.N("creator.lessons", c.lessons()), "Sections", l.N("creator.sections", len(c.outline.Sections)))
}

func (h *pages) course(v *shell.Visit) error { return h.showCourse(v, http.StatusOK, nil, nil) }

func (h *pages) showCourse(v *shell.Visit, status int, faults ui.Faults, imported *storefrontapi.ImportResult) error {
	p, err := h.head(v, "course")
	if err != nil {
		return err
	}
	outline, err := h.shop.Outline(v.Context(), p.ID)
	if err != nil {
		return err
	}
	return v.ShowStatus(status, course(v.L, courseView{p, outline, faults, imported}))
}

// postImport streams the zip on; the answer lists what came and what was odd.
func (h *pages) postImport(v *shell.Visit) error {
	_, file, err := filePart(v.Request())
	if err != nil {
		return err
	}
	if file == nil {
		return h.showCourse(v, http.StatusUnprocessableEntity, ui.Faults{{Field: "file", Text: v.L.T("creator.import.no_file")}}, nil)
	}
	result, err := h.shop.Import(v.Context(), v.Param("product"), -1, file)
	if err != nil {
		if !shown(err) {
			return err
		}
		return h.showCourse(v, problem.From(err).Status(), importFaults(v.L, err), nil)
	}
	return h.showCourse(v, http.StatusOK, nil, &result)
}

// importFaults all belong to the file; each says where inside it and what is wrong.
func importFaults(l locale.L, err error) ui.Faults {
	var out ui.Faults
	for _, f := range problem.From(err).Fields {
		place := strings.NewReplacer("~1", "/", "~0", "~").Replace(strings.TrimPrefix(strings.TrimPrefix(f.Pointer, "/zip"), "/"))
		text, known := importFault(l, f)
		if known && place != "" {
			text = l.T("creator.import.at", "File", place, "Fault", text)
		}
		out.Add("file", text)
	}
	if out == nil {
		return at(faultsOf(l, err), "file")
	}
	return out
}

// importFault words what is wrong with a file or the zip, with its figures; false is storefront's own sentence, which names the file.
func importFault(l locale.L, f problem.Field) (string, bool) {
	if id := "creator.import.reason." + f.Code + "." + f.Reason; f.Reason != "" && l.Has(id) {
		limit := f.Params["limit"]
		if n, err := strconv.ParseInt(limit, 10, 64); err == nil {
			if limit = l.Number(n); f.Reason == "too_large" || f.Reason == "too_large_all" {
				limit = l.Size(n)
			}
		}
		count := f.Params["count"]
		if n, err := strconv.ParseInt(count, 10, 64); err == nil {
			count = l.Number(n)
		}
		return l.T(id, "Limit", limit, "Count", count, "Other", f.Params["other"], "Address", f.Params["address"]), true
	}
	if id := "creator.import.fault." + f.Code; l.Has(id) {
		return l.T(id), true
	}
	return f.Detail, false
}

func (h *pages) export(v *shell.Visit) error {
	p, err := h.shop.Product(v.Context(), v.Param("product"))
	if err != nil {
		return err
	}
	head := v.Writer().Header()
	head.Set("Content-Type", "application/zip")
	head.Set("Content-Disposition", `attachment; filename="`+p.Slug+`.zip"`)
	head.Set("Cache-Control", "no-store")
	return h.shop.Export(v.Context(), p.ID, v.Writer())
}

// postOutline does one thing to the outline: the button pressed says which.
func (h *pages) postOutline(v *shell.Visit) error {
	ctx, product := v.Context(), v.Param("product")
	next := "/products/" + product
	title := strings.TrimSpace(v.Form("title"))
	var err error
	switch v.Form("do") {
	case "add-section":
		_, err = h.shop.AddSection(ctx, product, storefrontapi.NewSection{Title: title})
	case "rename-section":
		_, err = h.shop.UpdateSection(ctx, v.Form("section"), version(v), storefrontapi.UpdateSection{Title: &title})
	case "delete-section":
		err = h.shop.DeleteSection(ctx, v.Form("section"))
	case "add-lesson":
		var made storefrontapi.Lesson
		if made, err = h.shop.AddLesson(ctx, v.Form("section"), storefrontapi.NewLesson{Title: title}); err == nil {
			next += "/lessons/" + made.ID
		}
	case "delete-lesson":
		err = h.shop.DeleteLesson(ctx, v.Form("lesson"))
	case "up", "down":
		err = h.move(v, product, v.Form("lesson"), v.Form("do") == "up")
	default:
		return problem.ErrInvalid
	}
	if err != nil {
		if !shown(err) {
			return err
		}
		return h.showCourse(v, problem.From(err).Status(), ofForm(faultsOf(v.L, err)), nil)
	}
	return v.See(next)
}

// move takes a lesson one place up or down, across the border of sections.
func (h *pages) move(v *shell.Visit, product, lesson string, up bool) error {
	outline, err := h.shop.Outline(v.Context(), product)
	if err != nil {
		return err
	}
	order, moved := moveLesson(outline, lesson, up)
	if !moved {
		return nil // at the end already: a doubled press
	}
	_, err = h.shop.Reorder(v.Context(), product, version(v), order)
	return err
}

func moveLesson(o storefrontapi.Outline, lesson string, up bool) (storefrontapi.Reorder, bool) {
	var order storefrontapi.Reorder
	s, l := -1, -1
	for i, section := range o.Sections {
		ids := []string{}
		for j, brief := range section.Lessons {
			ids = append(ids, brief.ID)
			if brief.ID == lesson {
				s, l = i, j
			}
		}
		order.Sections = append(order.Sections, storefrontapi.ReorderSection{ID: section.ID, Lessons: ids})
	}
	if s < 0 {
		return order, false
	}
	here := &order.Sections[s].Lessons
	switch {
	case up && l > 0:
		(*here)[l-1], (*here)[l] = (*here)[l], (*here)[l-1]
	case !up && l < len(*here)-1:
		(*here)[l], (*here)[l+1] = (*here)[l+1], (*here)[l]
	case up && s > 0:
		*here = slices.Delete(*here, l, l+1)
		order.Sections[s-1].Lessons = append(order.Sections[s-1].Lessons, lesson)
	case !up && s < len(order.Sections)-1:
		*here = slices.Delete(*here, l, l+1)
		order.Sections[s+1].Lessons = slices.Insert(order.Sections[s+1].Lessons, 0, lesson)
	default:
		return order, false
	}
	return order, true
}
