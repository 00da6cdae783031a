package locale_test

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
)

//go:embed testdata/intl.golden.json
var intlGolden []byte

type intl struct {
	Number, Percent, Days []struct {
		N    int64
		Want string
	}
	Money []struct {
		Currency            money.Currency
		N                   int64
		Want, Signed, Price string
	}
	Dates []struct {
		Style, Zone, Want string
		At                time.Time
	}
	Lists []struct {
		Parts []string
		Want  string
	}
}

// figures returns a speaker for each language and Intl's answers for it.
func figures(t *testing.T) map[locale.Tag]intl {
	t.Helper()
	var golden map[locale.Tag]intl
	if err := json.Unmarshal(intlGolden, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) != len(locale.All) {
		t.Fatalf("the golden file has %d languages, want %d", len(golden), len(locale.All))
	}
	return golden
}

// ours is what Intl writes, with the two differences that the package comment names.
func ours(tag locale.Tag, s string) string {
	if tag == locale.Arabic && strings.ContainsAny(s, "$£¥") {
		s += "\u200e"
	}
	return strings.ReplaceAll(s, "-", "−")
}

func TestFiguresAreWrittenAsIntlWritesThem(t *testing.T) {
	t.Parallel()
	empty := locale.MustLoad(fstest.MapFS{})
	for tag, want := range figures(t) {
		l := empty.For(string(tag))
		same := func(got, want, format string, a ...any) {
			if want = ours(tag, want); got != want {
				t.Errorf("%s "+format+": got %q, Intl has %q", append(append([]any{tag}, a...), got, want)...)
			}
		}
		for _, c := range want.Number {
			same(l.Number(c.N), c.Want, "number %d", c.N)
		}
		for _, c := range want.Percent {
			same(l.Percent(c.N), c.Want, "percent %d", c.N)
		}
		for _, c := range want.Money {
			a := money.Amount{Minor: c.N, Currency: c.Currency}
			same(l.Money(a), c.Want, "money %v", a)
			same(l.SignedMoney(a), c.Signed, "signed money %v", a)
			same(l.Price(a), c.Price, "price %v", a)
		}
		for _, c := range want.Lists {
			same(l.List(c.Parts...), c.Want, "list %v", c.Parts)
		}
	}
}

func TestDaysAreWrittenAsIntlWritesThem(t *testing.T) {
	t.Parallel()
	empty := locale.MustLoad(fstest.MapFS{})
	now := time.Date(2026, 3, 27, 23, 30, 0, 0, time.UTC) // a clock change lies two days ahead in Brussels
	for tag, want := range figures(t) {
		l := empty.For(string(tag))
		styles := map[string]func(locale.L, time.Time) string{
			"date": locale.L.Date, "short": locale.L.ShortDate, "day": locale.L.Day, "month": locale.L.Month,
			"clock": locale.L.Time, "dateTime": locale.L.DateTime, "dayTime": locale.L.DayTime,
		}
		for _, c := range want.Dates {
			if got := styles[c.Style](l.In(c.Zone), c.At); got != c.Want {
				t.Errorf("%s %s %s in %s: got %q, Intl has %q", tag, c.Style, c.At, c.Zone, got, c.Want)
			}
		}
		for _, c := range want.Days {
			brussels := l.In("Europe/Brussels")
			if got := brussels.RelativeDay(now.AddDate(0, 0, int(c.N)), now); got != c.Want {
				t.Errorf("%s relative day %d: got %q, Intl has %q", tag, c.N, got, c.Want)
			}
		}
	}
}

func TestRelativeDayNamesDistantDays(t *testing.T) {
	t.Parallel()
	l := locale.MustLoad(fstest.MapFS{}).For("en")
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]string{
		now.AddDate(0, 0, 7):  "Tuesday 1 December",
		now.AddDate(0, 0, -7): "Tuesday 17 November",
		now.AddDate(0, 2, 0):  "24 January 2027",
	} {
		if got := l.RelativeDay(at, now); got != want {
			t.Errorf("%s: got %q, want %q", at, got, want)
		}
	}
}

func TestFiguresWithoutCurrency(t *testing.T) {
	t.Parallel()
	l := locale.MustLoad(fstest.MapFS{}).For("fr")
	for a, want := range map[money.Amount]string{
		{Minor: 123456, Currency: "EUR"}: "+1\u202f234,56",
		{Minor: -2980, Currency: "USD"}:  "−29,80",
		{Minor: 0, Currency: "JPY"}:      "0",
	} {
		if got := l.SignedFigure(a); got != want {
			t.Errorf("%v: got %q, want %q", a, got, want)
		}
	}
	if got := l.Figure(money.Amount{Minor: 16800, Currency: "JPY"}); got != "16\u202f800" {
		t.Errorf("got %q", got)
	}
}
