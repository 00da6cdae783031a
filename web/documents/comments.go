package documents

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// commentsView is the newest version with what is said about it.
type commentsView struct {
	head
	names        names
	open, closed []thread
	say          sayForm
	answer       answerForm
	key          string // for whichever form is sent next
	faults       ui.Faults
}

// sayForm says something about a line of a part, or about a picture or a moment of a recording.
type sayForm struct {
	at            string // "text-3" or "media-0": where the form stands, "" for nowhere
	seq           int
	words         string // the passage, as the person marks it
	start, end    string // of a moment
	body, instead string
	suggests      bool
	from, until   int // of the line in its part, in characters
	part, medium  string
}

// answerForm answers a comment.
type answerForm struct {
	comment, body string
}

// mostComments bounds how much of what was said one page reads.
const mostComments = 500

func (h *pages) allComments(ctx context.Context, document string) ([]contentapi.Comment, error) {
	var all []contentapi.Comment
	cursor := ""
	for len(all) < mostComments {
		page, err := h.desk.Comments(ctx, document, "", cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return all, nil
}

func (h *pages) comments(v *shell.Visit) error {
	return h.showComments(v, http.StatusOK, commentsView{say: sayForm{at: v.Query("at")}})
}

func (h *pages) showComments(v *shell.Visit, status int, view commentsView) error {
	var err error
	if view.head, err = h.head(v, "comments"); err != nil {
		return err
	}
	list, err := h.allComments(v.Context(), view.ID)
	if err != nil {
		return err
	}
	var records []string
	for _, c := range list {
		records = append(records, c.By)
	}
	if view.names, err = h.namesFor(v, records...); err != nil {
		return err
	}
	view.open, view.closed = threads(list)
	view.key = id.New("key")
	if view.say.seq == 0 {
		view.say.seq = view.Current.Seq
	}
	return v.ShowStatus(status, documentComments(v.L, view))
}

// postComments says, answers, settles or accepts.
func (h *pages) postComments(v *shell.Visit) error {
	ctx, document, comment := v.Context(), v.Param("document"), v.Form("comment")
	var err error
	said := ""
	view := commentsView{}
	switch v.Form("do") {
	case "say":
		return h.postSay(v)
	case "answer":
		view.answer = answerForm{comment, lines(v.Form("body"))}
		_, err = h.desk.Comment(ctx, v.Form("key"), document, contentapi.NewComment{ReplyTo: comment, Body: strings.TrimSpace(view.answer.body)})
		said = "documents.comments.answered"
	case "settle":
		_, err = h.desk.Settle(ctx, document, comment)
		said = "documents.comments.settled_now"
	case "accept":
		var d contentapi.Document
		if d, err = h.desk.Accept(ctx, document, comment); err == nil {
			v.Flash("documents.comments.accepted_now", "Number", v.L.Number(int64(d.Current.Seq)))
			return v.See("/documents/" + document + "/comments")
		}
	default:
		return problem.ErrInvalid
	}
	if err != nil {
		if !shown(err) {
			return err
		}
		view.faults = faultsOf(v.L, err)
		for i := range view.faults { // of the answer, whose number is known once the page is made
			view.faults[i].Field = ""
		}
		return h.showComments(v, problem.From(err).Status(), view)
	}
	v.Flash(said)
	return v.See("/documents/" + document + "/comments")
}

func (h *pages) postSay(v *shell.Visit) error {
	ctx, document := v.Context(), v.Param("document")
	form := sayForm{
		at: v.Form("at"), seq: seqOf(v.Form("seq")), words: lines(v.Form("words")), start: v.Form("start"), end: v.Form("end"), body: lines(v.Form("body")),
		instead: lines(v.Form("instead")), suggests: v.Form("suggests") == "yes", from: int(number(v.Form("from"))), until: int(number(v.Form("until"))),
		part: v.Form("part"), medium: v.Form("medium"),
	}
	ver, err := h.desk.Version(ctx, document, form.seq)
	if err != nil {
		return err
	}
	in, faults := form.comment(v.L, ver)
	if faults == nil {
		if _, err = h.desk.Comment(ctx, v.Form("key"), document, in); err == nil {
			v.Flash("documents.comments.said")
			return v.See("/documents/" + document + "/comments")
		}
		if !shown(err) {
			return err
		}
		faults = faultsOf(v.L, err)
		for i, f := range faults {
			if of := map[string]string{"passage": "words", "passage-until": "end", "passage-from": "start", "replacement": "instead"}[f.Field]; of != "" {
				faults[i].Field = of
			}
		}
	}
	return h.showComments(v, http.StatusUnprocessableEntity, commentsView{say: form, faults: faults})
}

// comment is what the form says, about the passage that the person marked.
func (f sayForm) comment(l locale.L, ver contentapi.Version) (contentapi.NewComment, ui.Faults) {
	var faults ui.Faults
	in := contentapi.NewComment{Seq: f.seq, Body: strings.TrimSpace(f.body), Passage: &contentapi.Passage{Part: f.part}}
	if f.suggests {
		in.Replacement = &f.instead
	} else if in.Body == "" {
		faults.Add("body", l.T("field.required"))
	}
	if f.part == contentapi.PartMedia {
		in.Passage.Medium, in.Replacement = f.medium, nil
		from, fromOK := moment(f.start)
		until, untilOK := moment(f.end)
		if strings.TrimSpace(f.start) == "" {
			from, fromOK = 0, true
		}
		if strings.TrimSpace(f.end) == "" {
			until, untilOK = from, true
		}
		in.Passage.From, in.Passage.Until = from, until
		for _, side := range []struct {
			field string
			ok    bool
		}{{"start", fromOK}, {"end", untilOK && until >= from}} {
			if !side.ok {
				faults.Add(side.field, l.T("documents.fault.moment"))
			}
		}
		return in, faults
	}
	at, times := find(partOf(ver, f.part), f.words, f.from, f.until)
	switch {
	case times == 0:
		faults.Add("words", l.T("documents.fault.not_there"))
	case times > 1:
		faults.Add("words", l.N("documents.fault.twice", times))
	}
	in.Passage.From, in.Passage.Until = at.From, at.Until
	return in, faults
}

// about is the form as it stands beside a line: made of what was typed, or new.
func (w commentsView) about(p paragraph) (sayForm, bool) {
	f := w.say
	if f.at != p.part+"-"+digits(p.index) || !w.able.comment || w.shut() {
		return f, false
	}
	if f.part == "" {
		f.part, f.from, f.until, f.words, f.instead = p.part, p.from, p.until, strings.TrimSpace(p.text), strings.TrimSpace(p.text)
	}
	return f, true
}

// aboutMedium is the form beside a picture or a recording.
func (w commentsView) aboutMedium(i int) (sayForm, bool) {
	f := w.say
	if f.at != "media-"+digits(i) || !w.able.comment || w.shut() {
		return f, false
	}
	f.part, f.medium = contentapi.PartMedia, w.Current.Media[i].Digest
	return f, true
}

func (w commentsView) shut() bool { return w.head.closed() }

// parts are those of the newest version that have words.
func (w commentsView) parts() []string {
	var out []string
	for _, part := range []string{contentapi.PartTitle, contentapi.PartText, contentapi.PartCaption} {
		if strings.TrimSpace(partOf(w.Current, part)) != "" {
			out = append(out, part)
		}
	}
	return out
}

// of lists the open threads about one medium.
func (w commentsView) of(digest string) []thread {
	var out []thread
	for _, t := range w.open {
		if t.Now != nil && t.Now.Part == contentapi.PartMedia && t.Now.Medium == digest {
			out = append(out, t)
		}
	}
	return out
}

// loose are the open threads whose passage is there no more.
func (w commentsView) loose() []thread {
	var out []thread
	for _, t := range w.open {
		if t.Now == nil {
			out = append(out, t)
		}
	}
	return out
}

// markedLine is a line with its marks.
func markedLine(p paragraph) templ.Component {
	runs := make([]ui.MarkedRun, len(p.runs))
	for i, r := range p.runs {
		runs[i] = ui.MarkedRun{Text: r.text, Number: r.number, First: r.first, Tone: "said", Href: "#comment-" + digits(r.number)}
	}
	return ui.MarkedLine(runs)
}

// momentWords says when in a recording: 0:42, or from 0:42 to 1:10.
func momentWords(l locale.L, p contentapi.Passage) string {
	switch {
	case p.Until == 0 && p.From == 0:
		return ""
	case p.Until == p.From:
		return l.T("documents.comments.at", "Time", clockOf(int64(p.From)))
	}
	return l.T("documents.comments.between", "From", clockOf(int64(p.From)), "Until", clockOf(int64(p.Until)))
}

// suggestionView is what a suggestion would make of the newest version.
type suggestionView struct {
	head
	thread thread
	names  names
	pieces []contentapi.Piece // nil when its passage is there no more
}

func (h *pages) suggestion(v *shell.Visit) error {
	top, err := h.head(v, "comments")
	if err != nil {
		return err
	}
	list, err := h.allComments(v.Context(), top.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.ID != v.Param("comment") || c.Replacement == nil {
			continue
		}
		n, err := h.namesFor(v, c.By)
		if err != nil {
			return err
		}
		view := suggestionView{head: top, thread: thread{Comment: c}, names: n}
		if c.Now != nil && c.State == contentapi.CommentOpen {
			view.pieces = replaced(partOf(top.Current, c.Now.Part), *c.Now, *c.Replacement)
		}
		return v.Show(oneSuggestion(v.L, view))
	}
	return problem.ErrNotFound
}
