package content

import (
	"slices"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

func TestWhatIsPaidForSaysSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what      string
		label     string
		unpaid    bool
		countries []string
		missing   []string // pointers
	}{
		{"nobody paid", "", true, []string{"FR"}, nil},
		{"no label", "", false, nil, []string{"/disclosure"}},
		{"no country in particular", "Werbung", false, nil, nil},
		{"a country without words of its own", "#ad", false, []string{"US"}, nil},
		{"#ad in the US and in France", "#ad", false, []string{"US", "FR"}, []string{"/destinations/FR"}},
		{"in French", "Publicité", false, []string{"US", "FR"}, nil},
		{"in French, decomposed", "PUBLICITE\u0301", false, []string{"FR"}, nil},
		{"in French, two words", "#Collaboration  commerciale.", false, []string{"FR"}, nil},
		{"in French, only half of it", "collaboration", false, []string{"FR"}, []string{"/destinations/FR"}},
		{"for both", "Ad / Publicité", false, []string{"FR", "GB"}, nil},
		{"advice is no ad", "Advice", false, []string{"GB"}, []string{"/destinations/GB"}},
		{"for neither", "gifted", false, []string{"GB", "FR"}, []string{"/destinations/GB", "/destinations/FR"}},
	} {
		// The same countries at two places are named once.
		places := []contentapi.Destination{{Channel: "linkedin", Countries: c.countries}, {Channel: "linkedin", Profile: "x", Countries: c.countries}}
		err := Version{Words: Words{Paid: !c.unpaid, Disclosure: c.label, Destinations: places}}.disclosed()
		var got []string
		if p := problem.From(err); p != nil {
			if p.Code != contentapi.ErrDisclosureMissing.Code {
				t.Errorf("%s: %v", c.what, err)
			}
			for _, f := range p.Fields {
				got = append(got, f.Pointer)
			}
		}
		// Whoever reads the version is told the same before they press.
		told := Version{Words: Words{Paid: !c.unpaid, Disclosure: c.label, Destinations: places}}.Wire().LabelWanted
		if told == nil || len(told) != len(c.missing) {
			t.Errorf("%s: told %v, want %v", c.what, told, c.missing)
		}
		if !slices.Equal(got, c.missing) {
			t.Errorf("%s: missing %v, want %v", c.what, got, c.missing)
		}
	}
}
