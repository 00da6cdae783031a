package locale_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
)

func TestAmountsAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		tag   locale.Tag
		typed string
		c     money.Currency
		want  int64
		err   error
	}{
		{locale.English, "149", money.EUR, 14900, nil}, {locale.English, "149,00", money.EUR, 14900, nil},
		{locale.English, "149.5", money.EUR, 14950, nil}, {locale.English, "1,490.00", money.EUR, 149000, nil},
		{locale.English, "1,490", money.EUR, 149000, nil}, {locale.English, "1.490,00", money.EUR, 149000, nil},
		{locale.English, "1,234,567", money.JPY, 1234567, nil}, {locale.English, " 1 490 ", money.JPY, 1490, nil},
		{locale.Dutch, "1.490", money.EUR, 149000, nil}, {locale.Dutch, "149,5", money.EUR, 14950, nil},
		{locale.Dutch, "149.50", money.EUR, 14950, nil}, {locale.Dutch, "1.490.000,50", money.EUR, 149000050, nil},
		{locale.French, "1\u202f490,00", money.EUR, 149000, nil}, {locale.French, "1'490.00", money.CHF, 149000, nil},
		{locale.Arabic, "١٤٩٫٥٠", money.USD, 14950, nil}, {locale.Arabic, "١٬٤٩٠", money.USD, 149000, nil},
		{locale.English, "5.120", "KWD", 5120, nil}, {locale.Dutch, "5.120", "KWD", 5120, nil}, {locale.English, "5,120", "KWD", 5120, nil},
		{locale.English, "149.50", money.JPY, 0, money.ErrTooPrecise}, {locale.English, "149,5", money.JPY, 0, money.ErrTooPrecise},
		{locale.English, "149.005", money.EUR, 0, money.ErrTooPrecise}, {locale.Dutch, "149,005", money.EUR, 0, money.ErrTooPrecise},
		{locale.French, "1,490", money.EUR, 0, money.ErrTooPrecise},
		{locale.English, "14,90,00", money.EUR, 0, money.ErrSyntax}, {locale.English, "1,49,0.00", money.EUR, 0, money.ErrSyntax},
		{locale.English, ",490", money.EUR, 0, money.ErrSyntax}, {locale.English, "1234,567", money.EUR, 0, money.ErrTooPrecise},
		{locale.English, "-1,50", money.EUR, 0, money.ErrNegative}, {locale.English, "", money.EUR, 0, money.ErrSyntax},
		{locale.English, ".", money.EUR, 0, money.ErrSyntax}, {locale.English, "1,", money.EUR, 0, money.ErrSyntax},
		{locale.English, "€5", money.EUR, 0, money.ErrSyntax}, {locale.English, "1e3", money.EUR, 0, money.ErrSyntax},
	} {
		got, err := locale.L{Tag: tt.tag}.Amount(tt.typed, tt.c)
		if !errors.Is(err, tt.err) || got.Minor != tt.want {
			t.Errorf("%s %q %s: %v, %v; want %d, %v", tt.tag, tt.typed, tt.c, got, err, tt.want, tt.err)
		}
	}
}

// TestAmountsCanBeTypedAsTheyAreShown takes the figure from the page back into a field.
func TestAmountsCanBeTypedAsTheyAreShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := locale.L{Tag: rapid.SampledFrom([]locale.Tag{locale.English, locale.French, locale.Dutch, locale.Arabic, locale.Chinese}).Draw(t, "tag")}
		a := money.New(rapid.Int64Min(0).Draw(t, "minor"), rapid.SampledFrom(money.Currencies()).Draw(t, "currency"))
		back, err := l.Amount(l.Figure(a), a.Currency)
		if err != nil || back != a {
			t.Fatalf("%s: %q came back as %v, %v", l.Tag, l.Figure(a), back, err)
		}
	})
}
