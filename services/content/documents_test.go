package content

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

func TestADocumentAndItsVersions(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		d := h.post("One.")
		if d.State != contentapi.StateDraft || d.OwnerID != ana || d.Version != 1 || d.Current.Seq != 1 || d.Current.By != ana || !d.Created.Equal(noon) {
			t.Fatalf("%+v", d)
		}
		one := d.Current.Digest
		d = h.edit(d, "Two: https://Example.com")
		if d.Current.Seq != 2 || d.Version != 2 || d.Current.Digest == one || d.Current.Links[0].Resolved != "https://example.com/" {
			t.Fatalf("%+v", d)
		}
		if same := h.edit(d, "Two: https://Example.com"); same.Version != d.Version || same.Current.Seq != 2 {
			t.Errorf("the same words made a version: %+v", same)
		}
		_, err := c.Save(me, "", d.ID, 1, words("Three."))
		h.wants(err, problem.ErrStale, "a save over somebody else's")
		d = must[contentapi.Document](h)(c.Restore(me, d.ID, d.Version, 1))
		if d.Current.Seq != 3 || d.Current.Digest != one || d.Current.Text != "One." || d.Current.RestoredFrom != 1 {
			t.Errorf("restored: %+v", d)
		}
		_, err = c.Restore(me, d.ID, d.Version, 9)
		h.wants(err, problem.ErrNotFound, "a version that there is not")
		if v := must[contentapi.Version](h)(c.Version(me, d.ID, 2)); v.Text != "Two: https://Example.com" || v.DocumentID != d.ID {
			t.Errorf("%+v", v)
		}
		history := must[contentapi.History](h)(c.History(me, d.ID, ""))
		var seqs []int
		for _, s := range history.Items {
			seqs = append(seqs, s.Seq)
		}
		if !slices.Equal(seqs, []int{3, 2, 1}) || history.Next != "" || history.Items[0].RestoredFrom != 1 {
			t.Errorf("%+v", history)
		}
		saved := contentapi.EventDocumentSaved
		if told := h.told(d.ID); !slices.Equal(told, []string{saved, saved, saved}) {
			t.Errorf("told %v", told)
		}
	})
}

func TestTwoVersionsAreCompared(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("I was hired.")
		in := words("I was fired.")
		in.Destinations[0].Countries = []string{"BE"}
		in.Disclosure, in.Paid = "#ad", true
		d = must[contentapi.Document](h)(h.client.Save(h.as(ana), "", d.ID, d.Version, in))
		got := must[contentapi.Changes](h)(h.client.Changes(h.as(ana), d.ID, 1, 2))
		want := contentapi.Changes{
			From: 1, To: 2, Title: []contentapi.Piece{}, Caption: []contentapi.Piece{}, PaidAfter: true,
			Text:       []contentapi.Piece{{Op: contentapi.PieceSame, Text: "I was "}, {Op: contentapi.PieceRemoved, Text: "hired"}, {Op: contentapi.PieceAdded, Text: "fired"}, {Op: contentapi.PieceSame, Text: "."}},
			Disclosure: []contentapi.Piece{{Op: contentapi.PieceAdded, Text: "#ad"}}, DestinationsAdded: in.Destinations, DestinationsRemoved: words("").Destinations,
			MediaBefore: []contentapi.Shows{}, MediaAfter: []contentapi.Shows{},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if back := must[contentapi.Changes](h)(h.client.Changes(h.as(ana), d.ID, 2, 1)); back.Text[1].Text != "fired" || back.PaidAfter || !back.PaidBefore {
			t.Errorf("%+v", back)
		}
		blanks := must[contentapi.Document](h)(h.client.Restore(h.as(ana), d.ID, d.Version, 1))
		if same := must[contentapi.Changes](h)(h.client.Changes(h.as(ana), d.ID, 1, blanks.Current.Seq)); !same.SameDigest || len(same.Text) != 1 {
			t.Errorf("%+v", same)
		}
		_, err := h.client.Changes(h.as(ana), d.ID, 1, 9)
		h.wants(err, problem.ErrNotFound, "a version that there is not")
		_, err = h.client.Changes(h.as(ben), d.ID, 1, 2)
		h.wants(err, problem.ErrNotFound, "another person's")
	})
}

func TestSavingTwiceWithOneKeyIsOnce(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		in := contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words("One.")}
		first := must[contentapi.Document](h)(c.Create(me, "k1", in))
		if again := must[contentapi.Document](h)(c.Create(me, "k1", in)); cmp.Diff(first, again) != "" {
			t.Error(cmp.Diff(first, again))
		}
		_, err := c.Create(me, "k1", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words("Other.")})
		h.wants(err, problem.ErrIdempotencyMismatch, "another body")
		saved := must[contentapi.Document](h)(c.Save(me, "k2", first.ID, first.Version, words("Two.")))
		if again := must[contentapi.Document](h)(c.Save(me, "k2", first.ID, first.Version, words("Two."))); cmp.Diff(saved, again) != "" {
			t.Error(cmp.Diff(saved, again))
		}
		if n := h.count(`select count(*) from content.version`); n != 2 {
			t.Errorf("%d versions", n)
		}
	})
}

func TestOthersFindNothing(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c := h.client
		d := h.post("One.")
		for who, ctx := range map[string]func() (contentapi.Document, error){
			"another person": func() (contentapi.Document, error) { return c.Document(h.as(ben), d.ID) },
			"for another":    func() (contentapi.Document, error) { return c.Document(h.acting(ana, ben, "see"), d.ID) },
			"save":           func() (contentapi.Document, error) { return c.Save(h.as(ben), "", d.ID, 1, words("x")) },
			"restore":        func() (contentapi.Document, error) { return c.Restore(h.as(ben), d.ID, 1, 1) },
			"withdraw":       func() (contentapi.Document, error) { return c.Withdraw(h.as(ben), d.ID, 1) },
			"delete":         func() (contentapi.Document, error) { return contentapi.Document{}, c.Delete(h.as(ben), d.ID) },
			"version": func() (contentapi.Document, error) {
				_, err := c.Version(h.as(ben), d.ID, 1)
				return contentapi.Document{}, err
			},
			"history": func() (contentapi.Document, error) {
				_, err := c.History(h.as(ben), d.ID, "")
				return contentapi.Document{}, err
			},
		} {
			_, err := ctx()
			h.wants(err, problem.ErrNotFound, who)
		}
		if page := must[contentapi.DocumentPage](h)(c.Documents(h.as(ben), "", "")); len(page.Items) != 0 {
			t.Errorf("%+v", page)
		}
		_, err := c.PersonalData(h.as(ana), ana)
		h.wants(err, problem.ErrNotFound, "what only accounts may ask")
	})
}

func TestAssistantsWriteWithTheirScope(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c := h.client
		d := h.post("One.")
		saved := must[contentapi.Document](h)(c.Save(h.acting(ben, ana, accountsapi.ScopeArrange), "", d.ID, d.Version, words("Two.")))
		if want := ben + " for " + ana; saved.Current.By != want || saved.OwnerID != ana {
			t.Errorf("%+v", saved)
		}
		for _, scope := range []string{accountsapi.ScopeSee, accountsapi.ScopeComment, accountsapi.ScopeApprove} {
			if got := must[contentapi.Document](h)(c.Document(h.acting(ben, ana, scope), d.ID)); got.Current.Seq != 2 {
				t.Errorf("%s: %+v", scope, got)
			}
			_, err := c.Save(h.acting(ben, ana, scope), "", d.ID, 0, words("Three."))
			h.wants(err, problem.ErrForbidden, scope)
		}
		_, err := c.Document(h.acting(ben, ana, accountsapi.ScopePay), d.ID)
		h.wants(err, problem.ErrForbidden, "pay")
		_, err = c.Withdraw(h.acting(ben, ana, accountsapi.ScopeArrange), d.ID, 0)
		h.wants(err, problem.ErrForbidden, "withdraw")
		h.wants(c.Delete(h.acting(ben, ana, accountsapi.ScopeArrange), d.ID), problem.ErrForbidden, "delete")
	})
}

func TestWithdrawnIsClosedAndDeletedIsGone(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		d := h.edit(h.post("Secret one."), "Secret two.")
		_, err := c.Withdraw(me, d.ID, 1)
		h.wants(err, problem.ErrStale, "withdraw what moved on")
		d = must[contentapi.Document](h)(c.Withdraw(me, d.ID, d.Version))
		_, err = c.Save(me, "", d.ID, 1, words("Three."))
		if p := h.wants(err, contentapi.ErrDocumentClosed, "save, and stale too"); p.State != contentapi.StateWithdrawn {
			t.Errorf("state %q", p.State)
		}
		_, err = c.Restore(me, d.ID, 0, 1)
		h.wants(err, contentapi.ErrDocumentClosed, "restore")
		_, err = c.Withdraw(me, d.ID, 0)
		h.wants(err, contentapi.ErrDocumentClosed, "withdraw again")
		if v := must[contentapi.Version](h)(c.Version(me, d.ID, 1)); v.Text != "Secret one." {
			t.Errorf("%+v", v)
		}
		for state, n := range map[string]int{"": 1, contentapi.StateDraft: 0, contentapi.StateWithdrawn: 1} {
			if page := must[contentapi.DocumentPage](h)(c.Documents(me, state, "")); len(page.Items) != n {
				t.Errorf("%q: %+v", state, page)
			}
		}
		if err := c.Delete(me, d.ID); err != nil {
			t.Fatal(err)
		}
		h.wants(c.Delete(me, d.ID), problem.ErrNotFound, "delete again")
		_, err = c.Version(me, d.ID, 1)
		h.wants(err, problem.ErrNotFound, "a version of what is gone")
		if page := must[contentapi.DocumentPage](h)(c.Documents(me, "", "")); len(page.Items) != 0 {
			t.Errorf("%+v", page)
		}
		h.noneSays("Secret")
		if n := h.count(`select count(*) from content.version where document_id = $1`, d.ID); n != 2 {
			t.Errorf("%d digests are kept", n)
		}
		saved := contentapi.EventDocumentSaved
		if told := h.told(d.ID); !slices.Equal(told, []string{saved, saved, contentapi.EventDocumentWithdrawn, contentapi.EventDocumentDeleted}) {
			t.Errorf("told %v", told)
		}
	})
}

// noneSays searches every table of the schema for a word.
func (h *house) noneSays(word string) {
	h.t.Helper()
	tables := must[[]string](h)(pg.Column[string](h.t.Context(), h.pool, `select table_name::text from information_schema.tables where table_schema = 'content'`))
	if len(tables) < 7 {
		h.t.Fatalf("tables: %v", tables)
	}
	for _, table := range tables {
		if n := h.count(`select count(*) from content.` + table + ` t where t::text like '%` + word + `%'`); n != 0 {
			h.t.Errorf("%s says %s in %d rows", table, word, n)
		}
	}
}

func TestListsHaveCursors(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		var want []string
		for i := range pageSize + 3 {
			want = append(want, h.post(fmt.Sprintf("Post %d.\n\nMore.", i)).ID)
		}
		slices.Reverse(want)
		var got []string
		page := must[contentapi.DocumentPage](h)(c.Documents(me, "", ""))
		if page.Items[0].Preview != fmt.Sprintf("Post %d. More.", pageSize+2) {
			t.Errorf("preview %q", page.Items[0].Preview)
		}
		for {
			for _, d := range page.Items {
				got = append(got, d.ID)
			}
			if page.Next == "" {
				break
			}
			page = must[contentapi.DocumentPage](h)(c.Documents(me, "", page.Next))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		d := must[contentapi.Document](h)(c.Document(me, want[0]))
		for i := range pageSize + 4 {
			d = h.edit(d, fmt.Sprintf("Edit %d.", i))
		}
		first := must[contentapi.History](h)(c.History(me, d.ID, ""))
		rest := must[contentapi.History](h)(c.History(me, d.ID, first.Next))
		if len(first.Items) != pageSize || len(rest.Items) != 5 || rest.Items[4].Seq != 1 || rest.Next != "" {
			t.Errorf("%d, then %+v", len(first.Items), rest)
		}
		_, err := c.History(me, d.ID, "x")
		h.wants(err, problem.ErrInvalid, "a cursor that is none")
	})
}

// TestSavesAtOnce: of two people who save over the same version one is told that it moved on, and nothing is lost.
func TestSavesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.post("One.")
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, errs[i] = h.client.Save(h.as(ana), "", d.ID, d.Version, words(fmt.Sprintf("By %d.", i)))
		}()
	}
	wg.Wait()
	saved := 0
	for _, err := range errs {
		if err == nil {
			saved++
		} else {
			h.wants(err, problem.ErrStale, "one who came later")
		}
	}
	if saved != 1 || h.count(`select count(*) from content.version`) != 2 {
		t.Errorf("%d saved", saved)
	}
}

func TestBadInputIsNamed(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Kept.")
		send := func(body, match string) *problem.Error {
			req, err := http.NewRequestWithContext(h.as(ana), http.MethodPost, "http://content.svc/api/v1/documents/"+d.ID+"/versions", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("If-Match", match)
			res, err := h.http("web").Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			text, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode < 400 {
				t.Fatalf("%d: %s", res.StatusCode, text)
			}
			return problem.Parse(res.StatusCode, text)
		}
		for _, c := range []struct {
			what, body string
			want       *problem.Error
			pointer    string
		}{
			{"2 MB of text", `{"text":"` + strings.Repeat("a", 2<<20) + `"}`, problem.ErrTooLarge, ""},
			{"1 MB of text", `{"text":"` + strings.Repeat("a", 1<<20) + `"}`, problem.ErrInvalid, "/text"},
			{"invalid UTF-8", "{\"text\":\"a\xff\"}", problem.ErrMalformed, ""},
			{"a zero character", `{"text":"a\u0000"}`, problem.ErrInvalid, "/text"},
			{"an unknown field", `{"text":"a","colour":"red"}`, problem.ErrInvalid, "/colour"},
			{"an unknown channel", `{"text":"a","destinations":[{"channel":"fax"}]}`, problem.ErrInvalid, "/destinations/0/channel"},
			{"a country that is none", `{"text":"a","destinations":[{"channel":"linkedin","countries":["ZZ"]}]}`, problem.ErrInvalid, "/destinations/0/countries/0"},
			{"a title", `{"text":"a","title":"b"}`, problem.ErrInvalid, "/title"},
			{"no JSON", `{"text":`, problem.ErrMalformed, ""},
		} {
			p := send(c.body, "*")
			if p.Code != c.want.Code || (c.pointer != "" && (len(p.Fields) == 0 || p.Fields[0].Pointer != c.pointer)) {
				t.Errorf("%s: %v %+v", c.what, p, p.Fields)
			}
		}
		for _, match := range []string{`"x"`, `-1`, `"0"`, `99999999999999999999`} {
			if p := send(`{"text":"a"}`, match); p.Code != problem.ErrInvalid.Code || p.Fields[0].Pointer != "/If-Match" {
				t.Errorf("If-Match %s: %v", match, p)
			}
		}
		if p := send(`{"text":"a"}`, `W/"7"`); p.Code != problem.ErrStale.Code {
			t.Errorf("another version: %v", p)
		}
		if got := must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID)); got.Current.Text != "Kept." || got.Version != 1 {
			t.Errorf("something was lost: %+v", got)
		}
		if long := h.edit(d, strings.Repeat("字", 200_000)); long.Current.Seq != 2 {
			t.Errorf("the longest text: %d", long.Current.Seq)
		}
	})
}

func TestTakingAlongAndLeaving(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.edit(h.post("Canary one."), "Canary two.")
		must[contentapi.Document](h)(h.client.Create(h.as(ana), "key", contentapi.NewDocument{Kind: contentapi.KindNewsletter, Draft: contentapi.Draft{Title: "Canary", Text: "x"}}))
		bens := must[contentapi.Document](h)(h.client.Create(h.as(ben), "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words("Ben's.")}))
		all := must[contentapi.PersonalData](h)(h.from("accounts").PersonalData(t.Context(), ana))
		if len(all.Documents) != 2 || len(all.Documents[0].Versions) != 2 || all.Documents[0].Versions[1].Text != "Canary two." {
			t.Errorf("%+v", all)
		}
		for range 2 {
			h.hear(accountsapi.EventPersonErased, ana, accountsapi.PersonErased{PersonID: ana})
		}
		h.noneSays("Canary")
		if all := must[contentapi.PersonalData](h)(h.from("accounts").PersonalData(t.Context(), ana)); len(all.Documents) != 0 {
			t.Errorf("%+v", all)
		}
		if told := h.told(d.ID); len(told) != 3 || told[2] != contentapi.EventDocumentDeleted {
			t.Errorf("told %v", told)
		}
		if got := must[contentapi.Document](h)(h.client.Document(h.as(ben), bens.ID)); got.Current.Text != "Ben's." {
			t.Errorf("%+v", got)
		}
		// A request that was under way writes once more; within the hour it is gone too.
		h.post("Canary three.")
		if err := h.svc.Tidy(t.Context(), h.clock.Now()); err != nil {
			t.Fatal(err)
		}
		h.noneSays("Canary")
	})
}
