package content

import (
	"context"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/compare"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// SuggestFor keeps the exact words that a party would agree to, as a suggestion that the owner can take with one press. It is about the
// version that the party read, and its digest is known now, so that the party can agree to the outcome beforehand. A repeat with the same
// key gives the first answer.
func (s *Service) SuggestFor(ctx context.Context, key, documentID, digest string, in contentapi.PartySuggestion) (*contentapi.Comment, error) {
	if err := speaks(ctx, in.Kind); err != nil {
		return nil, err
	}
	var out *contentapi.Comment
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: identity.From(ctx).Target + " suggestions " + documentID, Key: key, Body: in, At: s.Clock.Now()}
		var err error
		out, err = idem.Do(ctx, tx, ask, func() (*contentapi.Comment, error) { return s.suggestFor(ctx, tx, documentID, digest, in) })
		return err
	})
	return out, err
}

func (s *Service) suggestFor(ctx context.Context, tx pgx.Tx, documentID, digest string, in contentapi.PartySuggestion) (*contentapi.Comment, error) {
	d, g, err := s.lockGate(ctx, tx, documentID, in.Party)
	if err != nil {
		return nil, err
	}
	if g.State == contentapi.GateTakenBack {
		return nil, problem.ErrNotFound
	}
	if err := d.Open(); err != nil {
		return nil, err
	}
	about, err := one[Version](ctx, tx, problem.ErrNotFound, "VersionOfDigest", pgx.NamedArgs{"document": d.ID, "digest": digest})
	if err != nil {
		return nil, err
	}
	uploaded, err := mediaOf(ctx, tx, d.ID)
	if err != nil {
		return nil, err
	}
	passage, words := changed(*about.part(in.Part), in.Text)
	passage.Part = in.Part
	c, err := newComment(d.Kind, about, uploaded, contentapi.NewComment{Passage: &passage, Body: in.Body, Replacement: &words})
	if err != nil {
		return nil, err
	}
	c.ID, c.SaidBy, c.SaidAt = id.New(commentPrefix), identity.From(ctx).Target, s.Clock.Now() // of the party nobody here knows a person
	if err := insertComment(ctx, tx, c); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, "comment.made", c.ID, audit.Detail{"document": d.ID, "seq": c.Seq, "gate": g.ID}); err != nil {
		return nil, err
	}
	if err := s.tell(ctx, tx, contentapi.EventCommentMade, d.ID, contentapi.CommentMade{
		DocumentID: d.ID, OwnerID: d.OwnerID, CommentID: c.ID, Seq: c.Seq, Suggestion: true,
	}); err != nil {
		return nil, err
	}
	return s.commentShown(ctx, tx, d, c)
}

// changed is the passage of a text that other words replace, in whole words, and those words: from the first change to the last. Of a
// text that stays as it is, the whole.
func changed(before, after string) (contentapi.Passage, string) {
	after = canon.Lines(after)
	pieces := compare.Words(before, after)
	from, until, words := 0, utf8.RuneCountInString(before), after
	if n := len(pieces); n > 1 {
		if first := pieces[0]; first.Op == compare.Same {
			from, words = utf8.RuneCountInString(first.Text), words[len(first.Text):]
		}
		if last := pieces[n-1]; last.Op == compare.Same {
			until, words = until-utf8.RuneCountInString(last.Text), words[:len(words)-len(last.Text)]
		}
	}
	return contentapi.Passage{From: from, Until: until}, words
}
