package storybook

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
)

// Build makes a story: it sets the page as a handler would, and returns the main part.
type Build func(p *shell.Page) templ.Component

// Story is one view in one state.
type Story struct {
	Area, Name, State string
	build             Build
}

// Path is where the storybook shows it.
func (s Story) Path() string { return Prefix + "/" + s.Area + "/" + s.Name + "/" + s.State }

// Book is the list of all stories.
type Book struct {
	stories  []Story
	sections []shell.Section
}

// New starts a book for pages with these sections.
func New(sections ...shell.Section) *Book { return &Book{sections: sections} }

// Add appends a story. It panics when there is one of that name: it would hide the other.
func (b *Book) Add(area, name, state string, build Build) {
	s := Story{Area: area, Name: name, State: state, build: build}
	if _, taken := b.Find(s.Path()); taken {
		panic("storybook: two stories at " + s.Path())
	}
	b.stories = append(b.stories, s)
}

// Stories lists all, in the order of their addition.
func (b *Book) Stories() []Story { return slices.Clone(b.stories) }

// Find returns the story at a path.
func (b *Book) Find(path string) (Story, bool) {
	i := slices.IndexFunc(b.stories, func(s Story) bool { return s.Path() == path })
	if i < 0 {
		return Story{}, false
	}
	return b.stories[i], true
}

// Render writes a story as a whole page, in a language and a theme ("" for the device's).
func (b *Book) Render(ctx context.Context, w io.Writer, s Story, tag locale.Tag, theme string) error {
	p := shell.Page{L: i18n.Messages().For(string(tag)).In("Europe/Brussels"), Theme: theme}.At(s.Path(), b.sections)
	body := s.build(&p)
	if p.Title == "" {
		return fmt.Errorf("storybook: %s has no title", s.Path())
	}
	return shell.Layout(p, body).Render(ctx, w)
}
