package documents

import (
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/ui"
)

// shortDigest is enough of a digest to tell two apart by eye.
func shortDigest(digest string) string {
	_, hex, found := strings.Cut(digest, ":")
	if !found {
		hex = digest
	}
	return hex[:min(12, len(hex))]
}

func textLabel(l locale.L, kind string) string {
	if kind == contentapi.KindClip || kind == contentapi.KindBroadcast {
		return l.T("documents.script")
	}
	return l.T("documents.text")
}

func channelOptions(l locale.L, kind string) []ui.Option {
	out := []ui.Option{}
	for _, c := range contentapi.FormOf(kind).Channels {
		out = append(out, ui.Option{Value: c, Label: channelName(l, c)})
	}
	return append(out, ui.Option{Value: "", Label: l.T("documents.channel_none")})
}

// onlyChannel is the channel that a row's words are about: its own, or the kind's usual one.
func onlyChannel(d draft, p place) string {
	if p.channel == "" || len(d.form().Channels) > 1 {
		return "any"
	}
	return p.channel
}

func profileLabel(l locale.L, d draft, p place) string {
	return l.T("documents.profile." + onlyChannel(d, p))
}

func profileHint(l locale.L, d draft, p place) string {
	return l.T("documents.profile_hint." + onlyChannel(d, p))
}

// mediumKind is picture, film or sound.
func mediumKind(mime string) string {
	switch {
	case strings.HasPrefix(mime, "video/"):
		return "film"
	case strings.HasPrefix(mime, "audio/"):
		return "sound"
	}
	return "picture"
}

func recording(mime string) bool { return mediumKind(mime) != "picture" }

// mediumName is what a file is called: nobody gave it a name. i counts from 0.
func mediumName(l locale.L, mime string, i int) string {
	return l.T("documents.medium."+mediumKind(mime), "Number", l.Number(int64(i+1)))
}

// networks are channels that have the same name in every language.
var networks = map[string]string{contentapi.ChannelLinkedIn: "LinkedIn", contentapi.ChannelTikTok: "TikTok"}

func channelName(l locale.L, channel string) string {
	if name := networks[channel]; name != "" {
		return name
	}
	return l.T("documents.channel." + channel)
}

// profileName is a profile without what every address begins with.
func profileName(d contentapi.Destination) string {
	return strings.TrimPrefix(strings.TrimPrefix(d.Profile, "https://"), "www.")
}

func aimedAt(l locale.L, d contentapi.Destination, countries accountsapi.Countries) string {
	if len(d.Countries) == 0 {
		return ""
	}
	var named []string
	for _, c := range d.Countries {
		named = append(named, countryName(countries, c))
	}
	return l.T("documents.aimed_at", "Countries", l.List(named...))
}

// stanzas are the paragraphs of a text: what blank lines part.
func stanzas(text string) []string {
	var out []string
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

// placeWords is a place in one line of plain words.
func placeWords(l locale.L, d contentapi.Destination) string {
	words := channelName(l, d.Channel)
	if d.Profile != "" {
		words = l.T("documents.diff.place", "Channel", words, "Profile", profileName(d))
	}
	if len(d.Countries) > 0 {
		words += " (" + strings.Join(d.Countries, ", ") + ")"
	}
	return words
}

func mediaWords(l locale.L, m mediaChange) string {
	return l.T("documents.diff.media."+m.op, "Before", l.Number(int64(m.before)), "After", l.Number(int64(m.after)), "Alt", m.alt, "Now", m.now)
}

// commentsTitle says how much waits for the author.
func commentsTitle(l locale.L, view commentsView) string {
	if len(view.open) == 0 {
		return l.T("documents.comments.none")
	}
	return l.N("documents.comments.count", len(view.open))
}

// answerOf is what was typed as an answer to a thread and came back.
func answerOf(view commentsView, t thread) string {
	if view.answer.comment == t.ID {
		return view.answer.body
	}
	return ""
}

// publishTitle says whether the newest version may appear.
func publishTitle(l locale.L, view publishView) string {
	switch {
	case view.closed():
		return l.T("documents.answer.withdrawn")
	case len(view.against) > 0:
		return l.N("documents.answer.against", len(view.against))
	case len(view.left()) == 0:
		return l.T("documents.answer.published")
	}
	return l.T("documents.answer.ready")
}

// missedWords says what kept a document from appearing when its time came.
func missedWords(l locale.L, code string) string {
	if code == problem.ErrStale.Code {
		return l.T("documents.publish.set_stale")
	}
	if id := "problem." + code; l.Has(id) {
		return l.T(id)
	}
	if id := "problem." + code + ".text"; l.Has(id) {
		return l.T(id)
	}
	return l.T("documents.publish.missed_odd")
}
