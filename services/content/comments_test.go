package content

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/compare"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

func TestPassagesAreCountedInCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text        string
		from, until int
		want        string
		ok          bool
	}{
		{"Good day", 5, 8, "day", true},
		{"Good day", 0, 0, "", true},
		{"Good day", 8, 8, "", true},
		{"Good day", 5, 9, "", false},
		{"Good day", 5, 4, "", false},
		{"", 0, 0, "", true},
		{"中文字", 1, 2, "文", true},
		{"a👩‍💻b", 1, 4, "👩‍💻", true},
		{"a👩‍💻b", 1, 2, "", false}, // half of it
		{"x\u0323\u0302y", 1, 3, "", false},
	} {
		s, ok := find(c.text, contentapi.Passage{From: c.from, Until: c.until})
		if ok != c.ok || ok && c.text[s.from:s.until] != c.want {
			t.Errorf("%q %d to %d: %v %v", c.text, c.from, c.until, s, ok)
		}
	}
}

// TestAMovedPassageSaysTheSame: wherever a passage is found in another text, it says there what it said.
func TestAMovedPassageSaysTheSame(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"a ", "bee ", "see ", "\n", "中", ". "})
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		join := func(words []string) (s string) {
			for _, w := range words {
				s += w
			}
			return s
		}
		before, after := join(rapid.SliceOfN(word, 0, 12).Draw(t, "before")), join(rapid.SliceOfN(word, 0, 12).Draw(t, "after"))
		chars := len([]rune(before))
		from := rapid.IntRange(0, chars).Draw(t, "from")
		s, ok := find(before, contentapi.Passage{From: from, Until: rapid.IntRange(from, chars).Draw(t, "until")})
		if !ok {
			return // between a letter and its mark
		}
		if now, ok := moved(compare.Words(before, after), s); ok {
			found++
			if before[s.from:s.until] != after[now.from:now.until] {
				t.Fatalf("%q at %v in %q is %q in %q", before[s.from:s.until], s, before, after[now.from:now.until], after)
			}
		}
	})
	if found < 10 {
		t.Errorf("found %d", found)
	}
}

func TestWhereAPassageStandsNow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after string
		at            span
		want          span
		ok            bool
	}{
		{"a b", "a b", span{0, 3}, span{0, 3}, true},
		{"a b", "x a b", span{0, 1}, span{2, 3}, true},
		{"a b", "a b x", span{2, 3}, span{2, 3}, true},
		{"a b", "a c", span{2, 3}, span{}, false},
		{"a b", "a c", span{0, 3}, span{}, false},
		{"", "a", span{}, span{}, true},
		{"a", "b", span{}, span{}, false},
		{"a", "", span{0, 1}, span{}, false},
	} {
		if got, ok := moved(compare.Words(c.before, c.after), c.at); got != c.want || ok != c.ok {
			t.Errorf("%v of %q in %q: %v %v", c.at, c.before, c.after, got, ok)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func passage(from, until int) *contentapi.Passage {
	return &contentapi.Passage{Part: contentapi.PartText, From: from, Until: until}
}

func TestCommentsFollowTheirPassage(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		d := h.post("Our margin was 40 percent. We grew.")
		made := must[contentapi.Comment](h)(c.Comment(h.acting(ben, ana, accountsapi.ScopeComment), "key", d.ID, contentapi.NewComment{Seq: 1, Passage: passage(15, 25), Body: "May we say this?"}))
		if made.Quote != "40 percent" || made.By != ben+" for "+ana || made.State != contentapi.CommentOpen || cmp.Diff(made.Now, passage(15, 25)) != "" {
			t.Fatalf("%+v", made)
		}
		again := must[contentapi.Comment](h)(c.Comment(h.acting(ben, ana, accountsapi.ScopeComment), "key", d.ID, contentapi.NewComment{Seq: 1, Passage: passage(15, 25), Body: "May we say this?"}))
		if diff := cmp.Diff(made, again); diff != "" {
			t.Error(diff)
		}
		reply := must[contentapi.Comment](h)(c.Comment(me, "", d.ID, contentapi.NewComment{ReplyTo: made.ID, Body: "It was in the report."}))
		if reply.ReplyTo != made.ID || reply.Quote != made.Quote {
			t.Errorf("%+v", reply)
		}
		d = h.edit(d, "News!\n\nOur margin was 40 percent. We grew.")
		all := must[contentapi.CommentPage](h)(c.Comments(me, d.ID, "", ""))
		if len(all.Items) != 2 || cmp.Diff(all.Items[0].Now, passage(22, 32)) != "" {
			t.Fatalf("%+v", all)
		}
		d = h.edit(d, "News!\n\nOur margin was 41 percent. We grew.")
		if all = must[contentapi.CommentPage](h)(c.Comments(me, d.ID, "", "")); all.Items[0].Now != nil || all.Items[0].Quote != "40 percent" {
			t.Errorf("%+v", all.Items[0])
		}
		for range 2 {
			settled := must[contentapi.Comment](h)(c.Settle(me, d.ID, made.ID))
			if settled.State != contentapi.CommentSettled || settled.SettledBy != ana || settled.Settled == nil {
				t.Errorf("%+v", settled)
			}
		}
		_, err := c.Accept(me, d.ID, reply.ID)
		h.wants(err, problem.ErrConflict, "accept what suggests nothing")
		for state, n := range map[string]int{contentapi.CommentOpen: 1, contentapi.CommentSettled: 1, contentapi.CommentAccepted: 0} {
			if page := must[contentapi.CommentPage](h)(c.Comments(me, d.ID, state, "")); len(page.Items) != n {
				t.Errorf("%s: %+v", state, page)
			}
		}
		want := []string{contentapi.EventCommentMade, contentapi.EventCommentMade, contentapi.EventCommentSettled}
		told := slices.DeleteFunc(h.told(d.ID), func(n string) bool { return n == contentapi.EventDocumentSaved })
		if !slices.Equal(told, want) {
			t.Errorf("told %v", told)
		}
	})
}

// TestASuggestionIsTakenWithOnePress: what comes out has the digest that was said beforehand, so whoever signed that need
// not read it again; elsewhere edited texts take it too; and a passage that changed refuses it.
func TestASuggestionIsTakenWithOnePress(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		d := h.post("Our margin was 40 percent. We grew.")
		suggest := func(d contentapi.Document, from, until int, words string) contentapi.Comment {
			return must[contentapi.Comment](h)(c.Comment(me, "", d.ID, contentapi.NewComment{Seq: d.Current.Seq, Passage: passage(from, until), Replacement: &words}))
		}
		first, second := suggest(d, 15, 25, "good"), suggest(d, 34, 34, " a lot")
		clash := suggest(d, 15, 25, "fine")
		h.ask(d, acme)
		h.agree(d, acme, 1, first.ResultDigest) // the reviewer signs the exact fix
		d = must[contentapi.Document](h)(c.Accept(me, d.ID, first.ID))
		if d.Current.Text != "Our margin was good. We grew." || d.Current.Digest != first.ResultDigest || d.Gates[0].Fault != "" {
			t.Fatalf("%+v", d)
		}
		if again := must[contentapi.Document](h)(c.Accept(me, d.ID, first.ID)); cmp.Diff(d, again) != "" {
			t.Error(cmp.Diff(d, again))
		}
		_, err := c.Accept(me, d.ID, clash.ID)
		h.wants(err, contentapi.ErrPassageChanged, "words that are gone")
		d = must[contentapi.Document](h)(c.Accept(me, d.ID, second.ID))
		if d.Current.Text != "Our margin was good. We grew a lot." || d.Current.Seq != 3 {
			t.Errorf("%+v", d.Current)
		}
		_, err = c.Settle(me, d.ID, first.ID)
		if p := h.wants(err, contentapi.ErrCommentSettled, "settle what was accepted"); p.State != contentapi.CommentAccepted {
			t.Errorf("state %q", p.State)
		}
		must[contentapi.Comment](h)(c.Settle(me, d.ID, clash.ID))
		_, err = c.Accept(me, d.ID, clash.ID)
		h.wants(err, contentapi.ErrCommentSettled, "accept what was settled")
		all := must[contentapi.CommentPage](h)(c.Comments(me, d.ID, contentapi.CommentAccepted, ""))
		if len(all.Items) != 2 || all.Items[0].AcceptedSeq != 2 || all.Items[1].AcceptedSeq != 3 {
			t.Errorf("%+v", all)
		}
		_, err = c.Accept(h.acting(ben, ana, accountsapi.ScopeComment), d.ID, second.ID)
		h.wants(err, problem.ErrForbidden, "accept with comment alone")
	})
}

func TestCommentsThatAreRefused(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		c, me := h.client, h.as(ana)
		d := h.post("Short.")
		for what, in := range map[string]contentapi.NewComment{
			"nothing":               {Seq: 1, Passage: passage(0, 1)},
			"nowhere":               {Seq: 1, Body: "x"},
			"behind the end":        {Seq: 1, Passage: passage(0, 7), Body: "x"},
			"a zero character":      {Seq: 1, Passage: passage(0, 1), Body: "\x00"},
			"no change":             {Seq: 1, Passage: passage(0, 5), Replacement: ptr("Short")},
			"zero in a replacement": {Seq: 1, Passage: passage(0, 5), Replacement: ptr("\x00")},
			"a caption":             {Seq: 1, Passage: &contentapi.Passage{Part: contentapi.PartCaption}, Replacement: ptr("x")},
			"an unknown part":       {Seq: 1, Passage: &contentapi.Passage{Part: "alt"}, Body: "x"},
			"a reply that suggests": {ReplyTo: "comment_x", Replacement: ptr("x")},
		} {
			_, err := c.Comment(me, "", d.ID, in)
			h.wants(err, problem.ErrInvalid, what)
		}
		for what, in := range map[string]contentapi.NewComment{
			"no version": {Seq: 2, Passage: passage(0, 1), Body: "x"},
			"no comment": {ReplyTo: "comment_x", Body: "x"},
		} {
			_, err := c.Comment(me, "", d.ID, in)
			h.wants(err, problem.ErrNotFound, what)
		}
		mine := must[contentapi.Comment](h)(c.Comment(me, "", d.ID, contentapi.NewComment{Seq: 1, Passage: passage(0, 5), Replacement: ptr("Long")}))
		other := h.post("Other.")
		_, err := c.Accept(me, other.ID, mine.ID)
		h.wants(err, problem.ErrNotFound, "another document's")
		_, err = c.Comments(h.as(ben), d.ID, "", "")
		h.wants(err, problem.ErrNotFound, "another person lists")
		_, err = c.Accept(h.as(ben), d.ID, mine.ID)
		h.wants(err, problem.ErrNotFound, "another person accepts")
		_, err = c.Comment(h.acting(ben, ana, accountsapi.ScopeSee), "", d.ID, contentapi.NewComment{Seq: 1, Passage: passage(0, 1), Body: "x"})
		h.wants(err, problem.ErrForbidden, "who may only see")
		must[contentapi.Document](h)(c.Withdraw(me, d.ID, 0))
		_, err = c.Comment(me, "", d.ID, contentapi.NewComment{Seq: 1, Passage: passage(0, 1), Body: "x"})
		h.wants(err, contentapi.ErrDocumentClosed, "withdrawn")
		_, err = c.Accept(me, d.ID, mine.ID)
		h.wants(err, contentapi.ErrDocumentClosed, "accept in what is withdrawn")
	})
}

func TestCommentsGoWithTheWords(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Plain.")
		first := must[contentapi.Comment](h)(h.client.Comment(h.as(ana), "key", d.ID, contentapi.NewComment{Seq: 1, Passage: passage(0, 5), Body: "Canary"}))
		must[contentapi.Comment](h)(h.client.Comment(h.as(ana), "", d.ID, contentapi.NewComment{ReplyTo: first.ID, Body: "Canary too"}))
		all := must[contentapi.PersonalData](h)(h.from("accounts").PersonalData(t.Context(), ana))
		if len(all.Documents) != 1 || len(all.Documents[0].Comments) != 2 || cmp.Diff(first, all.Documents[0].Comments[0], cmpopts.EquateEmpty()) != "" {
			t.Errorf("%+v", all)
		}
		if err := h.client.Delete(h.as(ana), d.ID); err != nil {
			t.Fatal(err)
		}
		h.noneSays("Canary")
	})
}
