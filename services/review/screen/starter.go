package screen

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed starter/*.toml
var starterFiles embed.FS

// starterHeads open the starter policy's text in each language.
var starterHeads = map[string]string{
	"en": "# Posting about work\n\nThis is a starting point for people who post about their work on their own accounts.",
	"fr": "# Publier sur son travail\n\nVoici un point de départ pour celles et ceux qui parlent de leur travail sur leurs propres comptes.",
	"nl": "# Berichten over je werk\n\nDit is een begin voor wie op eigen accounts over het werk vertelt.",
	"ar": "# النشر عن العمل\n\nهذه نقطة بداية لمن ينشر عن عمله في حساباته الخاصة.",
	"zh": "# 发布与工作有关的内容\n\n这是一份起点，供在个人账号上谈论工作的人使用。",
}

// Starter is the policy that an employer without one begins with: its text and rules in all five Languages. Callers get
// their own copy.
func Starter() *Policy {
	book := starterBook()
	p := &Policy{Text: map[string]string{}, Clauses: book.Clauses, Words: book.Words, Rules: book.Rules}
	for _, lang := range Languages {
		var text strings.Builder
		text.WriteString(starterHeads[lang] + "\n\n")
		for _, c := range book.Clauses {
			fmt.Fprintf(&text, "- %s\n", c.Text[lang])
		}
		p.Text[lang] = text.String()
	}
	return p
}

// StarterScreener is the starter policy made ready, without facts. It is compiled once.
var StarterScreener = sync.OnceValues(func() (*Screener, error) { return Compile(Starter(), Facts{}) })

// StarterClauses are the sentences of the starter policy in one of the Languages, in their order; English for any other. Callers do
// not change them.
func StarterClauses(lang string) []string {
	all := starterClauses()
	if of, ok := all[lang]; ok {
		return of
	}
	return all[Languages[0]]
}

var starterClauses = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, c := range starterBook().Clauses {
		for _, lang := range Languages {
			out[lang] = append(out[lang], c.Text[lang])
		}
	}
	return out
})

// starterBook reads the embedded files; a test compiles them, so that a fault in them is found before it runs anywhere.
func starterBook() Rulebook {
	var all Rulebook
	for _, name := range []string{"clauses", "words", "concepts", "protected", "business", "conduct", "concerns"} {
		text, err := starterFiles.ReadFile("starter/" + name + ".toml")
		if err != nil {
			panic(err) // the file is part of the program
		}
		book, err := ParseRules(text)
		if err != nil {
			panic(fmt.Errorf("starter/%s.toml: %w", name, err))
		}
		all.Clauses, all.Words, all.Rules = append(all.Clauses, book.Clauses...), append(all.Words, book.Words...), append(all.Rules, book.Rules...)
	}
	return all
}
