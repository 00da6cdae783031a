package content

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

const livePrefix = "livecheck"

// part is a text that can be read where a version appeared: what was published, and what was found.
type part struct {
	name, published string
	found           *string
}

// parts pairs a version's texts with what somebody found.
func (w Words) parts(found contentapi.CompareLive) []part {
	return []part{{"title", w.Title, found.Title}, {"text", w.Body, found.Text}, {"caption", w.Caption, found.Caption}}
}

// CompareLive compares what a publication's address shows now, as the author pasted it, with what was published there: networks let
// people edit afterwards, and what was signed off is the digest (CC-19). By the digests of the canonical texts: line ends, blanks at line ends and
// the way letters are composed do not count. The outcome and digests are kept, nothing of the text. problem.ErrInvalid when nothing was
// given, problem.ErrNotFound when the words of the version are gone.
func (s *Service) CompareLive(ctx context.Context, documentID, publicationID string, in contentapi.CompareLive) (*contentapi.LiveChanges, error) {
	if in.Title == nil && in.Text == nil && in.Caption == nil {
		return nil, problem.ErrInvalid.WithField("/text", "required", "paste what can be read there now")
	}
	var out *contentapi.LiveChanges
	err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		d, err := s.lock(ctx, tx, documentID)
		if err != nil {
			return err
		}
		if err := d.Own(); err != nil {
			return err
		}
		publications, err := publicationsOf(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		for _, p := range publications {
			if p.ID == publicationID {
				out, err = s.compareLive(ctx, tx, d, p, in)
				return err
			}
		}
		return problem.ErrNotFound
	})
	return out, err
}

func (s *Service) compareLive(ctx context.Context, tx pgx.Tx, d Document, p Publication, in contentapi.CompareLive) (*contentapi.LiveChanges, error) {
	v, err := versionAt(ctx, tx, d.ID, p.Seq)
	if err != nil {
		return nil, err
	}
	out := &contentapi.LiveChanges{Live: contentapi.Live{Outcome: contentapi.LiveEqual, By: actor(ctx), At: s.Clock.Now()}}
	differ, digests := []string{}, map[string]string{}
	changes := map[string]*[]contentapi.Piece{"title": &out.Title, "text": &out.Text, "caption": &out.Caption}
	for _, t := range v.parts(in) {
		if t.found == nil {
			continue
		}
		digests[t.name] = canon.Sum([]byte(canon.Text(*t.found)))
		if digests[t.name] == canon.Sum([]byte(canon.Text(t.published))) {
			continue
		}
		differ = append(differ, t.name)
		*changes[t.name] = pieces(t.published, canon.Lines(*t.found))
	}
	if len(differ) > 0 {
		out.Outcome, out.Parts = contentapi.LiveDiffers, differ
	}
	check := id.New(livePrefix)
	if _, err := exec(ctx, tx, "InsertLiveCheck", pgx.NamedArgs{
		"id": check, "publication": p.ID, "outcome": out.Outcome, "parts": differ, "digests": digests, "said_by": out.By, "said_at": out.At,
	}); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, "document.compared", d.ID, audit.Detail{"publication": p.ID, "check": check, "outcome": out.Outcome}); err != nil {
		return nil, err
	}
	return out, s.tell(ctx, tx, contentapi.EventDocumentCompared, d.ID, contentapi.DocumentCompared{
		DocumentID: d.ID, OwnerID: d.OwnerID, PublicationID: p.ID, Digest: p.Digest, Outcome: out.Outcome,
	})
}
