package locale

import (
	"fmt"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// kept holds, for one language of one bundle, what is the same each time: finding a message and its plural costs
// more than the rest of a page.
type kept struct {
	mu       sync.RWMutex
	patterns map[said]pattern
	parts    map[any]any
}

func newKept() *kept { return &kept{patterns: map[said]pattern{}, parts: map[any]any{}} }

// said names a message, and where counts is set the number that it is about.
type said struct {
	id     string
	counts bool
	n      int
}

// often is the number from which on messages about a number are not kept.
const often = 100

// keep says whether the message is worth keeping.
func (s said) keep() bool { return s.n >= 0 && s.n < often }

// pattern is a message and its holes by turns: text, placeholder, text. It begins and ends with text.
type pattern []string

// wording finds a message in the plural form of its number, or false for one that is missing or has a placeholder
// that the data lack.
func (l L) wording(what said, data []any) (pattern, bool) {
	if l.messages == nil {
		return nil, false
	}
	keep := l.kept != nil && what.keep()
	if keep {
		l.kept.mu.RLock()
		p, ok := l.kept.patterns[what]
		l.kept.mu.RUnlock()
		if ok {
			return p, true
		}
	}
	p, ok := l.look(what, data)
	if ok && keep { // what is missing may be asked for by any name
		l.kept.mu.Lock()
		l.kept.patterns[what] = p
		l.kept.mu.Unlock()
	}
	return p, ok
}

// hole stands around the name of a placeholder in a message that is made into a pattern; [plain] keeps it out of messages.
const hole = "\x00"

// noValue is what text/template writes for a placeholder that nothing was given for.
const noValue = "<no value>"

// look asks the library for the message, with each placeholder's name in its place.
func (l L) look(what said, data []any) (pattern, bool) {
	names := make(map[string]any, len(data)/2+1)
	cfg := i18n.LocalizeConfig{MessageID: what.id, TemplateData: names}
	if what.counts {
		cfg.PluralCount = what.n
		names["N"] = l.Number(int64(what.n))
	}
	for i := 0; i < len(data); i += 2 {
		name, _ := data[i].(string)
		names[name] = hole + name + hole
	}
	text, err := l.messages.Localize(&cfg)
	if err != nil && text == "" || strings.Contains(text, noValue) {
		return nil, false
	}
	return strings.Split(text, hole), true
}

// plain refuses a message that is more than text and placeholders: a pattern could not stand for it.
func plain(m *i18n.Message) error {
	for _, text := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if strings.Contains(text, hole) {
			return fmt.Errorf("%s holds a NUL", m.ID)
		}
		for {
			_, rest, more := strings.Cut(text, "{{")
			if !more {
				break
			}
			action, after, _ := strings.Cut(rest, "}}")
			name, dot := strings.CutPrefix(strings.TrimSpace(action), ".")
			if !dot || name == "" || strings.ContainsAny(name, ". |()\t\n") {
				return fmt.Errorf("%s: {{%s}} is no placeholder such as {{.Name}}", m.ID, action)
			}
			text = after
		}
	}
	return nil
}

// Kept returns what was made for the key the first time, for whatever is the same in each answer of a language:
// it must depend on the language and the key alone. A key is a value of a type of the caller's own, always for the
// same T, and there are few of them, for they stay as long as the bundle. What fails is not kept.
func Kept[T any](l L, key any, build func() (T, error)) (T, error) {
	if l.kept == nil {
		return build()
	}
	l.kept.mu.RLock()
	part, ok := l.kept.parts[key]
	l.kept.mu.RUnlock()
	if ok {
		return part.(T), nil
	}
	made, err := build()
	if err != nil {
		return made, err
	}
	l.kept.mu.Lock()
	l.kept.parts[key] = made
	l.kept.mu.Unlock()
	return made, nil
}
