package documents

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

// room is a document that people talk about.
type room struct {
	*fake
	list  []contentapi.Comment
	said  contentapi.NewComment
	acted string
}

func (r *room) Comment(_ context.Context, key, _ string, in contentapi.NewComment) (contentapi.Comment, error) {
	r.said, r.keys = in, append(r.keys, key)
	return contentapi.Comment{}, r.err
}

func (r *room) Comments(context.Context, string, string, string) (contentapi.CommentPage, error) {
	return contentapi.CommentPage{Items: r.list}, nil
}

func (r *room) Accept(_ context.Context, _, id string) (contentapi.Document, error) {
	r.acted = "accept " + id
	return r.document, r.err
}

func (r *room) Settle(_ context.Context, _, id string) (contentapi.Comment, error) {
	r.acted = "settle " + id
	return contentapi.Comment{}, r.err
}

func enter(t *testing.T) (*room, *browser) {
	t.Helper()
	r := &room{fake: &fake{document: storyPost()}, list: storyComments()}
	return r, open(t, r)
}

const commentsPath = "/documents/document_1/comments"

func TestAPassageIsMarkedByItsWords(t *testing.T) {
	t.Parallel()
	r, b := enter(t)
	b.shows(b.do("GET", commentsPath+"?at=text-2", nil), 200, `id="say"`, `name="from" value="37"`)
	form := url.Values{
		"do": {"say"}, "key": {"key_1"}, "at": {"text-2"}, "seq": {"4"}, "part": {"text"}, "from": {"37"}, "until": {"98"}, "words": {"a rule so dull"},
		"body": {"Is it?"}, "suggests": {"yes"}, "instead": {"a rule so plain"},
	}
	b.leads(b.do("POST", commentsPath, form), commentsPath)
	instead := "a rule so plain"
	want := contentapi.NewComment{Seq: 4, Passage: &contentapi.Passage{Part: "text", From: 59, Until: 73}, Body: "Is it?", Replacement: &instead}
	if diff := cmp.Diff(want, r.said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	if got := string([]rune(storyText)[59:73]); got != "a rule so dull" {
		t.Errorf("the passage is %q", got)
	}
	r.keys = nil
	form.Set("words", "42 rotas")
	b.shows(b.do("POST", commentsPath, form), 422, "do not stand in this paragraph", "42 rotas</textarea>", "a rule so plain</textarea>", "Is it?</textarea>")
	form.Set("words", "o")
	b.shows(b.do("POST", commentsPath, form), 422, "Take a few more along")
	form.Set("words", "a rule so dull")
	form.Set("suggests", "")
	form.Set("body", " ")
	b.shows(b.do("POST", commentsPath, form), 422, `id="body-error"`)
	if r.keys != nil {
		t.Error("something was sent")
	}
}

func TestAMomentIsMarkedByItsTime(t *testing.T) {
	t.Parallel()
	r, b := enter(t)
	r.document, r.list = storyClip(), nil
	form := url.Values{"do": {"say"}, "at": {"media-0"}, "seq": {"4"}, "part": {"media"}, "medium": {"sha256:aa"}, "start": {"0:42"}, "end": {"1:02.5"}, "body": {"A badge"}}
	b.leads(b.do("POST", commentsPath, form), commentsPath)
	if diff := cmp.Diff(&contentapi.Passage{Part: "media", From: 42000, Until: 62500, Medium: "sha256:aa"}, r.said.Passage); diff != "" {
		t.Error(diff)
	}
	for _, end := range []string{"0:41", "x", "1:99"} {
		form.Set("end", end)
		b.shows(b.do("POST", commentsPath, form), 422, `id="end-error"`, `value="`+end+`"`)
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int{"42": 42000, "0:42": 42000, "1:02:03": 3723000, "0:00,5": 500, "1:02:03.25": 3723250, "": -1, "1:60": -1, "-1": -1, "1.5:02": -1, "1:2:3:4": -1, "25:00:00": -1} {
		got, ok := moment(typed)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", typed, got, want)
		}
	}
}

func TestAThreadIsAnsweredAndEnded(t *testing.T) {
	t.Parallel()
	r, b := enter(t)
	b.shows(b.do("GET", commentsPath, nil), 200, "4 comments wait for you", "41. I counted again.", "About words that are gone", "2 comments are dealt with", `<mark class="hit said" data-n="1">`)
	b.leads(b.do("POST", commentsPath, url.Values{"do": {"answer"}, "comment": {"comment_1"}, "key": {"key_1"}, "body": {" So it is. "}}), commentsPath)
	if r.said.ReplyTo != "comment_1" || r.said.Body != "So it is." || r.keys[0] != "key_1" {
		t.Errorf("said %+v", r.said)
	}
	for _, do := range []string{"accept", "settle"} {
		b.leads(b.do("POST", commentsPath, url.Values{"do": {do}, "comment": {"comment_2"}}), commentsPath)
		if r.acted != do+" comment_2" {
			t.Error(r.acted)
		}
	}
	r.err = contentapi.ErrPassageChanged
	b.shows(b.do("POST", commentsPath, url.Values{"do": {"accept"}, "comment": {"comment_2"}}), http.StatusConflict, "The passage has changed")
	r.err = contentapi.ErrDocumentClosed
	b.shows(b.do("POST", commentsPath, url.Values{"do": {"answer"}, "comment": {"comment_1"}, "body": {"kept words"}}), http.StatusConflict, "kept words</textarea>")
}

func TestWhatASuggestionWouldChange(t *testing.T) {
	t.Parallel()
	_, b := enter(t)
	b.shows(b.do("GET", commentsPath+"/comment_2", nil), 200, "a rule so <del>dull</del><ins>plain</ins> that nobody noticed it:", "Take it over as version 5", "60303ae22b99")
	b.shows(b.do("GET", commentsPath+"/comment_5", nil), 200, "The passage has changed since")
	b.shows(b.do("GET", commentsPath+"/comment_1", nil), 404) // no suggestion
	b.shows(b.do("GET", commentsPath+"/comment_99", nil), 404)
}

// Whatever overlaps, a line's runs say what the line says, and each open thread is beside exactly one line.
func TestMarksKeepTheText(t *testing.T) {
	t.Parallel()
	text := "one two\n\nثلاثة أربعة 👩‍💻 five\nsix"
	pass := func(from, until int) thread {
		p := contentapi.Passage{Part: contentapi.PartText, From: from, Until: until}
		return thread{Comment: contentapi.Comment{ID: "c" + digits(from) + "_" + digits(until), Now: &p}, number: from + 1}
	}
	open := []thread{pass(0, 3), pass(2, 12), pass(4, 30), pass(8, 8), pass(33, 34), pass(7, 9)}
	list := paragraphs(contentapi.PartText, text, open)
	var lines []string
	beside := map[string]int{}
	for _, p := range list {
		var whole strings.Builder
		for _, r := range p.runs {
			whole.WriteString(r.text)
		}
		if whole.String() != p.text {
			t.Errorf("%q became %q", p.text, whole.String())
		}
		lines = append(lines, p.text)
		for _, th := range p.begins {
			beside[th.ID]++
		}
	}
	if diff := cmp.Diff([]string{"one two", "ثلاثة أربعة 👩‍💻 five", "six"}, lines); diff != "" {
		t.Error(diff)
	}
	for _, th := range open {
		if beside[th.ID] != 1 {
			t.Errorf("%s is beside %d lines", th.ID, beside[th.ID])
		}
	}
}
