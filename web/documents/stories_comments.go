package documents

import (
	"github.com/a-h/templ"

	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/ui"
)

// storyComments are of every kind: about a passage, a moment, words that are gone; suggestions; answers; what is closed.
func storyComments() []contentapi.Comment {
	other, dull, until := "person_assistant for person_creator", "plain", "until the morning"
	about := func(id, part string, from, to int, quote, body string) contentapi.Comment {
		p := contentapi.Passage{Part: part, From: from, Until: to}
		return contentapi.Comment{ID: id, Seq: 4, Passage: p, Now: &p, Quote: quote, Body: body, By: other, Said: storyDay, State: contentapi.CommentOpen}
	}
	first := about("comment_1", contentapi.PartText, 2, 18, "planned 41 rotas", "Was it 41? The slide says 40.")
	swap := about("comment_2", contentapi.PartText, 69, 73, "dull", "")
	swap.Replacement, swap.ResultDigest = &dull, storyEarlier
	answer := about("comment_3", contentapi.PartText, 2, 18, "planned 41 rotas", "41. I counted again.")
	answer.ReplyTo, answer.By = "comment_1", "person_creator"
	gone := about("comment_4", contentapi.PartText, 0, 4, "Some text that is gone", "Who is this about?")
	gone.Now = nil
	lost := about("comment_5", contentapi.PartText, 0, 4, "until 18:00", "")
	lost.Now, lost.Replacement = nil, &until
	taken := about("comment_6", contentapi.PartText, 0, 1, "We", "")
	taken.State, taken.AcceptedSeq, taken.Replacement = contentapi.CommentAccepted, 4, &dull
	done := about("comment_7", contentapi.PartText, 0, 4, "the boss", "Careful.")
	done.State = contentapi.CommentSettled
	return []contentapi.Comment{first, swap, answer, gone, lost, taken, done}
}

func commentStories(b *storybook.Book) {
	show := func(set func(p *shell.Page, w *commentsView), list ...contentapi.Comment) storybook.Build {
		return page("Comments", func(p *shell.Page) templ.Component {
			d := storyPost()
			w := commentsView{head: head{d, "comments", heading(p.L, d), everything()}, names: storyNames(p), key: "key_1", say: sayForm{seq: 4}}
			w.open, w.closed = threads(list)
			set(p, &w)
			return documentComments(p.L, w)
		})
	}
	plain := func(*shell.Page, *commentsView) {}
	b.Add("documents", "comments", "none", show(plain))
	b.Add("documents", "comments", "many", show(plain, storyComments()...))
	b.Add("documents", "comments", "saying", show(func(_ *shell.Page, w *commentsView) { w.say.at = "text-2" }, storyComments()[:2]...))
	b.Add("documents", "comments", "refused", show(func(p *shell.Page, w *commentsView) {
		w.say = sayForm{at: "text-0", seq: 4, part: contentapi.PartText, words: "42 rotas", body: "", instead: "40 rotas", suggests: true, until: 35}
		w.faults = ui.Faults{{Field: "words", Text: p.L.T("documents.fault.not_there")}}
	}))
	b.Add("documents", "comments", "changed", show(func(p *shell.Page, w *commentsView) {
		w.answer = answerForm{"comment_1", "Typed, and refused."}
		w.faults = ui.FaultsOf(p.L, contentapi.ErrPassageChanged)
	}, storyComments()...))
	b.Add("documents", "comments", "assistant", show(func(_ *shell.Page, w *commentsView) { w.able = able{} }, storyComments()...))
	b.Add("documents", "comments", "clip", page("Comments", func(p *shell.Page) templ.Component {
		d := storyClip()
		w := commentsView{head: head{d, "comments", heading(p.L, d), everything()}, names: storyNames(p), key: "key_1", say: sayForm{at: "media-0", seq: 4, start: "0:04"}}
		at := contentapi.Passage{Part: contentapi.PartMedia, From: 2500, Until: 4000, Medium: "sha256:aa"}
		picture := contentapi.Passage{Part: contentapi.PartMedia, Medium: "sha256:bb"}
		w.open, w.closed = threads([]contentapi.Comment{
			{ID: "comment_1", Passage: at, Now: &at, Quote: "In five minutes nobody may touch this plan.", Body: "A badge can be read behind you.", By: "person_creator", Said: storyDay, State: contentapi.CommentOpen},
			{ID: "comment_2", Passage: picture, Now: &picture, Body: "Is this our rota?", By: "person_gone", Said: storyDay, State: contentapi.CommentOpen},
		})
		return documentComments(p.L, w)
	}))
	suggest := func(c contentapi.Comment) storybook.Build {
		return page("Suggestion", func(p *shell.Page) templ.Component {
			d := storyPost()
			w := suggestionView{head: head{d, "comments", heading(p.L, d), everything()}, thread: thread{Comment: c}, names: storyNames(p)}
			if c.Now != nil && c.State == contentapi.CommentOpen {
				w.pieces = replaced(d.Current.Text, *c.Now, *c.Replacement)
			}
			return oneSuggestion(p.L, w)
		})
	}
	b.Add("documents", "suggestion", "open", suggest(storyComments()[1]))
	b.Add("documents", "suggestion", "changed", suggest(storyComments()[4]))
	b.Add("documents", "suggestion", "closed", suggest(storyComments()[5]))
}
