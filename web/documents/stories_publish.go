package documents

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

func publishStories(b *storybook.Book) {
	show := func(d contentapi.Document, set func(p *shell.Page, w *publishView)) storybook.Build {
		return page("Publish", func(p *shell.Page) templ.Component {
			w := publishView{head: head{d, "publish", heading(p.L, d), everything()}, names: storyNames(p), countries: storyCountries(), key: "key_1", zone: "Europe/Brussels"}
			w.against = against(p.L, d, w.countries)
			set(p, &w)
			return publishPage(p.L, w)
		})
	}
	plain := func(*shell.Page, *publishView) {}
	two, out, missed, set, given, bound := storyPost(), storyPost(), storyPost(), storyPost(), storyPost(), storyPost()
	two.Current.Destinations = append(two.Current.Destinations, contentapi.Destination{Channel: contentapi.ChannelLinkedIn, Profile: "https://www.linkedin.com/company/rota"})
	storyOut(&out)
	missed.State, missed.Schedule = contentapi.StateMissed, &contentapi.Schedule{At: storyDay, Digest: storyDigest, Missed: contentapi.ErrGateWaiting.Code}
	set.State, set.Schedule = contentapi.StateScheduled, &contentapi.Schedule{At: storyDay.AddDate(0, 0, 2), Digest: storyEarlier}
	given.State = contentapi.StateWithdrawn
	bound.Gates = storyGates()
	b.Add("documents", "publish", "ready", show(storyPost(), plain))
	b.Add("documents", "publish", "places", show(two, plain))
	b.Add("documents", "publish", "blocked", show(bound, func(p *shell.Page, w *publishView) { w.faults = refusal(p.L, contentapi.ErrGateWaiting) }))
	b.Add("documents", "publish", "undisclosed", show(storyClip(), func(p *shell.Page, w *publishView) {
		w.faults = refusal(p.L, contentapi.ErrDisclosureMissing.WithField("/destinations/FR", "label", "needs one"))
	}))
	b.Add("documents", "publish", "skipped", show(storyPost(), func(p *shell.Page, w *publishView) {
		w.day, w.hour = "2027-03-28", "02:30"
		_, w.faults = slot(p.L, *w)
	}))
	b.Add("documents", "publish", "scheduled", show(set, plain))
	b.Add("documents", "publish", "missed", show(missed, plain))
	b.Add("documents", "publish", "published", show(out, plain))
	b.Add("documents", "publish", "withdrawn", show(given, plain))
	record := func(i int, faults func(p *shell.Page) ui.Faults) storybook.Build {
		return page("Record", func(p *shell.Page) templ.Component {
			w := recordView{head: head{out, "publish", heading(p.L, out), everything()}, pub: out.Publications[i], ver: out.Current, names: storyNames(p), faults: faults(p)}
			w.ver.Disclosure, w.url = "#ad", w.pub.URL
			return recordPage(p.L, w)
		})
	}
	b.Add("documents", "record", "proved", record(0, func(*shell.Page) ui.Faults { return nil }))
	b.Add("documents", "record", "unproved", record(1, func(*shell.Page) ui.Faults { return nil }))
	b.Add("documents", "record", "refused", record(1, func(p *shell.Page) ui.Faults { return ui.Faults{{Field: "url", Text: p.L.T("field.url")}} }))
	for state, d := range map[string]contentapi.Document{"draft": storyPost(), "published": out, "bound": bound, "withdrawn": given} {
		b.Add("documents", "end", state, page("End", func(p *shell.Page) templ.Component {
			return endPage(p.L, endView{head: head{d, "end", heading(p.L, d), everything()}})
		}))
	}
}
