package vatid

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Numbers that are published as examples or belong to large companies, as people type them.
func TestNumbersThatAreRight(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", " . ": "",
		"ATU 13585627": "ATU13585627", "be 0428.759.497": "BE0428759497", "BG 175 074 752": "BG175074752", "CHE-100.155.212 MWST": "CHE100155212",
		"che100155212tva": "CHE100155212", "CY-10259033P": "CY10259033P", "CZ 25123891": "CZ25123891", "DE 136,695 976": "DE136695976", "DK 13585628": "DK13585628",
		"EE 100 931 558": "EE100931558", "EL 094259216": "EL094259216", "gr 094259216": "EL094259216", "ES B-58378431": "ESB58378431", "FI 20774740": "FI20774740",
		"Fr 40 303 265 045": "FR40303265045", "FR K7399859412": "FRK7399859412", "GB 980 7806 84": "GB980780684", "GBGD001": "GBGD001", "GB HA500": "GBHA500", "XI 980780684": "XI980780684",
		"HR 33392005961": "HR33392005961", "HU-12892312": "HU12892312", "IE 6433435F": "IE6433435F", "IE 6433435OA": "IE6433435OA", "IE 8D79739I": "IE8D79739I",
		"IT 00743110157": "IT00743110157", "LT 119511515": "LT119511515", "LU 150 274 42": "LU15027442", "LV 40003521600": "LV40003521600", "MT 1167-9112": "MT11679112",
		"NL4495445B01": "", "NL 004495445 B01": "NL004495445B01", "NL 0000.99.998.B57": "NL000099998B57", "NO 995 525 828 MVA": "NO995525828MVA", "no995525828": "NO995525828MVA",
		"PL 8567346215": "PL8567346215", "PT 501 964 843": "PT501964843", "RO 185 472 90": "RO18547290", "SE 123456789701": "SE123456789701",
		"SI 5022 3054": "SI50223054", "SK 202 274 96 19": "SK2022749619", "EU 528 000 000": "EU528000000",
		"US 12-3456789": "US123456789", "98-7654321": "987654321", "\u2066DE136695976\u2069": "DE136695976", "DE١٣٦٦٩٥٩٧٦": "DE136695976",
	} {
		got, err := Parse(typed, "")
		if want == "" && strings.ContainsAny(typed, "0123456789") {
			if !errors.Is(err, ErrForm) {
				t.Errorf("%q: %q, %v", typed, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

// The buyer's country helps a number without its letters, and says nothing about one that has them.
func TestNumbersWithoutLetters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, country, want string }{
		{"0428759497", "BE", "BE0428759497"}, {"U13585627", "AT", "ATU13585627"}, {"094259216", "GR", "EL094259216"}, {"100.155.212", "CH", "CHE100155212"},
		{"995525828MVA", "NO", "NO995525828MVA"}, {"DE136695976", "BE", "DE136695976"}, {"B58378431", "ES", "ESB58378431"}, {"12-3456789", "US", "123456789"},
	} {
		if got, err := Parse(c.typed, c.country); err != nil || got != c.want {
			t.Errorf("%s in %s: %q, %v", c.typed, c.country, got, err)
		}
	}
	if _, err := Parse("0428759498", "BE"); !errors.Is(err, ErrDigits) {
		t.Errorf("%v", err)
	}
}

func TestNumbersThatAreWrong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]error{
		"DE123": ErrForm, "BE0428759498": ErrDigits, "BE2428759497": ErrForm, "DE136695978": ErrDigits, "FR41303265045": ErrDigits, "FROA303265045": ErrDigits,
		"GB980780685": ErrDigits, "GBGD500": ErrDigits, "GBHA499": ErrDigits, "LU15027443": ErrDigits, "NL004495446B01": ErrDigits, "NL004495445C01": ErrForm,
		"IE6433435E": ErrDigits, "IE6433435OZ": ErrDigits, "CHE100155213": ErrDigits, "NO995525829": ErrDigits, "XI12": ErrForm, "none": ErrForm, "N/A": ErrForm, "12": ErrForm,
		"DE136695976;": ErrForm, "<b>DE136695976</b>": ErrForm, strings.Repeat("1", 21): ErrForm, strings.Repeat(" ", 161): ErrForm, "DEÄ": ErrForm, "\xff": ErrForm,
	} {
		if got, err := Parse(typed, ""); !errors.Is(err, want) {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

// checked are numbers whose rule notices every slip of one digit.
var checked = []string{"BE0428759497", "DE136695976", "LU15027442", "NO995525828MVA", "CHE100155212", "DK13585628", "HR33392005961", "IT00743110157", "FI20774740", "PL8567346215"}

func TestEverySlipOfADigitIsNoticed(t *testing.T) {
	t.Parallel()
	for _, right := range checked {
		for i := range len(right) {
			for d := byte('0'); digit(right[i]) && d <= '9'; d++ {
				if wrong := right[:i] + string(d) + right[i+1:]; wrong != right {
					if got, err := Parse(wrong, ""); err == nil {
						t.Errorf("%s passes as %s", wrong, got)
					}
				}
			}
		}
	}
}

// What was read is read again as itself, however it is spaced and in whatever case.
func TestReadingTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		right := rapid.SampledFrom(checked).Draw(t, "number")
		var typed strings.Builder
		for _, c := range right {
			typed.WriteString(rapid.SampledFrom([]string{"", "", " ", ".", "-", "\u00a0"}).Draw(t, "between"))
			if rapid.Bool().Draw(t, "small") {
				typed.WriteString(strings.ToLower(string(c)))
			} else {
				typed.WriteRune(c)
			}
		}
		if got, err := Parse(typed.String(), ""); err != nil || got != right {
			t.Fatalf("%q: %q, %v", typed.String(), got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range append([]string{"", "DE", "CHE", "IE1A", "IE8D79739I", "FRK7", "GBGD", "NL000099998B57", "٣", "\u2066"}, checked...) {
		f.Add(s, "BE")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, typed, country string) {
		got, err := Parse(typed, country)
		if err != nil {
			if got != "" || !errors.Is(err, ErrForm) && !errors.Is(err, ErrDigits) {
				t.Fatalf("%q with %v", got, err)
			}
			return
		}
		if len(got) > 20 || strings.Trim(got, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			t.Fatalf("%q became %q", typed, got)
		}
		if again, err := Parse(got, ""); err != nil || again != got {
			t.Fatalf("%q, read again: %q, %v", got, again, err)
		}
	})
}
