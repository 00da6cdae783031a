package accounts

import (
	"strings"
	"testing"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]Email{
		"ana@example.com":            "ana@example.com",
		"  Ana@Example.COM\n":        "ana@example.com",
		"a.n-a+tag_1@sub.example.io": "a.n-a+tag_1@sub.example.io",
		"ana@bücher.example":         "ana@xn--bcher-kva.example",
		"ana@BÜCHER.example":         "ana@xn--bcher-kva.example",
		"ana@xn--bcher-kva.example":  "ana@xn--bcher-kva.example",
		"jose\u0301@example.com":     "jos\u00e9@example.com", // decomposed and composed are one mailbox
		"JOS\u00c9@example.com":      "jos\u00e9@example.com",
		"ana@example。com":            "ana@example.com", // the full stop of a Chinese keyboard
		"用户@例子.example":              "用户@xn--fsqu00a.example",
	} {
		got, err := ParseEmail(typed)
		if err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{
		"", "ana", "@example.com", "ana@", "ana@localhost", "ana@example..com", "ana@-example.com", "ana@127.0.0.1", "ana@[127.0.0.1]",
		"Ana <ana@example.com>", `"ana"@example.com`, "ana(comment)@example.com", "a na@example.com", "ana@exa mple.com", ".ana@example.com",
		"ana.@example.com", "a..na@example.com", "ana@example.com,ben@example.com", "ana\x00@example.com", "ana\r\nBcc: ben@example.com",
		"a\u202ena@example.com", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("a.", 126) + "com", "ana@exam_ple.com", "\xff@example.com",
	} {
		if got, err := ParseEmail(typed); err == nil {
			t.Errorf("%q was read as %q", typed, got)
		}
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"ana@example.com", "JOSÉ@Bücher.example", "用户@例子.example", "İ@x.tr", "a@b@c.d", "ǅ@example.com", "\u212a@example.com", "ẞ@example.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		e, err := ParseEmail(typed)
		if err != nil {
			return
		}
		if again, err := ParseEmail(string(e)); err != nil || again != e {
			t.Fatalf("%q gave %q, which gave %q %v", typed, e, again, err)
		}
		if len(e) > 254 || strings.Count(string(e), "@") != 1 || strings.ContainsAny(string(e), " \t\r\n<>,;\"") {
			t.Fatalf("%q gave %q", typed, e)
		}
	})
}
