package locale

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// L speaks one language to one person: messages, and figures in that person's time zone. It is a small value,
// copied freely.
type L struct {
	Tag
	zone     *time.Location
	messages *i18n.Localizer
	// fixed holds what is the same each time: finding a message and its plural costs more than the rest of a page.
	fixed *sync.Map
}

// In returns the speaker for a person in an IANA zone; an empty or unknown name keeps the zone it had.
func (l L) In(zone string) L {
	if zone == "" {
		return l
	}
	if loc, err := time.LoadLocation(zone); err == nil {
		l.zone = loc
	}
	return l
}

// Zone is the zone in which days and times are written.
func (l L) Zone() *time.Location { return l.zone }

// T returns the message. The data are pairs of placeholder and value, as in
//
//	l.T("order_paid", "Buyer", name, "Amount", l.Money(gross))
//
// and an odd or non-text placeholder is a programmer's fault, shown in place of the message.
func (l L) T(id string, data ...any) string {
	cfg := i18n.LocalizeConfig{MessageID: id}
	if len(data) > 0 {
		text, _ := l.say(&cfg, data)
		return text
	}
	return l.same(said{id: id}, &cfg, nil)
}

// N returns the message in the plural form that n takes. The message has n as {{.N}}, written with the
// language's own grouping, beside its other placeholders.
func (l L) N(id string, n int, data ...any) string {
	cfg := i18n.LocalizeConfig{MessageID: id, PluralCount: n}
	all := append([]any{"N", l.Number(int64(n))}, data...)
	if len(data) > 0 || n < 0 || n >= often {
		text, _ := l.say(&cfg, all)
		return text
	}
	return l.same(said{id, n + 1}, &cfg, all)
}

// often is the number from which on messages about a number are not kept.
const often = 100

// said names a message that is the same each time: its id, and the number after the one it is about, 0 for none.
type said struct {
	id   string
	next int
}

// same is say for what needs no other data: kept once said.
func (l L) same(key said, cfg *i18n.LocalizeConfig, data []any) string {
	if l.fixed == nil {
		text, _ := l.say(cfg, data)
		return text
	}
	if text, ok := l.fixed.Load(key); ok {
		return text.(string)
	}
	text, ok := l.say(cfg, data)
	if ok { // what is missing may be asked for by any name
		l.fixed.Store(key, text)
	}
	return text
}

// Has says whether the message exists, in this language or in English.
func (l L) Has(id string) bool {
	_, _, err := l.messages.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: id, PluralCount: 2, TemplateData: map[string]any{}})
	_, missing := err.(*i18n.MessageNotFoundErr)
	return !missing
}

// Missing wraps an id that has no message, so that a test can find it in a rendered page.
func Missing(id string) string { return "⟦" + id + "⟧" }

// say finds a message and fills it; false is a message that is missing or lacks a value.
func (l L) say(cfg *i18n.LocalizeConfig, data []any) (string, bool) {
	if len(data) > 0 {
		named, err := l.pairs(data)
		if err != nil {
			return Missing(cfg.MessageID + ": " + err.Error()), false
		}
		cfg.TemplateData = named
	}
	if l.messages == nil {
		return Missing(cfg.MessageID), false
	}
	text, err := l.messages.Localize(cfg)
	if err != nil && text == "" || strings.Contains(text, noValue) {
		return Missing(cfg.MessageID), false
	}
	return text, true
}

// noValue is what text/template writes for a placeholder that nothing was given for.
const noValue = "<no value>"

func (l L) pairs(data []any) (map[string]any, error) {
	if len(data)%2 != 0 {
		return nil, fmt.Errorf("a placeholder without a value")
	}
	out := make(map[string]any, len(data)/2)
	for i := 0; i < len(data); i += 2 {
		key, ok := data[i].(string)
		if !ok {
			return nil, fmt.Errorf("placeholder %v is not a name", data[i])
		}
		out[key] = data[i+1]
		if text, ok := data[i+1].(string); ok {
			out[key] = l.isolated(text)
		}
	}
	return out, nil
}
