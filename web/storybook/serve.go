package storybook

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/web/shell"
)

// Prefix is where the storybook lives.
const Prefix = "/dev/storybook"

// Area is the storybook as an area of the pages. Its routes exist under `serve --dev` alone.
func Area(b *Book) shell.Area {
	return shell.Area{Name: "storybook", Register: func(s *shell.Shell) {
		dev := rest.Any(rest.Dev)
		s.Page("GET "+Prefix, shell.Route{Summary: "Every view in every state.", Access: dev}, b.index)
		s.Page("GET "+Prefix+"/:area/:name/:state", shell.Route{Summary: "One view in one state.", Access: dev}, b.show)
	}}
}

func (b *Book) index(v *shell.Visit) error {
	v.Page.Title = "Storybook"
	return v.Show(index(b.byArea(), languages(v)))
}

func (b *Book) show(v *shell.Visit) error {
	s, ok := b.Find(strings.TrimSuffix(v.Request().URL.Path, "/"))
	if !ok {
		return problem.ErrNotFound
	}
	tag, ok := locale.Parse(v.Query("lang"))
	if !ok {
		tag = v.L.Tag
	}
	theme := v.Query("theme")
	if theme != "light" && theme != "dark" {
		theme = v.Page.Theme
	}
	var page bytes.Buffer
	if err := b.Render(v.Context(), &page, s, tag, theme); err != nil {
		return err
	}
	return v.ShowWhole(http.StatusOK, templ.Raw(page.String()))
}

type chapter struct {
	area    string
	stories []Story
}

func (b *Book) byArea() []chapter {
	var out []chapter
	at := map[string]int{}
	for _, s := range b.stories {
		i, ok := at[s.Area]
		if !ok {
			i = len(out)
			at[s.Area] = i
			out = append(out, chapter{area: s.Area})
		}
		out[i].stories = append(out[i].stories, s)
	}
	return out
}

func languages(v *shell.Visit) string { return "lang=" + string(v.L.Tag) }
