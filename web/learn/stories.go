package learn

import (
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// Stories adds the library and the player.
func Stories(b *storybook.Book) {
	add := func(name, state string, build storybook.Build) { b.Add("learn", name, state, build) }
	ines := storefrontapi.Creator{Handle: "ines", Path: "/@ines", Name: "Ines Okafor", Hue: "plum"}
	since := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	entry := func(title, access string, lessons, done int) storefrontapi.LibraryEntry {
		return storefrontapi.LibraryEntry{
			EntitlementID: "ent_1", OrderID: "order_1", Title: title, Creator: ines, Access: access, Lessons: lessons, Done: done, Since: since,
		}
	}
	add("library", "assistant", func(p *shell.Page) templ.Component {
		storybook.AsAssistant(p)
		p.Title, p.Role, p.Section = p.L.T("learn.library.title"), shell.Buyer, "library"
		return library(p.L, storefrontapi.Library{Unclaimed: 2, Items: []storefrontapi.LibraryEntry{entry("Rotas people can live with", "open", 5, 2)}}, "", p.Person.ActingFor)
	})
	add("library", "many", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title, p.Section = p.L.T("learn.library.title"), "library"
		return library(p.L, storefrontapi.Library{Unclaimed: 2, Items: []storefrontapi.LibraryEntry{
			entry("Rotas people can live with", "open", 5, 2), entry("The 18:00 rule", "open", 3, 3), entry("Your first month as a planner", "open", 1, 0),
			entry("جدول ورديّات يمكن العيش معه", "paused", 12, 11), entry("Rechtsschutzversicherungsgesellschaftsmitarbeitergrundlagenwissen", "closed", 48, 0),
		}}, "/library?cursor=x", "")
	})
	add("library", "left", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title, p.Section = p.L.T("learn.library.title"), "library"
		left, nameless := entry("Rotas people can live with", "open", 5, 2), entry("The 18:00 rule", "open", 3, 3)
		left.Creator, nameless.Creator.Name = storefrontapi.Creator{}, ""
		return library(p.L, storefrontapi.Library{Items: []storefrontapi.LibraryEntry{left, nameless}}, "", "")
	})
	add("library", "empty", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title, p.Section = p.L.T("learn.library.title"), "library"
		return library(p.L, storefrontapi.Library{}, "", "")
	})
	rotas := func(done int, access string) storefrontapi.Course {
		c := storefrontapi.Course{
			EntitlementID: "ent_1", OrderID: "order_1", Title: "Rotas people can live with", Creator: ines, Access: access, Lessons: 4, Done: done,
			Sections: []storefrontapi.CourseSection{
				{Title: "Before the plan", Lessons: []storefrontapi.CourseLesson{{ID: "lesson_1", Title: "Why rotas break on Wednesdays"}, {ID: "lesson_2", Title: "Count the work first"}}},
				{Title: "Keeping it", Lessons: []storefrontapi.CourseLesson{{ID: "lesson_3", Title: "The freeze hour"}, {ID: "lesson_4", Title: "Saying no, fairly"}}},
			},
		}
		for i := range done {
			c.Sections[i/2].Lessons[i%2].Done = true
		}
		if done < 4 {
			c.NextLessonID = c.Sections[done/2].Lessons[done%2].ID
		}
		return c
	}
	for _, s := range []struct {
		state string
		done  int
		guest bool
	}{{"new", 0, true}, {"begun", 2, false}, {"finished", 4, false}} {
		add("course", s.state, func(p *shell.Page) templ.Component {
			if !s.guest {
				storybook.AsBuyer(p)
			}
			c := rotas(s.done, storefrontapi.AccessOpen)
			p.Title = c.Title
			return course(p.L, c, s.guest)
		})
	}
	for _, access := range []string{storefrontapi.AccessPaused, storefrontapi.AccessClosed} {
		add("course", access, func(p *shell.Page) templ.Component {
			storybook.AsBuyer(p)
			c := rotas(2, access)
			p.Title = c.Title
			return shut(p.L, c)
		})
	}
	lesson := storefrontapi.LessonView{
		ID: "lesson_3", Title: "The freeze hour", Section: "Keeping it", Position: 3, Lessons: 4, PreviousID: "lesson_2", NextID: "lesson_4",
		HTML: `<p>Nothing changes after <strong>18:00</strong>. Not for the boss, not for a client, not for snow.</p><h2>How to begin</h2>` +
			`<ul><li>Say it on Monday.</li><li>Keep it on Tuesday.</li></ul><p dir="auto">وهذا ينطبق على الجميع.</p>`,
		Attachments: []storefrontapi.Attachment{{Name: "freeze-hour.pdf", Size: 3_460_000, URL: "https://files.example/freeze-hour.pdf"}},
	}
	for _, s := range []struct {
		state string
		set   func(l *storefrontapi.LessonView)
	}{
		{"open", func(*storefrontapi.LessonView) {}},
		{"done", func(l *storefrontapi.LessonView) { l.Done = true }},
		{"last", func(l *storefrontapi.LessonView) { l.NextID, l.Attachments = "", nil }},
	} {
		add("lesson", s.state, func(p *shell.Page) templ.Component {
			storybook.AsBuyer(p)
			l := lesson
			s.set(&l)
			p.Title = l.Title
			return player(p.L, rotas(2, storefrontapi.AccessOpen), l, p.Person.ActingFor)
		})
	}
	add("lesson", "acting", func(p *shell.Page) templ.Component {
		storybook.AsBuyer(p)
		p.Title = lesson.Title
		return player(p.L, rotas(2, storefrontapi.AccessOpen), lesson, "Tom Brandt")
	})
	add("course", "unknown", func(p *shell.Page) templ.Component {
		p.Title = p.L.T("learn.unknown.title")
		return notHere(p.L, []ui.Action{{Label: p.L.T("learn.unknown.sign_in"), Href: "/sign-in?next=/learn/ent_1"}})
	})
}
