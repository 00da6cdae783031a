package content

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// exportStep is how many documents an export reads at a time.
const exportStep = 100

// PersonalData is what content holds about a person, for their export: all versions of the documents they own.
func (s *Service) PersonalData(ctx context.Context, personID string) (*contentapi.PersonalData, error) {
	out := &contentapi.PersonalData{Documents: []contentapi.OwnedDocument{}}
	for after, more := "", true; more; {
		rows, err := many[Document](ctx, s.Pool, "DocumentsOf", pgx.NamedArgs{"owner": personID, "after": after, "limit": exportStep})
		if err != nil {
			return nil, err
		}
		for _, d := range rows {
			after = d.ID
			owned := contentapi.OwnedDocument{ID: d.ID, Kind: d.Kind, State: d.State, Created: d.CreatedAt, Publications: []contentapi.Publication{}, Comments: []contentapi.Comment{}, Media: []contentapi.Medium{}}
			versions, err := many[Version](ctx, s.Pool, "Versions", pgx.NamedArgs{"document": d.ID})
			if err != nil {
				return nil, err
			}
			words := map[int]Words{}
			for _, v := range versions {
				owned.Versions = append(owned.Versions, v.Wire())
				words[v.Seq] = v.Words
			}
			comments, err := many[Comment](ctx, s.Pool, "Comments", pgx.NamedArgs{"document": d.ID, "state": "", "cursor": "", "limit": nil})
			if err != nil {
				return nil, err
			}
			for _, c := range comments {
				owned.Comments = append(owned.Comments, c.Wire(words[c.Seq], words[d.Seq]))
			}
			publications, err := publicationsOf(ctx, s.Pool, d.ID)
			if err != nil {
				return nil, err
			}
			for _, p := range publications {
				owned.Publications = append(owned.Publications, p.Wire())
			}
			media, err := many[Medium](ctx, s.Pool, "Media", pgx.NamedArgs{"document": d.ID})
			if err != nil {
				return nil, err
			}
			for _, m := range media {
				owned.Media = append(owned.Media, m.Wire(s.address(m)))
			}
			out.Documents = append(out.Documents, owned)
		}
		more = len(rows) == exportStep
	}
	return out, nil
}

// eraseAgain is how long after an erasure what the person left is erased once more: a request of theirs may have been
// under way. Wall time.
const eraseAgain = time.Hour

// erasePerson removes the words of a person's documents. Ids, digests and dates stay: others hold receipts about them. A
// second time it finds nothing to do and tells nothing.
func (s *Service) erasePerson(ctx context.Context, tx pgx.Tx, personID string) error {
	args := pgx.NamedArgs{"person": personID, "wall": s.Clock.Wall()}
	for _, name := range []string{"Tombstone", "EraseAnswers"} {
		if _, err := exec(ctx, tx, name, args); err != nil {
			return err
		}
	}
	theirs, err := many[Document](ctx, tx, "LockDocumentsOf", pgx.NamedArgs{"owner": personID})
	if err != nil {
		return err
	}
	for _, d := range theirs {
		if err := s.wipe(ctx, tx, d, "document.erased"); err != nil {
			return err
		}
	}
	return nil
}

// eraseRest erases once more those who were erased lately.
func (s *Service) eraseRest(ctx context.Context) error {
	people, err := pg.Column[string](ctx, s.Pool, queries.SQL("ErasedSince"), pgx.NamedArgs{"since": s.Clock.Wall().Add(-eraseAgain)})
	if err != nil {
		return err
	}
	for _, personID := range people {
		if err := s.tx(ctx, func(ctx context.Context, tx pgx.Tx) error { return s.erasePerson(ctx, tx, personID) }); err != nil {
			return err
		}
	}
	return nil
}
