package content

import (
	"context"
	"reflect"
	"slices"

	"github.com/workfluence/workfluence/internal/compare"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// Changes says in whole words what made one version of a document of the caller's of another. Either may be the older.
func (s *Service) Changes(ctx context.Context, documentID string, to, from int) (*contentapi.Changes, error) {
	if _, err := documentOf(ctx, s.Pool, owner(ctx), documentID); err != nil {
		return nil, err
	}
	before, err := versionAt(ctx, s.Pool, documentID, from)
	if err != nil {
		return nil, err
	}
	after, err := versionAt(ctx, s.Pool, documentID, to)
	if err != nil {
		return nil, err
	}
	out := changes(before, after)
	return &out, nil
}

func changes(before, after Version) contentapi.Changes {
	return contentapi.Changes{
		From: before.Seq, To: after.Seq, SameDigest: before.Digest == after.Digest,
		Title: pieces(before.Title, after.Title), Text: pieces(before.Body, after.Body), Caption: pieces(before.Caption, after.Caption),
		Disclosure:        pieces(before.Disclosure, after.Disclosure),
		DestinationsAdded: without(after.Destinations, before.Destinations), DestinationsRemoved: without(before.Destinations, after.Destinations),
		PaidBefore: before.Paid, PaidAfter: after.Paid, MediaBefore: before.Media, MediaAfter: after.Media,
	}
}

func pieces(before, after string) []contentapi.Piece {
	found := compare.Words(before, after)
	out := make([]contentapi.Piece, len(found))
	for i, p := range found {
		out[i] = contentapi.Piece(p)
	}
	return out
}

// without lists the destinations that another list has not just so: a place that gained a country is another one.
func without(list, other []contentapi.Destination) []contentapi.Destination {
	out := []contentapi.Destination{}
	for _, d := range list {
		if !slices.ContainsFunc(other, func(o contentapi.Destination) bool { return reflect.DeepEqual(o, d) }) {
			out = append(out, d)
		}
	}
	return out
}
