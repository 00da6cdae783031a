package locale

import "golang.org/x/text/language"

// Tag is the short code of one of the five languages, as it stands in addresses, cookies and database rows.
type Tag string

// The languages, in the order in which a person is offered them.
const (
	English Tag = "en"
	French  Tag = "fr"
	Dutch   Tag = "nl"
	Arabic  Tag = "ar"
	Chinese Tag = "zh"
)

// All lists every language once, English first.
var All = []Tag{English, French, Dutch, Arabic, Chinese}

var bcp47 = map[Tag]language.Tag{
	English: language.English,
	French:  language.French,
	Dutch:   language.Dutch,
	Arabic:  language.Arabic,
	Chinese: language.SimplifiedChinese,
}

var matcher = language.NewMatcher([]language.Tag{
	language.English, language.French, language.Dutch, language.Arabic, language.SimplifiedChinese,
})

// Parse returns the language of a short code or of a BCP 47 tag, and false for one that isn't offered.
func Parse(s string) (Tag, bool) {
	if _, ok := bcp47[Tag(s)]; ok {
		return Tag(s), true
	}
	if s == "" {
		return "", false
	}
	want, err := language.Parse(s)
	if err != nil {
		return "", false
	}
	base, _ := want.Base()
	for tag, known := range bcp47 {
		if b, _ := known.Base(); b == base {
			return tag, true
		}
	}
	return "", false
}

// Match chooses a language. The explicit choices come first, in order: an address parameter, a cookie, a
// person's setting; empty and unknown ones are skipped. Then the Accept-Language header decides, then English.
func Match(acceptLanguage string, explicit ...string) Tag {
	for _, s := range explicit {
		if t, ok := Parse(s); ok {
			return t
		}
	}
	return acceptOf(acceptLanguage).tag
}

// Dir is the direction of the script: "rtl" or "ltr", the value of HTML's dir attribute.
func (t Tag) Dir() string {
	if t == Arabic {
		return "rtl"
	}
	return "ltr"
}

// BCP47 is the tag for HTML's lang attribute and for HTTP headers: the short code, but "zh-Hans" for Chinese.
func (t Tag) BCP47() string {
	if t == Chinese {
		return "zh-Hans"
	}
	return string(t)
}

// Name is what the language calls itself.
func (t Tag) Name() string {
	switch t {
	case French:
		return "Français"
	case Dutch:
		return "Nederlands"
	case Arabic:
		return "العربية"
	case Chinese:
		return "简体中文"
	default:
		return "English"
	}
}
