package documents

import (
	"time"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

var storyDay = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

const (
	storyDigest  = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	storyEarlier = "sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
)

// Stories adds the author's pages.
func Stories(b *storybook.Book) {
	listStories(b)
	editStories(b)
	showStories(b)
	versionStories(b)
	commentStories(b)
	publishStories(b)
}

// page makes a story of an author's page.
func page(title string, body func(p *shell.Page) templ.Component) storybook.Build {
	return func(p *shell.Page) templ.Component {
		storybook.AsCreator(p)
		p.Section, p.Title = "documents", title
		return body(p)
	}
}

func everything() able { return able{true, true, true, true} }

func storyNames(p *shell.Page) names {
	return names{l: p.L, me: "person_creator", known: map[string]string{"person_assistant": "Aiko Tanaka"}}
}

func storyCountries() accountsapi.Countries {
	return accountsapi.Countries{Data: []accountsapi.Country{{Code: "BE", Name: "Belgium"}, {Code: "FR", Name: "France"}, {Code: "GB", Name: "United Kingdom"}}}
}

const storyText = "I planned 41 rotas before one held.\n\nThe one that held had a rule so dull that nobody noticed it:\nnothing changes after 18:00.\n\n" +
	"Not for the boss, not for a client, not for snow. https://www.example.com/rota\n\nوهذا ينطبق على الجميع.\n\nWhat is the dullest rule that ever saved your week?"

// storyPost is a post that could be published.
func storyPost() contentapi.Document {
	return contentapi.Document{
		ID: "document_1", OwnerID: "person_creator", Kind: contentapi.KindPost, State: contentapi.StateDraft, Version: 5, Created: storyDay, Updated: storyDay,
		Current: contentapi.Version{
			DocumentID: "document_1", Seq: 4, Digest: storyDigest, Text: storyText, By: "person_creator", Saved: storyDay,
			Destinations: []contentapi.Destination{{Channel: contentapi.ChannelLinkedIn, Profile: "https://www.linkedin.com/in/ines-okafor", Countries: []string{"BE", "FR"}}},
		},
	}
}

// storyClip is a clip with a sponsor, whose label is not enough and whose picture has no words.
func storyClip() contentapi.Document {
	d := storyPost()
	d.ID, d.Kind = "document_2", contentapi.KindClip
	d.Current.Text, d.Current.Caption = "[looks at the clock]\nIt is five to six.\n\nIn five minutes nobody may touch this plan.", "The 18:00 rule #careertok"
	d.Current.Destinations[0].Channel, d.Current.Destinations[0].Profile = contentapi.ChannelTikTok, "https://www.tiktok.com/@ines"
	d.Current.Paid, d.Current.Disclosure = true, "#ad"
	d.Current.LabelWanted = []contentapi.LabelWanted{{Country: "FR", AnyOf: []string{"publicité", "collaboration commerciale"}}}
	d.Current.Media = []contentapi.Showing{
		{Shows: contentapi.Shows{Digest: "sha256:aa", Alt: "Ines stands before a rota on a wall", Transcript: storyTranscript}, Type: "video/mp4", Size: 48_300_000},
		{Shows: contentapi.Shows{Digest: "sha256:bb"}, Type: "image/png", Size: 340_000},
	}
	d.Current.Warnings = []contentapi.Warning{{Pointer: "/media/1/alt", Code: contentapi.WarnAltMissing}}
	return d
}

const storyTranscript = "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nInes: It is five to six.\n\n00:00:02.500 --> 00:00:06.000\nIn five minutes nobody may touch this plan.\n"

// storyGates are one of each kind, in every state that an author can meet.
func storyGates() []contentapi.Gate {
	from, until := storyDay.AddDate(0, 0, 7), storyDay.AddDate(0, 0, -1)
	later := storyDay.AddDate(0, 2, 0)
	gate := func(id, kind, state, fault string) contentapi.Gate {
		return contentapi.Gate{ID: id, Party: contentapi.Party{Kind: kind, Ref: "x"}, Binding: kind != contentapi.GateEmployer, State: state, Fault: fault, Digest: storyEarlier}
	}
	all := []contentapi.Gate{
		gate("gate_1", contentapi.GateClient, contentapi.GateOpen, ""),
		gate("gate_2", contentapi.GateBrand, contentapi.GateWaiting, contentapi.ErrGateWaiting.Code),
		gate("gate_3", contentapi.GatePrincipal, contentapi.GateClosed, contentapi.ErrGateClosed.Code),
		gate("gate_4", contentapi.GateRights, contentapi.GateOpen, contentapi.ErrApprovalEarly.Code),
		gate("gate_5", contentapi.GateEmployer, contentapi.GateOpen, contentapi.ErrApprovalStale.Code),
		gate("gate_6", contentapi.GateEmployer, contentapi.GateOpen, contentapi.ErrApprovalExpired.Code),
		gate("gate_7", contentapi.GateEmployer, contentapi.GateTakenBack, ""),
	}
	all[0].ValidUntil, all[3].ValidFrom, all[5].ValidUntil = &later, &from, &until
	return all
}

func listStories(b *storybook.Book) {
	at, out := storyDay.AddDate(0, 0, 2), storyDay.AddDate(0, 0, -3)
	list := func(state string, who able, next string, items ...contentapi.Listed) storybook.Build {
		return page("Documents", func(p *shell.Page) templ.Component {
			return documentList(p.L, listView{contentapi.DocumentPage{Items: items, Next: next}, state, who})
		})
	}
	many := []contentapi.Listed{
		{ID: "document_1", Kind: contentapi.KindPost, State: contentapi.StateDraft, Preview: "I planned 41 rotas before one held. The one that held had a rule so dull that nobody noticed it: nothing changes after 18:00. Not for"},
		{ID: "document_2", Kind: contentapi.KindClip, State: contentapi.StateScheduled, Preview: "It is five to six.", Scheduled: &at},
		{ID: "document_3", Kind: contentapi.KindArticle, State: contentapi.StateMissed, Preview: "جدول ورديّات يمكن العيش معه", Scheduled: &out},
		{ID: "document_4", Kind: contentapi.KindNewsletter, State: contentapi.StatePublished, Preview: "Rechtsschutzversicherungsgesellschaftsmitarbeitergrundlagenwissen", Published: &out},
		{ID: "document_5", Kind: contentapi.KindDeliverable, State: contentapi.StateWithdrawn, Preview: "A coat that does not exist yet"},
		{ID: "document_6", Kind: contentapi.KindPost, State: contentapi.StateDraft},
	}
	b.Add("documents", "list", "empty", list("", everything(), ""))
	b.Add("documents", "list", "theirs", list("", able{}, ""))
	b.Add("documents", "list", "one", list("", everything(), "", many[0]))
	b.Add("documents", "list", "many", list("", everything(), "document_6", many...))
	b.Add("documents", "list", "none-so", list(contentapi.StateMissed, everything(), ""))
}

func storyUploads() []contentapi.Medium {
	return []contentapi.Medium{
		{Digest: "sha256:aa", Type: "video/mp4", Size: 48_300_000}, {Digest: "sha256:bb", Type: "image/png", Size: 340_000}, {Digest: "sha256:cc", Type: "audio/mpeg", Size: 5_200_000},
	}
}

func editStories(b *storybook.Book) {
	b.Add("documents", "new", "kinds", page("New", func(p *shell.Page) templ.Component { return chooseKind(p.L) }))
	for _, kind := range contentapi.Kinds {
		b.Add("documents", "new", kind, page("New", func(p *shell.Page) templ.Component {
			return newDocument(p.L, newView{"key_1", draft{kind: kind}.filled(false)})
		}))
	}
	b.Add("documents", "new", "refused", page("New", func(p *shell.Page) templ.Component {
		d := draft{kind: contentapi.KindPost, text: "Typed.", places: []place{{contentapi.ChannelLinkedIn, "ines", "Belgium, Atlantis"}}}
		d.faults = ui.Faults{
			{Field: "destinations-0-profile", Text: p.L.T("documents.fault.is_profile")},
			{Field: "destinations-0-countries", Text: p.L.T("documents.fault.country", "Name", "Atlantis")},
		}
		return newDocument(p.L, newView{"key_1", d})
	}))
	edit := func(set func(p *shell.Page, w *editView)) storybook.Build {
		return page("Edit", func(p *shell.Page) templ.Component {
			d := storyClip()
			w := editView{id: d.ID, heading: heading(p.L, d), key: "key_1", version: 5, seq: 4, draft: draftOf(d.Kind, d.Current, storyUploads(), storyCountries())}
			set(p, &w)
			return editDocument(p.L, w)
		})
	}
	b.Add("documents", "edit", "clip", edit(func(*shell.Page, *editView) {}))
	b.Add("documents", "edit", "post", page("Edit", func(p *shell.Page) templ.Component {
		d := storyPost()
		return editDocument(p.L, editView{id: d.ID, heading: heading(p.L, d), key: "key_1", version: 5, seq: 4, draft: draftOf(d.Kind, d.Current, nil, storyCountries())})
	}))
	b.Add("documents", "edit", "unsaved", edit(func(_ *shell.Page, w *editView) { w.unsaved = true; w.draft = w.filled(true) }))
	b.Add("documents", "edit", "refused", edit(func(p *shell.Page, w *editView) {
		w.faults = ui.Faults{
			{Field: "media-0-transcript", Text: transcriptFault(p.L, "WEBVTT\n\n00:05.000 --> 00:02.000\nback")},
			{Field: "file", Text: ui.FaultsOf(p.L, contentapi.ErrMediaUnknown)[0].Text},
			{Field: "files", Text: ui.FaultsOf(p.L, contentapi.ErrMediaShown)[0].Text},
		}
	}))
	b.Add("documents", "edit", "conflict", edit(func(p *shell.Page, w *editView) {
		w.conflict = &conflict{who: storyNames(p).who("person_assistant for person_creator"), changes: storyChanges()}
		w.faults = ui.Faults{{Text: p.L.T("documents.conflict.text")}}
	}))
}

// storyChanges are of every part, in two scripts.
func storyChanges() contentapi.Changes {
	piece := func(op, text string) contentapi.Piece { return contentapi.Piece{Op: op, Text: text} }
	return contentapi.Changes{
		From: 3, To: 4,
		Title: []contentapi.Piece{piece("same", "The "), piece("removed", "dull"), piece("added", "dullest"), piece("same", " rule")},
		Text: []contentapi.Piece{
			piece("same", "I planned 41 rotas before one held.\n\nThe first was thrown away.\n\nThe second too.\n\nNot for the boss, "), piece("removed", "never for a client"),
			piece("added", "not for a client"), piece("same", ", not for snow.\n"), piece("added", "\nوهذا ينطبق على الجميع، حتى Ines.\n"), piece("same", "\nهذا "),
			piece("removed", "القانون"), piece("added", "النظام 18:00"), piece("same", " ممل.\n"),
		},
		Caption:             []contentapi.Piece{piece("added", "The 18:00 rule")},
		Disclosure:          []contentapi.Piece{piece("removed", "gifted"), piece("added", "#ad")},
		PaidAfter:           true,
		DestinationsAdded:   []contentapi.Destination{{Channel: contentapi.ChannelTikTok, Profile: "https://www.tiktok.com/@ines", Countries: []string{"FR"}}},
		DestinationsRemoved: []contentapi.Destination{{Channel: contentapi.ChannelLinkedIn}},
		MediaBefore:         []contentapi.Shows{{Digest: "sha256:aa"}, {Digest: "sha256:bb", Alt: "A rota"}, {Digest: "sha256:dd"}},
		MediaAfter:          []contentapi.Shows{{Digest: "sha256:cc", Alt: "A clock"}, {Digest: "sha256:bb", Alt: "A rota on a wall"}, {Digest: "sha256:aa", Transcript: storyTranscript}},
	}
}

func showStories(b *storybook.Book) {
	show := func(d contentapi.Document, who able) storybook.Build {
		return page("Document", func(p *shell.Page) templ.Component {
			return oneDocument(p.L, newShow(p.L, head{d, "text", heading(p.L, d), who}, storyNames(p), storyCountries(), storyDay, p.Solo()))
		})
	}
	solo := func(d contentapi.Document) storybook.Build {
		return page("Document", func(p *shell.Page) templ.Component {
			storybook.AsSolo(p)
			return oneDocument(p.L, newShow(p.L, head{d, "text", heading(p.L, d), everything()}, storyNames(p), storyCountries(), storyDay, p.Solo()))
		})
	}
	with := func(d contentapi.Document, set func(d *contentapi.Document)) contentapi.Document { set(&d); return d }
	at := storyDay.AddDate(0, 0, 2)
	b.Add("documents", "show", "ready", show(storyPost(), everything()))
	b.Add("documents", "show", "solo", solo(storyPost()))
	b.Add("documents", "show", "empty", show(with(storyPost(), func(d *contentapi.Document) { d.Current.Text, d.Current.Destinations = "", nil }), everything()))
	b.Add("documents", "show", "lacking", show(storyClip(), everything()))
	b.Add("documents", "show", "gates", show(with(storyPost(), func(d *contentapi.Document) {
		d.Gates, d.Current.By = storyGates(), "person_assistant for person_creator"
	}), everything()))
	b.Add("documents", "show", "scheduled", show(with(storyPost(), func(d *contentapi.Document) {
		d.State, d.Schedule = contentapi.StateScheduled, &contentapi.Schedule{At: at, Digest: storyDigest, By: "person_creator"}
	}), everything()))
	b.Add("documents", "show", "missed", show(with(storyPost(), func(d *contentapi.Document) {
		d.State, d.Schedule = contentapi.StateMissed, &contentapi.Schedule{At: storyDay, Digest: storyEarlier, By: "person_creator", Missed: problem.ErrStale.Code}
	}), everything()))
	b.Add("documents", "show", "published", show(with(storyPost(), storyOut), everything()))
	b.Add("documents", "show", "changed", show(with(storyPost(), func(d *contentapi.Document) { storyOut(d); d.Current.Seq = 6 }), everything()))
	b.Add("documents", "show", "withdrawn", show(with(storyPost(), func(d *contentapi.Document) { d.State = contentapi.StateWithdrawn }), everything()))
	b.Add("documents", "show", "assistant", show(storyClip(), able{}))
}

// storyOut lets a document have appeared twice; of the second time nobody has said where.
func storyOut(d *contentapi.Document) {
	d.State = contentapi.StatePublished
	d.Publications = []contentapi.Publication{
		{
			ID: "docpub_1", Seq: 3, Digest: storyEarlier, Destination: d.Current.Destinations[0], By: "person_creator", At: storyDay.AddDate(0, 0, -9),
			URL: "https://www.linkedin.com/posts/ines-okafor_rota-activity-7000000000000000000-abcd", WithoutClearance: []string{"gate_7"},
		},
		{ID: "docpub_2", Seq: 4, Digest: storyDigest, Destination: d.Current.Destinations[0], By: "person_assistant for person_creator", At: storyDay},
	}
}
