package documents

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
)

func versionStories(b *storybook.Book) {
	top := func(p *shell.Page) head {
		d := storyPost()
		storyOut(&d)
		d.Current.Seq = 5
		return head{d, "versions", heading(p.L, d), everything()}
	}
	saved := func(seq int, by string, from int) contentapi.Saved {
		return contentapi.Saved{Seq: seq, Digest: storyDigest, By: by, RestoredFrom: from, Saved: storyDay.AddDate(0, 0, seq-5)}
	}
	many := []contentapi.Saved{
		saved(5, "person_creator", 3), saved(4, "person_assistant for person_creator", 0), saved(3, "person_creator", 0),
		saved(2, "person_gone for person_creator", 0), saved(1, "person_reviewer", 0),
	}
	history := func(next string, items ...contentapi.Saved) storybook.Build {
		return page("Versions", func(p *shell.Page) templ.Component {
			h := top(p)
			h.Current.Seq = items[0].Seq
			return allVersions(p.L, versionsView{h, storyNames(p), contentapi.History{Items: items, Next: next}})
		})
	}
	b.Add("documents", "versions", "one", history("", saved(1, "person_creator", 0)))
	b.Add("documents", "versions", "many", history("1", many...))
	compare := func(c contentapi.Changes) storybook.Build {
		return page("Compare", func(p *shell.Page) templ.Component { return compared(p.L, compareView{top(p), c}) })
	}
	b.Add("documents", "compare", "changed", compare(storyChanges()))
	b.Add("documents", "compare", "same", compare(contentapi.Changes{From: 3, To: 5, SameDigest: true}))
	version := func(seq int, who able) storybook.Build {
		return page("Version", func(p *shell.Page) templ.Component {
			h := top(p)
			h.able = who
			ver := storyPost().Current
			ver.Seq = seq
			return oneVersion(p.L, versionView{h, ver, storyNames(p), storyCountries()})
		})
	}
	b.Add("documents", "version", "newest", version(5, everything()))
	b.Add("documents", "version", "older", version(3, everything()))
	b.Add("documents", "version", "assistant", version(3, able{}))
}
