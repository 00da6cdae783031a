package content

import (
	"strings"
	"unicode"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// labels are the words of which a country wants one in the label of what is paid for, as written in the law or by those who
// enforce it. Elsewhere any label will do.
var labels = map[string][]string{
	// Loi n° 2023-451 du 9 juin 2023, art. 5.
	"FR": {"publicité", "collaboration commerciale"},
	// CAP Code rule 2.1 and the guidance of ASA and CMA: "Ad" at least.
	"GB": {"ad", "advert", "advertisement"},
}

// labelWanted is where the label is not enough: nowhere for what nobody paid for, everywhere without a label, else each
// country that it is aimed at and that wants other words.
func (w Words) labelWanted() []contentapi.LabelWanted {
	out := []contentapi.LabelWanted{}
	if !w.Paid {
		return out
	}
	if w.Disclosure == "" {
		return append(out, contentapi.LabelWanted{})
	}
	seen := map[string]bool{}
	for _, d := range w.Destinations {
		for _, country := range d.Countries {
			if wanted := labels[country]; wanted != nil && !seen[country] && !says(w.Disclosure, wanted) {
				seen[country] = true
				out = append(out, contentapi.LabelWanted{Country: country, AnyOf: wanted})
			}
		}
	}
	return out
}

// disclosed is nil when what is paid for says so in every country that it is aimed at. ErrDisclosureMissing names in its
// fields where it does not.
func (w Words) disclosed() error {
	fault := contentapi.ErrDisclosureMissing
	for _, l := range w.labelWanted() {
		if l.Country == "" {
			fault = fault.WithField("/disclosure", "required", "is required for what is paid for")
		} else {
			fault = fault.WithField("/destinations/"+l.Country, "label", "needs one of: "+strings.Join(l.AnyOf, ", "))
		}
	}
	if len(fault.Fields) > 0 {
		return fault
	}
	return nil
}

// says tells whether a label holds one of the phrases, as words and in any case: "#Ad" says ad, "Advice" does not.
func says(label string, phrases []string) bool {
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(canon.Lines(label)), apart), " ") + " "
	for _, p := range phrases {
		if strings.Contains(words, " "+p+" ") {
			return true
		}
	}
	return false
}
