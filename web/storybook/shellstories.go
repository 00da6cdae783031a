package storybook

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// ShellStories adds the frame itself: who is signed in, what was just done, and every kind of problem. They
// live here because the storybook knows the frame, and the frame doesn't know the storybook.
func ShellStories(b *Book) {
	filler := func(p *shell.Page) templ.Component {
		p.Title = p.L.T("problem.not_found.title")
		return shell.Trouble(shell.Tell(*p, problem.ErrNotFound, true))
	}
	b.Add("shell", "frame", "stranger", filler)
	b.Add("shell", "frame", "buyer", func(p *shell.Page) templ.Component { AsBuyer(p); return filler(p) })
	b.Add("shell", "frame", "creator", func(p *shell.Page) templ.Component { AsCreator(p); p.Section = "orders"; return filler(p) })
	b.Add("shell", "frame", "assistant", func(p *shell.Page) templ.Component { AsAssistant(p); p.Section = "orders"; return filler(p) })
	b.Add("shell", "frame", "long-name", func(p *shell.Page) templ.Component {
		AsCreator(p)
		p.Person.Name, p.Person.ActingFor = LongName, LongName
		return filler(p)
	})
	b.Add("shell", "frame", "flash", func(p *shell.Page) templ.Component {
		AsBuyer(p)
		p.Flash = &shell.Flash{Text: p.L.T("problem.again")}
		return filler(p)
	})
	for _, e := range []*problem.Error{
		problem.ErrMalformed, problem.ErrUnauthenticated, problem.ErrForbidden, problem.ErrNotFound, problem.ErrConflict,
		problem.ErrStale, problem.ErrTooLarge, problem.ErrUnsupported, problem.ErrInvalid, problem.ErrRateLimited.WithRetryAfter(180),
		problem.ErrInternal.WithTrace("4f3a9c21d0"), problem.ErrUpstream, problem.ErrUnavailable, {Kind: problem.Gone, Code: "gone"},
	} {
		b.Add("shell", "problem", e.Code, func(p *shell.Page) templ.Component {
			AsBuyer(p)
			told := shell.Tell(*p, e, true)
			p.Title = told.Title
			return shell.Trouble(told)
		})
	}
	b.Add("shell", "components", "all", func(p *shell.Page) templ.Component {
		p.Title = "Components"
		return components(p.L, ui.Faults{{Field: "price", Text: p.L.T("field.too_small")}, {Text: p.L.T("problem.conflict.title")}})
	})
}
