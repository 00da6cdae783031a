package documents

import (
	"net/url"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/vtt"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/ui"
)

// place is a row of the form: where a document shall appear. Without a channel it is nowhere, and the row is left out.
type place struct {
	channel, profile, countries string
}

// shows is a file of the form: what was uploaded, and whether the version shows it.
type shows struct {
	contentapi.Medium
	shown           bool
	alt, transcript string
}

// draft is a document as it stands in a form: as somebody typed it, right or wrong.
type draft struct {
	kind, title, text, caption, label string
	paid                              bool
	places                            []place
	media                             []shows
	faults                            ui.Faults
}

func (d draft) form() contentapi.Form { return contentapi.FormOf(d.kind) }

// most rows and files that a form has: content's own bounds.
const (
	mostPlaces = 20
	mostShown  = 20
)

// draftOf is a version in a form. Files that it does not show stand behind those that it does.
func draftOf(kind string, ver contentapi.Version, uploaded []contentapi.Medium, countries accountsapi.Countries) draft {
	d := draft{kind: kind, title: ver.Title, text: ver.Text, caption: ver.Caption, label: ver.Disclosure, paid: ver.Paid}
	for _, p := range ver.Destinations {
		d.places = append(d.places, place{p.Channel, p.Profile, countryNames(countries, p.Countries)})
	}
	for _, m := range ver.Media {
		if i := slices.IndexFunc(uploaded, func(u contentapi.Medium) bool { return u.Digest == m.Digest }); i >= 0 {
			d.media = append(d.media, shows{uploaded[i], true, m.Alt, m.Transcript})
		}
	}
	for _, u := range uploaded {
		if !slices.ContainsFunc(d.media, func(m shows) bool { return m.Digest == u.Digest }) {
			d.media = append(d.media, shows{Medium: u})
		}
	}
	return d
}

// read takes a form's fields. Of media it knows what was uploaded; the order is that of the numbers given to them.
func read(kind string, f url.Values, uploaded []contentapi.Medium) draft {
	d := draft{
		kind: kind, title: strings.TrimSpace(f.Get("title")), text: lines(f.Get("text")), caption: lines(f.Get("caption")),
		label: strings.TrimSpace(f.Get("disclosure")), paid: f.Get("paid") == "yes",
	}
	for i := range mostPlaces {
		at := "destinations-" + digits(i)
		if _, there := f[at+"-channel"]; there {
			d.places = append(d.places, place{f.Get(at + "-channel"), strings.TrimSpace(f.Get(at + "-profile")), strings.TrimSpace(f.Get(at + "-countries"))})
		}
	}
	position := map[string]int64{}
	for i, u := range uploaded {
		m := shows{Medium: u}
		if given := slices.Index(f["digest"], u.Digest); given >= 0 {
			at := "media-" + digits(given)
			m.shown, m.alt, m.transcript = f.Get(at+"-shown") == "yes", strings.TrimSpace(f.Get(at+"-alt")), lines(f.Get(at+"-transcript"))
			position[u.Digest] = number(f.Get(at+"-position"))*1000 + int64(given)
		} else {
			m.shown, position[u.Digest] = true, 1_000_000+int64(i) // uploaded with this very form
		}
		d.media = append(d.media, m)
	}
	slices.SortStableFunc(d.media, func(a, b shows) int { return int(position[a.Digest] - position[b.Digest]) })
	return d
}

// filled lets each form have one row more than it needs, with the usual channel while there is none.
func (d draft) filled(more bool) draft {
	switch {
	case len(d.places) == 0:
		d.places = []place{{channel: d.form().Channels[0]}}
	case more && len(d.places) < mostPlaces:
		d.places = append(d.places, place{channel: d.form().Channels[0]})
	}
	return d
}

// draft is what is sent to content, with the form's own row of each place and file, to give faults back to it. Countries
// that nobody knows and transcripts that can't be read become faults of the form.
func (d *draft) draft(l locale.L, countries accountsapi.Countries) (out contentapi.Draft, rows rows) {
	out = contentapi.Draft{Title: d.title, Text: d.text, Caption: d.caption, Disclosure: d.label, Paid: d.paid}
	for i, p := range d.places {
		if p.channel == "" {
			continue
		}
		codes, unknown := countryCodes(countries, p.countries)
		if unknown != "" {
			d.faults.Add("destinations-"+digits(i)+"-countries", l.T("documents.fault.country", "Name", unknown))
		}
		out.Destinations = append(out.Destinations, contentapi.Destination{Channel: p.channel, Profile: p.address(), Countries: codes})
		rows.places = append(rows.places, i)
	}
	for i, m := range d.media {
		if !m.shown {
			continue
		}
		if fault := transcriptFault(l, m.transcript); fault != "" {
			d.faults.Add("media-"+digits(i)+"-transcript", fault)
		}
		out.Media = append(out.Media, contentapi.Shows{Digest: m.Digest, Alt: m.alt, Transcript: m.transcript})
		rows.media = append(rows.media, i)
	}
	return out, rows
}

// address is a profile as it was typed, with the beginning that people leave away.
func (p place) address() string {
	onSite := p.channel == contentapi.ChannelLinkedIn || p.channel == contentapi.ChannelTikTok
	if onSite && p.profile != "" && !strings.Contains(p.profile, "://") && strings.Contains(p.profile, ".") {
		return "https://" + p.profile
	}
	return p.profile
}

// rows are the rows of a form by their number in what was sent.
type rows struct{ places, media []int }

// refused gives what content says about a draft to the fields of its form.
func (r rows) refused(l locale.L, err error) ui.Faults {
	faults := faultsOf(l, err)
	for i, f := range faults {
		group, rest, _ := strings.Cut(f.Field, "-")
		n, field, _ := strings.Cut(rest, "-")
		of := map[string][]int{"destinations": r.places, "media": r.media}[group]
		if at := number(n); at >= 0 && at < int64(len(of)) {
			if field == "" {
				field = map[string]string{"destinations": "profile", "media": "alt"}[group]
			}
			faults[i].Field = group + "-" + digits(of[at]) + "-" + field
		}
	}
	return faults
}

// transcriptFault is what keeps a text from being a transcript, "" for nothing.
func transcriptFault(l locale.L, text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	_, err := vtt.Parse(text)
	fault, ok := err.(*vtt.Fault) //nolint:errorlint // Parse gives nothing else
	switch {
	case !ok:
		return ""
	case fault.Line > 0:
		return l.T("documents.fault.transcript_line", "Line", l.Number(int64(fault.Line)), "Why", transcriptWhy(l, fault.Code))
	}
	return transcriptWhy(l, fault.Code)
}

func transcriptWhy(l locale.L, code string) string {
	if id := "documents.fault.vtt." + code; l.Has(id) {
		return l.T(id)
	}
	return l.T("documents.fault.vtt.odd")
}

// countryNames writes countries as people do, in the list's own language.
func countryNames(list accountsapi.Countries, codes []string) string {
	var out []string
	for _, code := range codes {
		out = append(out, countryName(list, code))
	}
	return strings.Join(out, ", ")
}

func countryName(list accountsapi.Countries, code string) string {
	for _, c := range list.Data {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// countryCodes reads countries as people write them, by name or code; unknown is the first that is none.
func countryCodes(list accountsapi.Countries, typed string) (codes []string, unknown string) {
	for _, name := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",;،؛，、；\n", r) }) {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		i := slices.IndexFunc(list.Data, func(c accountsapi.Country) bool {
			return strings.EqualFold(c.Code, name) || strings.EqualFold(c.Name, name)
		})
		switch {
		case i < 0 && unknown == "":
			unknown = name
		case i >= 0 && !slices.Contains(codes, list.Data[i].Code):
			codes = append(codes, list.Data[i].Code)
		}
	}
	return codes, unknown
}

// mendable turns a refused save into the faults of its form; nil for what a person can't mend there.
func mendable(l locale.L, r rows, err error) ui.Faults {
	if !shown(err) || stale(err) {
		return nil
	}
	if problem.From(err).Kind == problem.TooLarge {
		return ui.Faults{{Field: "file", Text: faultsOf(l, err)[0].Text}}
	}
	return r.refused(l, err)
}
