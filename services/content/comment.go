package content

import (
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/workfluence/workfluence/internal/compare"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

const commentPrefix = "comment"

// Comment is what somebody said about a passage of a version, or the words they suggest for it.
//
//	open ── accept, of a suggestion ──► accepted   (a new version)
//	  └──── settle ───────────────────► settled
type Comment struct {
	ID           string
	DocumentID   string
	Seq          int
	Part         string
	FromChar     int
	UntilChar    int
	Medium       *string // of the part media: its digest, and the two above are milliseconds
	Body         string
	Replacement  *string
	ResultDigest *string
	ReplyTo      *string
	State        string
	AcceptedSeq  *int
	SaidBy       string
	SaidAt       time.Time
	SettledBy    *string
	SettledAt    *time.Time
}

// Settle closes a comment. ErrCommentSettled with the state for one that is closed, unless it was settled just so.
func (c *Comment) Settle(by string, now time.Time) error {
	switch c.State {
	case contentapi.CommentSettled:
		return nil
	case contentapi.CommentAccepted:
		return contentapi.ErrCommentSettled.WithState(c.State)
	}
	c.State, c.SettledBy, c.SettledAt = contentapi.CommentSettled, &by, &now
	return nil
}

// Accept says that a suggestion became a version. ErrCommentSettled when it is closed, problem.ErrConflict when it is none.
func (c *Comment) Accept(seq int, by string, now time.Time) error {
	switch {
	case c.Replacement == nil:
		return problem.ErrConflict.WithDetail("This suggests no words.")
	case c.State != contentapi.CommentOpen:
		return contentapi.ErrCommentSettled.WithState(c.State)
	}
	c.State, c.AcceptedSeq, c.SettledBy, c.SettledAt = contentapi.CommentAccepted, &seq, &by, &now
	return nil
}

func (c Comment) passage() contentapi.Passage {
	return contentapi.Passage{Part: c.Part, From: c.FromChar, Until: c.UntilChar, Medium: deref(c.Medium)}
}

// part is the text of a part, to be read or replaced.
func (w *Words) part(name string) *string {
	switch name {
	case contentapi.PartTitle:
		return &w.Title
	case contentapi.PartCaption:
		return &w.Caption
	}
	return &w.Body
}

// span is a passage in bytes.
type span struct{ from, until int }

// find is where a passage stands in its text. False when it is not in it, or splits what is read as one character.
func find(text string, p contentapi.Passage) (span, bool) {
	at, chars, state, rest := span{-1, -1}, 0, -1, text
	for {
		here := len(text) - len(rest)
		if chars == p.From {
			at.from = here
		}
		if chars == p.Until {
			at.until = here
		}
		if rest == "" {
			break
		}
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		chars += utf8.RuneCountInString(cluster)
	}
	return at, at.from >= 0 && at.until >= at.from
}

// moved is where a span of the text before stands in the text after. False when any of it was changed.
func moved(pieces []compare.Piece, s span) (span, bool) {
	before, after := 0, 0
	for _, p := range pieces {
		end := before + len(p.Text)
		switch p.Op {
		case compare.Added:
			after += len(p.Text)
			continue
		case compare.Same:
			if before <= s.from && s.until <= end {
				shift := after - before
				return span{s.from + shift, s.until + shift}, true
			}
			after += len(p.Text)
		}
		before = end
	}
	return span{}, s == span{} && before == 0 // nothing became something: its beginning is still there
}

// where finds a passage of one version in another. False when it was changed on the way.
func where(from, to Words, p contentapi.Passage) (span, bool) {
	text := *from.part(p.Part)
	s, ok := find(text, p)
	if !ok {
		return s, false
	}
	if now := *to.part(p.Part); now != text {
		return moved(compare.Words(text, now), s)
	}
	return s, true
}

// replaced is what a version says with other words in the place of a span. ErrInvalid when they do not fit.
func (w Words) replaced(kind, part string, s span, words string) (Words, error) {
	text := w.part(part)
	*text = (*text)[:s.from] + words + (*text)[s.until:]
	draft := contentapi.Draft{
		Title: w.Title, Text: w.Body, Caption: w.Caption, Destinations: w.Destinations, Disclosure: w.Disclosure, Paid: w.Paid, Media: w.Media,
	}
	if err := rest.Validate(draft); err != nil {
		return Words{}, err
	}
	return newWords(kind, draft)
}

// Wire is the comment beside the version that it is about and the newest one.
func (c Comment) Wire(about, newest Words) contentapi.Comment {
	out := contentapi.Comment{
		ID: c.ID, DocumentID: c.DocumentID, Seq: c.Seq, Passage: c.passage(), Body: c.Body, Replacement: c.Replacement, ResultDigest: deref(c.ResultDigest),
		ReplyTo: deref(c.ReplyTo), State: c.State, AcceptedSeq: deref(c.AcceptedSeq), By: c.SaidBy, Said: c.SaidAt, SettledBy: deref(c.SettledBy), Settled: c.SettledAt,
	}
	if c.Part == contentapi.PartMedia {
		out.Quote = heard(about, out.Passage)
		if _, ok := newest.shows(out.Passage.Medium); ok {
			now := out.Passage
			out.Now = &now
		}
		return out
	}
	if s, ok := find(*about.part(c.Part), c.passage()); ok {
		out.Quote = (*about.part(c.Part))[s.from:s.until]
	}
	if s, ok := where(about, newest, c.passage()); ok {
		text := *newest.part(c.Part)
		from := utf8.RuneCountInString(text[:s.from])
		out.Now = &contentapi.Passage{Part: c.Part, From: from, Until: from + utf8.RuneCountInString(text[s.from:s.until])}
	}
	return out
}

// newComment reads what somebody says about a version. ErrInvalid with a field for each fault.
func newComment(kind string, about Version, uploaded map[string]Medium, in contentapi.NewComment) (Comment, error) {
	c := Comment{DocumentID: about.DocumentID, Seq: about.Seq, Body: in.Body, Replacement: in.Replacement, State: contentapi.CommentOpen}
	if in.Passage == nil {
		return c, problem.ErrInvalid.WithField("/passage", "required", "is required")
	}
	if in.Passage.Part == contentapi.PartMedia {
		if in.Replacement != nil {
			return c, problem.ErrInvalid.WithField("/replacement", "not_allowed", "words can be suggested for words alone")
		}
		c.Part, c.FromChar, c.UntilChar, c.Medium = in.Passage.Part, in.Passage.From, in.Passage.Until, &in.Passage.Medium
		return c, momentFault(about.Words, *in.Passage, uploaded)
	}
	if in.Passage.Medium != "" {
		return c, problem.ErrInvalid.WithField("/passage/medium", "not_allowed", "is for the part media alone")
	}
	s, ok := find(*about.part(in.Passage.Part), *in.Passage)
	if !ok {
		return c, problem.ErrInvalid.WithField("/passage", "passage", "must be in the text, and not split a character")
	}
	c.Part, c.FromChar, c.UntilChar = in.Passage.Part, in.Passage.From, in.Passage.Until
	if in.Replacement == nil {
		return c, nil
	}
	result, err := about.Words.replaced(kind, c.Part, s, *in.Replacement)
	if err != nil {
		return c, err
	}
	parts, err := result.Parts()
	if err != nil {
		return c, err
	}
	sum, err := parts.Sum()
	if sum == about.Digest {
		return c, problem.ErrInvalid.WithField("/replacement", "same", "changes nothing")
	}
	c.ResultDigest = &sum
	return c, err
}
