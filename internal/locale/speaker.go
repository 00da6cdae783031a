package locale

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// L speaks one language to one person: messages, and figures in that person's time zone. It is a small value,
// copied freely.
type L struct {
	Tag
	zone     *time.Location
	messages *i18n.Localizer
	kept     *kept // nil keeps nothing
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
func (l L) T(id string, data ...any) string { return l.say(said{id: id}, data) }

// N returns the message in the plural form that n takes. The message has n as {{.N}}, written with the
// language's own grouping, beside its other placeholders.
func (l L) N(id string, n int, data ...any) string {
	return l.say(said{id: id, counts: true, n: n}, data)
}

// Has says whether the message exists, in this language or in English.
func (l L) Has(id string) bool {
	_, _, err := l.messages.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: id, PluralCount: 2, TemplateData: map[string]any{}})
	var missing *i18n.MessageNotFoundErr
	return !errors.As(err, &missing)
}

// Missing wraps an id that has no message, so that a test can find it in a rendered page.
func Missing(id string) string { return "⟦" + id + "⟧" }

// say finds a message and fills it.
func (l L) say(what said, data []any) string {
	if err := named(data); err != nil {
		return Missing(what.id + ": " + err.Error())
	}
	p, ok := l.wording(what, data)
	if !ok {
		return Missing(what.id)
	}
	if len(p) == 1 {
		return p[0]
	}
	var text strings.Builder
	for i, part := range p {
		if i%2 == 1 {
			if part, ok = l.value(part, data); !ok {
				return Missing(what.id)
			}
		}
		text.WriteString(part)
	}
	return text.String()
}

// value is what a placeholder was given, as text; the last one given counts.
func (l L) value(name string, data []any) (string, bool) {
	for i := len(data) - 2; i >= 0; i -= 2 {
		if data[i] != name {
			continue
		}
		switch v := data[i+1].(type) {
		case nil:
			return "", false
		case string:
			return l.isolated(v), true
		default:
			return fmt.Sprint(v), true
		}
	}
	return "", false
}

// named says what is wrong with pairs of placeholder and value.
func named(data []any) error {
	if len(data)%2 != 0 {
		return fmt.Errorf("a placeholder without a value")
	}
	for i := 0; i < len(data); i += 2 {
		if _, ok := data[i].(string); !ok {
			return fmt.Errorf("placeholder %v is not a name", data[i])
		}
	}
	return nil
}
