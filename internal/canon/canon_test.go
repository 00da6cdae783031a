package canon

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		" \n\t\n":                 "",
		"a":                       "a\n",
		"\ufeffa  \r\nb\t\rc\n\n": "a\nb\nc\n",
		"\n\n  indented\n":        "  indented\n",
		"e\u0301":                 "\u00e9\n",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTextIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Text(rapid.String().Draw(t, "text"))
		if twice := Text(once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}

// The strings are the ones of RFC 8785 §3.2.3: names sorted by UTF-16 units put
// the surrogate pair of 😀 before U+FB33, which code points would not.
func TestJSON(t *testing.T) {
	in := map[string]any{
		"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
		"1": "One", "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis",
	}
	want := "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin Small Letter O With Diaeresis\"," +
		"\"\u20ac\":\"Euro Sign\",\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"
	got, err := JSON(in)
	if err != nil || string(got) != want {
		t.Fatalf("got %s (%v)\nwant %s", got, err, want)
	}
	got, err = JSON([]any{"<&>\u2028\x0f\"\\/", true, nil, -12, 0, []int{}, map[string]int{}})
	if want := "[\"<&>\u2028\\u000f\\\"\\\\/\",true,null,-12,0,[],{}]"; err != nil || string(got) != want {
		t.Fatalf("got %s (%v)\nwant %s", got, err, want)
	}
	for _, bad := range []any{1.5, int64(1) << 53, 1e30} {
		if _, err := JSON(bad); !errors.Is(err, ErrNumber) {
			t.Errorf("%v: %v, want ErrNumber", bad, err)
		}
	}
}
