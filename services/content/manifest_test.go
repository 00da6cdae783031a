package content

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// course is a product's publication as storefront would hand it over: a page, lessons with these texts, a picture.
func course(texts ...string) contentapi.SetManifest {
	entry := func(kind, path, title, text string) contentapi.ManifestEntry {
		said := map[string]any{"v": 1, "kind": kind, "title_sha256": canon.Sum([]byte(canon.Text(title))), "text_sha256": canon.Sum([]byte(canon.Text(text)))}
		if kind == contentapi.EntryPage {
			said["summary_sha256"] = canon.Sum([]byte(canon.Text("Short.")))
		}
		parts, err := canon.JSON(said)
		if err != nil {
			panic(err)
		}
		return contentapi.ManifestEntry{Kind: kind, Path: path, Digest: canon.Sum(parts), Parts: parts, Title: title, Text: text}
	}
	page := entry(contentapi.EntryPage, "page", "A course", "All of it.")
	page.Summary = "Short."
	out := contentapi.SetManifest{OwnerID: ana, Title: "A course <with> signs & more", Entries: []contentapi.ManifestEntry{page}}
	for i, text := range texts {
		out.Entries = append(out.Entries, entry(contentapi.EntryLesson, fmt.Sprintf("start/%d", i+1), fmt.Sprintf("Lesson %d", i+1), text))
	}
	out.Entries = append(out.Entries, contentapi.ManifestEntry{Kind: contentapi.EntryMedia, Path: "start/team.png", Digest: canon.Sum([]byte("team"))})
	return inOrder(out)
}

// inOrder gives a publication the manifest of its entries.
func inOrder(in contentapi.SetManifest) contentapi.SetManifest {
	all := []any{}
	for _, e := range in.Entries {
		all = append(all, map[string]any{"kind": e.Kind, "path": e.Path, "digest": e.Digest})
	}
	var err error
	if in.Manifest, err = canon.JSON(map[string]any{"v": 1, "kind": "course", "entries": all}); err != nil {
		panic(err)
	}
	return in
}

func (h *house) setManifest(product string, in contentapi.SetManifest) contentapi.Document {
	h.t.Helper()
	return must[contentapi.Document](h)(h.from("storefront").SetManifest(h.as(ana), product, in))
}

func (h *house) publishManifest(product string, d contentapi.Document) (contentapi.Document, error) {
	return h.from("storefront").PublishManifest(h.as(ana), product, contentapi.PublishManifest{Digest: d.Current.Digest})
}

// faults counts what a publication's only gate says of its entries, and names the paths of those that it does not let through.
func faults(d contentapi.Document) (open int, paths []string) {
	for _, e := range d.Gates[0].Entries {
		if e.Fault == "" {
			open++
		} else {
			paths = append(paths, e.Path+" "+e.Fault)
		}
	}
	return open, paths
}

const product = "prod_1"

// A64: a course of 23 lessons is cleared; one comma changes in lesson 7: lesson 7 is stale, 22 stand, and what has appeared stays.
func TestCaseA64(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		texts := make([]string, 23)
		for i := range texts {
			texts[i] = fmt.Sprintf("Lesson %d says less.", i+1)
		}
		d := h.setManifest(product, course(texts...))
		h.ask(d, acme)
		_, err := h.publishManifest(product, d)
		h.wants(err, contentapi.ErrGateWaiting, "before anybody read it")
		h.agree(d, acme, 1, d.Current.Digest)
		d = must[contentapi.Document](h)(h.publishManifest(product, d))
		if open, paths := faults(d); open != 25 || paths != nil || len(d.Publications) != 1 || d.State != contentapi.StatePublished {
			t.Fatalf("%d open, %v; %+v", open, paths, d.Publications)
		}
		cleared := d.Current.Digest

		texts[6] = "Lesson 7, says less."
		d = h.setManifest(product, course(texts...))
		if open, paths := faults(d); open != 24 || len(paths) != 1 || paths[0] != "start/7 approval_stale" || d.Gates[0].Fault != "approval_stale" {
			t.Fatalf("%d open, %v", open, paths)
		}
		_, err = h.publishManifest(product, d)
		h.wants(err, contentapi.ErrApprovalStale, "one comma later")
		shown := must[contentapi.Shown](h)(h.from("review").Show(t.Context(), d.ID, d.Current.Digest, acme))
		asked := 0
		for _, e := range shown.Entries {
			if !e.Agreed {
				asked++
				if e.Path != "start/7" || e.Text != texts[6] || e.Title != "Lesson 7" {
					t.Errorf("asks about %+v", e)
				}
			}
		}
		if again := must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID)); len(again.Current.Entries) != 25 {
			t.Errorf("its owner reads %d entries", len(again.Current.Entries))
		}
		if asked != 1 || len(shown.Entries) != 25 || canon.Sum(must[[]byte](h)(canon.JSON(shown.Parts))) != d.Current.Digest {
			t.Errorf("asks about %d of %d", asked, len(shown.Entries))
		}

		// Restoring the comma restores the agreement; so does the word about this lesson alone.
		texts[6] = "Lesson 7 says less."
		if d := h.setManifest(product, course(texts...)); d.Current.Digest != cleared || d.Gates[0].Fault != "" {
			t.Errorf("restored: %+v", d.Gates)
		}
		texts[6] = "Lesson 7, says less."
		d = h.setManifest(product, course(texts...))
		lesson := must[contentapi.Gate](h)(h.from("review").OpenGate(t.Context(), d.ID, contentapi.OpenGate{
			Party: acme, Seq: 2, Digest: d.Current.Digest, Entries: []string{d.Gates[0].Entries[7].Digest},
		}))
		if lesson.Fault != "" {
			t.Errorf("%+v", lesson)
		}
		if d = must[contentapi.Document](h)(h.publishManifest(product, d)); len(d.Publications) != 2 {
			t.Errorf("%+v", d.Publications)
		}
	})
}

// Order, sections and what is free are the manifest's own: another order of what was agreed to asks nobody again.
func TestAnotherOrderAsksNobody(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		in := course("One.", "Two.")
		d := h.setManifest(product, in)
		h.ask(d, acme)
		h.agree(d, acme, 1, d.Current.Digest)
		in.Entries[1], in.Entries[2] = in.Entries[2], in.Entries[1]
		turned := h.setManifest(product, inOrder(in))
		if turned.Current.Digest == d.Current.Digest || turned.Gates[0].Fault != "" {
			t.Fatalf("%+v", turned.Gates[0])
		}
		if _, err := h.publishManifest(product, turned); err != nil {
			t.Error(err)
		}
	})
}

// Words of a party count by number for each entry, in whatever order they come; a closing shuts all that there was before it.
func TestEntriesHearLateWords(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.setManifest(product, course("One.", "Two."))
		h.ask(d, acme)
		open := func(seq int64, entries ...int) contentapi.Gate {
			in := contentapi.OpenGate{Party: acme, Seq: seq, Digest: d.Current.Digest}
			for _, i := range entries {
				in.Entries = append(in.Entries, d.Gates[0].Entries[i].Digest)
			}
			return must[contentapi.Gate](h)(h.from("review").OpenGate(t.Context(), d.ID, in))
		}
		d = h.setManifest(product, course("One.", "Two."))
		if g := open(5, 2, 3); g.Fault == "" {
			t.Fatal("half of it opens all")
		}
		if g := open(4, 0, 1); g.Fault != "" { // an earlier word about other entries comes late
			t.Fatalf("%+v", g)
		}
		if c := h.revoke(d, acme, 7, d.Current.Digest); c.Outcome != contentapi.OutcomeClosed {
			t.Fatalf("%+v", c)
		}
		if g := open(6); g.Fault != contentapi.ErrGateClosed.Code { // said before the closing
			t.Fatalf("%+v", g)
		}
		if g := open(8, 0, 1, 2); g.Fault != contentapi.ErrGateClosed.Code || g.Entries[3].Fault != contentapi.ErrGateClosed.Code || g.Entries[0].Fault != "" {
			t.Fatalf("%+v", g)
		}
		if g := open(9); g.Fault != "" {
			t.Fatalf("%+v", g)
		}
		h.clock.Advance(time.Hour)
		until := h.clock.Now().Add(time.Hour)
		if g := must[contentapi.Gate](h)(h.from("review").OpenGate(t.Context(), d.ID, contentapi.OpenGate{
			Party: acme, Seq: 10, Digest: d.Current.Digest, Entries: []string{d.Gates[0].Entries[1].Digest}, ValidUntil: &until,
		})); g.Fault != "" {
			t.Fatalf("%+v", g)
		}
		h.clock.Advance(2 * time.Hour)
		_, err := h.publishManifest(product, d)
		h.wants(err, contentapi.ErrApprovalExpired, "one lesson's word has run out")
	})
}

// A publication is storefront's to write: its owner sees it and takes gates back, and writes nothing there.
func TestAPublicationIsTheProducts(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.setManifest(product, course("One."))
		gate := h.ask(d, acme)
		me, c := h.as(ana), h.client
		for what, err := range map[string]error{
			"save":     second(c.Save(me, "", d.ID, d.Version, words("Mine."))),
			"restore":  second(c.Restore(me, d.ID, d.Version, 1)),
			"withdraw": second(c.Withdraw(me, d.ID, d.Version)),
			"publish":  second(c.Publish(me, "", d.ID, contentapi.Publish{Digest: d.Current.Digest})),
			"schedule": second(c.SetSchedule(me, d.ID, contentapi.SetSchedule{At: h.clock.Now().Add(time.Hour), Digest: d.Current.Digest})),
			"comment":  second(c.Comment(me, "", d.ID, contentapi.NewComment{Seq: 1, Passage: &contentapi.Passage{Part: "text", Until: 1}, Body: "?"})),
		} {
			h.wants(err, contentapi.ErrDocumentOfProduct, what)
		}
		if list := must[contentapi.DocumentPage](h)(c.Documents(me, "", "")); len(list.Items) != 0 {
			t.Errorf("it stands in the list: %+v", list.Items)
		}
		if got := must[contentapi.Document](h)(c.TakeBack(me, d.ID, gate.ID)); got.Gates[0].State != contentapi.GateTakenBack {
			t.Errorf("%+v", got.Gates)
		}
		if _, err := h.publishManifest(product, d); err != nil {
			t.Error(err)
		}
		h.wants(c.Delete(me, d.ID), contentapi.ErrDocumentPublished, "delete")
		other := h.setManifest("prod_2", course("One."))
		if err := c.Delete(me, other.ID); err != nil {
			t.Error(err)
		}
		if again := h.setManifest("prod_2", course("One.")); again.ID == other.ID {
			t.Error("a deleted document came back")
		}
		// Another part may neither make nor publish one, and no other person's product is found.
		_, err := h.client.SetManifest(me, product, course("One."))
		h.wants(err, problem.ErrNotFound, "from web")
		foreign := course("One.")
		foreign.OwnerID = ben
		_, err = h.from("storefront").SetManifest(h.as(ben), product, foreign)
		h.wants(err, problem.ErrNotFound, "another person's product")
		h.wants(second(c.Document(h.as(ben), d.ID)), problem.ErrNotFound, "read by another person")
	})
}

// What is agreed to is what was read: nothing that can be computed is believed.
func TestAManifestIsHeldAgainstItsWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, spoil := range map[string]func(in *contentapi.SetManifest){
		"another text":      func(in *contentapi.SetManifest) { in.Entries[1].Text = "Other." },
		"another title":     func(in *contentapi.SetManifest) { in.Entries[1].Title = "Other" },
		"another summary":   func(in *contentapi.SetManifest) { in.Entries[0].Summary = "Long." },
		"another digest":    func(in *contentapi.SetManifest) { in.Entries[1].Digest = canon.Sum([]byte("x")) },
		"other parts":       func(in *contentapi.SetManifest) { in.Entries[1].Parts = []byte(`{"v":2}`) },
		"no parts":          func(in *contentapi.SetManifest) { in.Entries[1].Parts = nil },
		"one left out":      func(in *contentapi.SetManifest) { in.Entries = in.Entries[:2] },
		"one put in":        func(in *contentapi.SetManifest) { in.Entries = append(in.Entries, in.Entries[1]) },
		"another path":      func(in *contentapi.SetManifest) { in.Entries[1].Path = "start/9" },
		"another order":     func(in *contentapi.SetManifest) { in.Entries[0], in.Entries[1] = in.Entries[1], in.Entries[0] },
		"a file that talks": func(in *contentapi.SetManifest) { in.Entries[2].Text = "Hello." },
		"a zero character":  func(in *contentapi.SetManifest) { in.Entries[1].Text = "One.\x00" },
		"no manifest":       func(in *contentapi.SetManifest) { in.Manifest = []byte(`[]`) },
		"no entries":        func(in *contentapi.SetManifest) { in.Entries = nil },
	} {
		in := course("One.")
		spoil(&in)
		_, err := h.from("storefront").SetManifest(h.as(ana), product, in)
		if p := problem.From(err); p == nil || p.Kind != problem.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.count(`select count(*) from content.document`); n != 0 {
		t.Errorf("%d documents were made", n)
	}
}

// Two who begin a product's document at the same time make one; pressing again adds no version and no publication.
func TestOneDocumentForAProduct(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := h.from("storefront").SetManifest(h.as(ana), product, course("One.")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d := h.setManifest(product, course("One."))
	for range 2 {
		if _, err := h.publishManifest(product, d); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.count(`select count(*) from content.version`) + h.count(`select count(*) from content.publication`); n != 2 {
		t.Errorf("%d versions and publications", n)
	}
	stale := d
	h.setManifest(product, course("Two."))
	_, err := h.publishManifest(product, stale)
	h.wants(err, problem.ErrStale, "an earlier manifest")
	// Erasure takes the words of every entry.
	h.hear("accounts.person.erased.v1", ana, map[string]string{"person_id": ana})
	if n := h.count(`select count(*) from content.entry_words`) + h.count(`select count(*) from content.entry`); n != 0 {
		t.Errorf("%d rows with words are left", n)
	}
}
