package documents

import (
	"net/http"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Checking and asking are offered while the newest words have not appeared, to their author alone, and not to who works for nobody.
func TestAskingAnEmployerIsOffered(t *testing.T) {
	t.Parallel()
	asked := storyPost()
	asked.Gates = storyGates()[4:5]
	for name, c := range map[string]struct {
		change         func(d *contentapi.Document)
		who            able
		solo           bool
		offered, asked bool
	}{
		"a draft":                   {offered: true},
		"of who works for nobody":   {solo: true},
		"an assistant's":            {who: able{arrange: true, comment: true, approve: true}},
		"asked":                     {change: func(d *contentapi.Document) { *d = asked }, offered: true, asked: true},
		"asked, then for nobody":    {change: func(d *contentapi.Document) { *d = asked }, solo: true, asked: true},
		"withdrawn":                 {change: func(d *contentapi.Document) { d.State = contentapi.StateWithdrawn }},
		"without a word":            {change: func(d *contentapi.Document) { d.Current.Text = " \n" }},
		"a picture without words":   {change: func(d *contentapi.Document) { d.Current.Text, d.Current.Media = "", storyClip().Current.Media }, offered: true},
		"published":                 {change: func(d *contentapi.Document) { appeared(d, d.Current.Seq) }},
		"published, written anew":   {change: func(d *contentapi.Document) { appeared(d, d.Current.Seq-1) }, offered: true},
		"its client has not agreed": {change: func(d *contentapi.Document) { d.Gates = storyGates()[1:2] }, offered: true},
	} {
		d := storyPost()
		if c.change != nil {
			c.change(&d)
		}
		if c.who == (able{}) {
			c.who = everything()
		}
		if got := signOffOf(head{Document: d, able: c.who}, c.solo); got != (signOff{c.offered, c.asked}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func appeared(d *contentapi.Document, seq int) {
	d.State, d.Publications = contentapi.StatePublished, []contentapi.Publication{{ID: "publication_1", Seq: seq}}
}

// A product's own document is read and written on the product's pages.
func TestADocumentOfAProductIsItsProducts(t *testing.T) {
	t.Parallel()
	f := &fake{document: contentapi.Document{ID: "document_1", OwnerID: "person_creator", ProductID: "product_1", Kind: contentapi.KindPublication}}
	b := open(t, f)
	for path, to := range map[string]string{"/documents/document_1": "/products/product_1/publish", "/documents/document_1/edit": "/products/product_1"} {
		if rec := b.do(http.MethodGet, path, nil); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
			t.Errorf("%s: %d to %s", path, rec.Code, rec.Header().Get("Location"))
		}
	}
}

// Both links stand on the page of a draft.
func TestTheLinksLeadToTheEmployer(t *testing.T) {
	t.Parallel()
	b := open(t, &fake{document: storyPost()})
	page := b.do(http.MethodGet, "/documents/document_1", nil).Body.String()
	for _, want := range []string{`href="/submissions/check?document=document_1"`, `href="/submissions/new?document=document_1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %s", want)
		}
	}
	b.caller = identity.Caller{Person: "person_assistant", For: "person_creator", Scopes: []string{"see", "arrange"}}
	if page := b.do(http.MethodGet, "/documents/document_1", nil).Body.String(); strings.Contains(page, "/submissions") {
		t.Error("an assistant is led to what only the author may do")
	}
}
