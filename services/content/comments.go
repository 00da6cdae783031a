package content

import (
	"cmp"
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/idem"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Comment says something about a passage of a version, or suggests words for it. A reply has the passage of what it
// answers. A repeat with the same key gives the first answer.
func (s *Service) Comment(ctx context.Context, key, documentID string, in contentapi.NewComment) (*contentapi.Comment, error) {
	fault := problem.ErrInvalid
	if strings.TrimSpace(in.Body) == "" && in.Replacement == nil {
		fault = fault.WithField("/body", "required", "is required")
	}
	if strings.ContainsRune(in.Body, 0) {
		fault = fault.WithField("/body", "zero", "holds a zero character, which no text has; delete it")
	}
	if in.ReplyTo != "" && in.Replacement != nil {
		fault = fault.WithField("/replacement", "not_allowed", "an answer suggests no words; make a suggestion of its own")
	}
	if len(fault.Fields) > 0 {
		return nil, fault
	}
	var out *contentapi.Comment
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		ask := idem.Request{Schema: schema, Scope: owner(ctx) + " comment " + documentID, Key: key, Body: in, At: s.Clock.Now()}
		var err error
		out, err = idem.Do(ctx, tx, ask, func() (*contentapi.Comment, error) { return s.comment(ctx, tx, documentID, in) })
		return err
	})
	return out, err
}

func (s *Service) comment(ctx context.Context, tx pgx.Tx, documentID string, in contentapi.NewComment) (*contentapi.Comment, error) {
	d, err := s.lock(ctx, tx, documentID)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(d.Open(), d.Own()); err != nil {
		return nil, err
	}
	if in.ReplyTo != "" {
		to, err := commentOf(ctx, tx, d.ID, in.ReplyTo)
		if err != nil {
			return nil, err
		}
		passage := to.passage()
		in.Seq, in.Passage = to.Seq, &passage
	}
	about, err := versionAt(ctx, tx, d.ID, in.Seq)
	if err != nil {
		return nil, err
	}
	uploaded, err := mediaOf(ctx, tx, d.ID)
	if err != nil {
		return nil, err
	}
	c, err := newComment(d.Kind, about, uploaded, in)
	if err != nil {
		return nil, err
	}
	c.ID, c.SaidBy, c.SaidAt = id.New(commentPrefix), actor(ctx), s.Clock.Now()
	if in.ReplyTo != "" {
		c.ReplyTo = &in.ReplyTo
	}
	if err := insertComment(ctx, tx, c); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, "comment.made", c.ID, audit.Detail{"document": d.ID, "seq": c.Seq}); err != nil {
		return nil, err
	}
	err = s.tell(ctx, tx, contentapi.EventCommentMade, d.ID, contentapi.CommentMade{
		DocumentID: d.ID, OwnerID: d.OwnerID, CommentID: c.ID, Seq: c.Seq, Suggestion: c.Replacement != nil,
	})
	if err != nil {
		return nil, err
	}
	return s.commentShown(ctx, tx, d, c)
}

func (s *Service) commentShown(ctx context.Context, db pg.Querier, d Document, c Comment) (*contentapi.Comment, error) {
	about, err := versionAt(ctx, db, d.ID, c.Seq)
	if err != nil {
		return nil, err
	}
	newest, err := versionAt(ctx, db, d.ID, d.Seq)
	if err != nil {
		return nil, err
	}
	out := c.Wire(about.Words, newest.Words)
	return &out, nil
}

// Comments lists what was said about a document of the caller's, oldest first. state "" is all of it.
func (s *Service) Comments(ctx context.Context, documentID, state, cursor string) (*contentapi.CommentPage, error) {
	d, err := documentOf(ctx, s.Pool, owner(ctx), documentID)
	if err != nil {
		return nil, err
	}
	rows, err := many[Comment](ctx, s.Pool, "Comments", pgx.NamedArgs{"document": d.ID, "state": state, "cursor": cursor, "limit": pageSize + 1})
	if err != nil {
		return nil, err
	}
	rows, next := cut(rows, func(c Comment) string { return c.ID })
	seqs := []int{d.Seq}
	for _, c := range rows {
		seqs = append(seqs, c.Seq)
	}
	versions, err := many[Version](ctx, s.Pool, "VersionsAt", pgx.NamedArgs{"document": d.ID, "seqs": seqs})
	if err != nil {
		return nil, err
	}
	words := map[int]Words{}
	for _, v := range versions {
		words[v.Seq] = v.Words
	}
	out := &contentapi.CommentPage{Items: make([]contentapi.Comment, len(rows)), Next: next}
	for i, c := range rows {
		out.Items[i] = c.Wire(words[c.Seq], words[d.Seq])
	}
	return out, nil
}

// Accept makes a version of a suggestion, if the newest version still says there what the suggestion was made for, be it
// somewhere else by now. Pressing again changes nothing. ErrPassageChanged, ErrCommentSettled, ErrDocumentClosed.
func (s *Service) Accept(ctx context.Context, documentID, commentID string) (*contentapi.Document, error) {
	var out *contentapi.Document
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var err error
		out, err = s.edit(ctx, tx, documentID, 0, func(d *Document) error {
			c, err := commentOf(ctx, tx, d.ID, commentID)
			if err != nil || c.State == contentapi.CommentAccepted {
				return err
			}
			return s.accept(ctx, tx, d, c)
		})
		return err
	})
	return out, err
}

func (s *Service) accept(ctx context.Context, tx pgx.Tx, d *Document, c Comment) error {
	about, err := versionAt(ctx, tx, d.ID, c.Seq)
	if err != nil {
		return err
	}
	newest, err := versionAt(ctx, tx, d.ID, d.Seq)
	if err != nil {
		return err
	}
	if err := c.Accept(d.Seq+1, actor(ctx), s.Clock.Now()); err != nil {
		return err
	}
	at, ok := where(about.Words, newest.Words, c.passage())
	if !ok {
		return contentapi.ErrPassageChanged
	}
	words, err := newest.Words.replaced(d.Kind, c.Part, at, *c.Replacement)
	if err != nil {
		return err
	}
	if err := s.append(ctx, tx, d, words, nil); err != nil {
		return err
	}
	seq := d.Seq // the one before, when that says so without the suggestion
	c.AcceptedSeq = &seq
	return s.settled(ctx, tx, c)
}

// Settle closes a comment, or a suggestion that is not taken. ErrCommentSettled for one that was accepted.
func (s *Service) Settle(ctx context.Context, documentID, commentID string) (*contentapi.Comment, error) {
	var out *contentapi.Comment
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lock(ctx, tx, documentID)
		if err != nil {
			return err
		}
		c, err := commentOf(ctx, tx, d.ID, commentID)
		if err != nil {
			return err
		}
		was := c.State
		if err := c.Settle(actor(ctx), s.Clock.Now()); err != nil {
			return err
		}
		if c.State != was {
			if err := s.settled(ctx, tx, c); err != nil {
				return err
			}
		}
		out, err = s.commentShown(ctx, tx, d, c)
		return err
	})
	return out, err
}

func (s *Service) settled(ctx context.Context, tx pgx.Tx, c Comment) error {
	if err := saveComment(ctx, tx, c); err != nil {
		return err
	}
	if err := s.record(ctx, tx, "comment."+c.State, c.ID, audit.Detail{"document": c.DocumentID, "seq": c.AcceptedSeq}); err != nil {
		return err
	}
	return s.tell(ctx, tx, contentapi.EventCommentSettled, c.DocumentID, contentapi.CommentWasSettled{DocumentID: c.DocumentID, CommentID: c.ID, State: c.State})
}
