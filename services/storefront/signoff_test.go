package storefront

import (
	"fmt"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/content"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// withContent gives a house the real part that keeps documents, on a database of its own, and a client as review has it.
func (h *house) withContent() *contentapi.Client {
	h.t.Helper()
	svc := content.NewService(content.Deps{Pool: pgtest.DB(h.t, contentapi.Name), Clock: h.clock})
	r := rest.NewRouter(contentapi.Name, identity.NewVerifier(contentapi.Name, h.keys, h.clock))
	svc.Routes(r)
	h.docs.Local(contentapi.Name, r)
	return contentapi.NewClient(h.httpIn(h.docs, "review"))
}

var acme = contentapi.Party{Kind: contentapi.GateEmployer, Ref: "employer_acme"}

// A64: a course is cleared and sold; one comma changes in one lesson: that lesson is stale, the others stand, buyers keep the
// last cleared publication, and sales go on.
func TestCaseA64(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		review := h.withContent()
		p, me := h.course(), h.as("person_ana")
		if p.DocumentID != "" {
			t.Fatal("a course that nobody signs off has a document")
		}
		p = must[storefrontapi.Product](h)(h.client.PutForward(me, p.ID))
		if again := must[storefrontapi.Product](h)(h.client.PutForward(me, p.ID)); again.DocumentID != p.DocumentID || p.DocumentID == "" {
			t.Fatalf("%q, then %q", p.DocumentID, again.DocumentID)
		}
		if _, err := review.AddGate(t.Context(), p.DocumentID, contentapi.AddGate{Party: acme}); err != nil {
			t.Fatal(err)
		}
		_, err := h.client.Publish(me, p.ID, p.Version)
		h.wants(err, contentapi.ErrGateWaiting, "before anybody agreed")
		agree := func(seq int64, digest string, entries ...string) contentapi.Gate {
			return must[contentapi.Gate](h)(review.OpenGate(t.Context(), p.DocumentID, contentapi.OpenGate{Party: acme, Seq: seq, Digest: digest, Entries: entries}))
		}
		first := p.Publication.Digest
		agree(1, first)
		p = must[storefrontapi.Product](h)(h.client.Publish(me, p.ID, p.Version))

		outline := must[storefrontapi.Outline](h)(h.client.Outline(me, p.ID))
		lesson := outline.Sections[0].Lessons[1]
		body := "# Words, and less of them\n"
		must[storefrontapi.Lesson](h)(h.client.UpdateLesson(me, lesson.ID, 0, storefrontapi.UpdateLesson{Body: &body}))
		p = must[storefrontapi.Product](h)(h.client.Product(me, p.ID))
		_, err = h.client.Publish(me, p.ID, p.Version)
		h.wants(err, contentapi.ErrApprovalStale, "a comma later")
		if p = must[storefrontapi.Product](h)(h.client.Product(me, p.ID)); p.Publication.Digest != first || p.State != storefrontapi.StatePublished || !p.Changed {
			t.Fatalf("%+v", p.Publication)
		}
		if _, err := h.client.PlaceOrder(h.guest(), "", order(p, "tom@example.com")); err != nil {
			t.Fatalf("sales stopped: %v", err)
		}
		doc := must[contentapi.Document](h)(contentapi.NewClient(h.httpIn(h.docs, "web")).Document(me, p.DocumentID))
		var stale []string
		for _, e := range doc.Gates[0].Entries {
			if e.Fault != "" {
				stale = append(stale, e.Path)
			}
		}
		if fmt.Sprint(stale) != "[start/how]" {
			t.Fatalf("stale: %v", stale)
		}
		agree(2, doc.Current.Digest, doc.Gates[0].Entries[2].Digest)
		if p = must[storefrontapi.Product](h)(h.client.Publish(me, p.ID, p.Version)); p.Publication.Digest != doc.Current.Digest || p.Publication.Digest == first {
			t.Errorf("%+v", p.Publication)
		}
		if n := h.count(`select count(*) from storefront.publication`); n != 2 {
			t.Errorf("%d publications", n)
		}
	})
}

// What was agreed to is what is published: a change between the two is stale, and nothing else may stand against it first.
func TestNothingElseStandsAgainstIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	review := h.withContent()
	me := h.as("person_ana")
	empty := must[storefrontapi.Product](h)(h.client.CreateProduct(me, "", storefrontapi.NewProduct{Kind: "course", Title: "Empty"}))
	_, err := h.client.PutForward(me, empty.ID)
	h.wants(err, storefrontapi.ErrNothingToPublish, "without a lesson")
	sec := must[storefrontapi.Section](h)(h.client.AddSection(me, empty.ID, storefrontapi.NewSection{Title: "Start"}))
	must[storefrontapi.Lesson](h)(h.client.AddLesson(me, sec.ID, storefrontapi.NewLesson{Title: "Why", Body: "So."}))
	_, err = h.client.PutForward(h.as("person_ben"), empty.ID)
	h.wants(err, problem.ErrNotFound, "another person's")
	p := must[storefrontapi.Product](h)(h.client.PutForward(me, empty.ID))
	if _, err := review.AddGate(t.Context(), p.DocumentID, contentapi.AddGate{Party: acme}); err != nil {
		t.Fatal(err)
	}
	owner := contentapi.NewClient(h.httpIn(h.docs, "web"))
	doc := must[contentapi.Document](h)(owner.Document(me, p.DocumentID))
	must[contentapi.Gate](h)(review.OpenGate(t.Context(), p.DocumentID, contentapi.OpenGate{Party: acme, Seq: 1, Digest: doc.Current.Digest}))
	_, err = h.client.Publish(me, p.ID, p.Version)
	h.wants(err, storefrontapi.ErrNothingToPublish, "without a price")
	_, err = h.client.Publish(me, p.ID, p.Version+1)
	h.wants(err, problem.ErrStale, "another version")
	if doc = must[contentapi.Document](h)(owner.Document(me, p.DocumentID)); len(doc.Publications) != 0 {
		t.Errorf("content says that it appeared: %+v", doc.Publications)
	}
}
