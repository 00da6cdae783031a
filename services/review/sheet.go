package review

import (
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// sheet is a version as it is read for sign-off: by its reviewer, and by its author before. Who saved it, when, and which version it
// is are nobody's business.
func sheet(v contentapi.Version) reviewapi.Sheet {
	out := reviewapi.Sheet{
		Digest: v.Digest, Title: v.Title, Text: v.Text, Caption: v.Caption, Disclosure: v.Disclosure, Paid: v.Paid,
		Links: []string{}, Destinations: []reviewapi.SheetDestination{}, Media: []reviewapi.SheetMedium{},
	}
	for _, l := range v.Links {
		out.Links = append(out.Links, l.Resolved)
	}
	for _, d := range v.Destinations {
		out.Destinations = append(out.Destinations, reviewapi.SheetDestination{Channel: d.Channel, Profile: d.Profile, Countries: d.Countries})
	}
	for _, m := range v.Media {
		out.Media = append(out.Media, reviewapi.SheetMedium{Type: m.Type, Alt: m.Alt, Transcript: m.Transcript, URL: m.URL})
	}
	for _, e := range v.Entries {
		out.Entries = append(out.Entries, reviewapi.SheetEntry{Kind: e.Kind, Path: e.Path, Title: e.Title, Summary: e.Summary, Text: e.Text, Agreed: e.Agreed})
	}
	return out
}
