package documents

import (
	"net/http"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// publishView is the newest version, what keeps it, and when and where it may appear.
type publishView struct {
	head
	names           names
	countries       accountsapi.Countries
	against         []hurdle
	key             string
	place           string // "linkedin https://…": as the form names it
	day, hour, zone string
	faults          ui.Faults
}

func (h *pages) publishing(v *shell.Visit) error {
	return h.showPublishing(v, http.StatusOK, publishView{zone: v.L.Zone().String()})
}

func (h *pages) showPublishing(v *shell.Visit, status int, view publishView) error {
	var err error
	if view.head, err = h.head(v, "publish"); err != nil {
		return err
	}
	if view.countries, err = h.accounts.Countries(v.Context()); err != nil {
		return err
	}
	var records []string
	for _, p := range view.Publications {
		records = append(records, p.By)
	}
	if view.names, err = h.namesFor(v, records...); err != nil {
		return err
	}
	view.against, view.key = view.able.mend(against(v.L, view.Document, view.countries)), id.New("key")
	return v.ShowStatus(status, publishPage(v.L, view))
}

// postPublish publishes, schedules or takes the time away. The form names the digest of what the person read.
func (h *pages) postPublish(v *shell.Visit) error {
	ctx, document, digest := v.Context(), v.Param("document"), v.Form("digest")
	view := publishView{place: v.Form("place"), day: v.Form("day"), hour: v.Form("hour"), zone: v.Form("zone")}
	switch v.Form("do") {
	case "publish":
		channel, profile, _ := strings.Cut(view.place, " ")
		d, err := h.desk.Publish(ctx, v.Form("key"), document, contentapi.Publish{Digest: digest, Channel: channel, Profile: profile})
		if err != nil {
			return h.refused(v, view, err)
		}
		v.Flash("documents.publish.done")
		return v.See("/documents/" + document + "/publications/" + newestOf(d).ID)
	case "schedule":
		at, fault := slot(v.L, view)
		if fault != nil {
			view.faults = fault
			return h.showPublishing(v, http.StatusUnprocessableEntity, view)
		}
		if _, err := h.desk.SetSchedule(ctx, document, contentapi.SetSchedule{At: at, Digest: digest}); err != nil {
			return h.refused(v, view, err)
		}
		v.Flash("documents.publish.scheduled", "When", v.L.In(view.zone).DateTime(at), "Zone", view.zone)
		return v.See("/documents/" + document)
	case "unschedule":
		if _, err := h.desk.Unschedule(ctx, document); err != nil {
			return h.refused(v, view, err)
		}
		v.Flash("documents.publish.unscheduled")
		return v.See("/documents/" + document + "/publish")
	}
	return problem.ErrInvalid
}

// refused says why, in one sentence; what to do about each gate and label stands below it, as content has it by now.
func (h *pages) refused(v *shell.Visit, view publishView, err error) error {
	if !shown(err) {
		return err
	}
	view.faults = refusal(v.L, err)
	return h.showPublishing(v, problem.From(err).Status(), view)
}

func refusal(l locale.L, err error) ui.Faults {
	p := *problem.From(err)
	switch {
	case stale(err):
		return ui.Faults{{Text: l.T("documents.publish.stale")}}
	case len(p.Fields) > 0 && p.Fields[0].Code == "future":
		return ui.Faults{{Field: "day", Text: l.T("documents.publish.past")}}
	}
	p.Fields = nil
	return ui.FaultsOf(l, &p)
}

// slot reads a day and a time in a zone. A time that the clocks skip that night is none.
func slot(l locale.L, view publishView) (time.Time, ui.Faults) {
	zone, err := time.LoadLocation(view.zone)
	if err != nil || view.zone == "" || view.zone == "Local" {
		return time.Time{}, ui.Faults{{Field: "zone", Text: l.T("documents.publish.zone_wrong")}}
	}
	const form = "2006-01-02 15:04"
	typed := view.day + " " + view.hour
	at, err := time.ParseInLocation(form, typed, zone)
	switch {
	case err != nil:
		return at, ui.Faults{{Field: "day", Text: l.T("documents.publish.time_wrong")}}
	case at.Format(form) != typed:
		return at, ui.Faults{{Field: "hour", Text: l.T("documents.publish.skipped")}}
	}
	return at, nil
}

// zones that are offered beside the person's own.
var zones = []string{
	"UTC", "Europe/London", "Europe/Brussels", "Europe/Athens", "Africa/Cairo", "Africa/Lagos", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo",
	"Australia/Sydney", "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
}

func zoneOptions(own string) []ui.Option {
	out := []ui.Option{{Value: own, Label: own}}
	for _, z := range zones {
		if z != own {
			out = append(out, ui.Option{Value: z, Label: z})
		}
	}
	return out
}

func newestOf(d contentapi.Document) contentapi.Publication {
	var last contentapi.Publication
	for _, p := range d.Publications {
		if last.ID == "" || !p.At.Before(last.At) {
			last = p
		}
	}
	return last
}

// left are the places where the newest version has not appeared yet.
func (w publishView) left() []contentapi.Destination {
	var out []contentapi.Destination
	for _, d := range w.Current.Destinations {
		there := false
		for _, p := range w.Publications {
			there = there || p.Seq == w.Current.Seq && p.Destination.Channel == d.Channel && p.Destination.Profile == d.Profile
		}
		if !there {
			out = append(out, d)
		}
	}
	return out
}

func (w publishView) options(l locale.L) []ui.Option {
	var out []ui.Option
	for _, d := range w.left() {
		out = append(out, ui.Option{Value: d.Channel + " " + d.Profile, Label: placeWords(l, d), Hint: aimedAt(l, d, w.countries)})
	}
	return out
}

// recordView is a publication: the words to post, and where they can be seen.
type recordView struct {
	head
	pub    contentapi.Publication
	ver    contentapi.Version
	names  names
	url    string
	faults ui.Faults
}

func (h *pages) record(v *shell.Visit) error { return h.showRecord(v, http.StatusOK, "", nil) }

func (h *pages) showRecord(v *shell.Visit, status int, typed string, faults ui.Faults) error {
	view, err := h.publication(v)
	if err != nil {
		return err
	}
	if view.names, err = h.namesFor(v, view.pub.By); err != nil {
		return err
	}
	if view.url, view.faults = view.pub.URL, faults; faults != nil {
		view.url = typed
	}
	return v.ShowStatus(status, recordPage(v.L, view))
}

func (h *pages) publication(v *shell.Visit) (view recordView, err error) {
	if view.head, err = h.head(v, "publish"); err != nil {
		return view, err
	}
	for _, p := range view.Publications {
		if p.ID == v.Param("publication") {
			view.pub = p
			view.ver, err = h.desk.Version(v.Context(), view.ID, p.Seq)
			return view, err
		}
	}
	return view, problem.ErrNotFound
}

func (h *pages) postRecord(v *shell.Visit) error {
	typed := strings.TrimSpace(v.Form("url"))
	document, publication := v.Param("document"), v.Param("publication")
	if _, err := h.desk.Prove(v.Context(), document, publication, contentapi.Prove{URL: typed}); err != nil {
		if !shown(err) {
			return err
		}
		return h.showRecord(v, problem.From(err).Status(), typed, toField(faultsOf(v.L, err), "url"))
	}
	v.Flash("documents.record.proved")
	return v.See("/documents/" + document + "/publications/" + publication)
}

// released is what is posted: the label first, where nobody has to unfold it, then the words. Of a clip the caption is
// posted, since the script is spoken.
func released(kind string, ver contentapi.Version) string {
	text := ver.Text
	if kind == contentapi.KindClip {
		text = ver.Caption
	}
	var out []string
	if ver.Disclosure != "" && !strings.Contains(strings.ToLower(text), strings.ToLower(ver.Disclosure)) {
		out = append(out, ver.Disclosure)
	}
	for _, part := range []string{ver.Title, text} {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n\n")
}

// download is the released text as a file.
func (h *pages) download(v *shell.Visit) error {
	view, err := h.publication(v)
	if err != nil {
		return err
	}
	w := v.Writer()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="version-`+digits(view.pub.Seq)+`.txt"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "private, no-store")
	_, err = w.Write([]byte(released(view.Kind, view.ver) + "\n"))
	return err
}

// endView says what giving up and deleting mean.
type endView struct {
	head
	faults ui.Faults
}

func (w endView) bound() bool {
	for _, g := range w.Gates {
		if g.Binding {
			return true
		}
	}
	return false
}

func (h *pages) ending(v *shell.Visit) error {
	top, err := h.head(v, "end")
	if err != nil {
		return err
	}
	return v.Show(endPage(v.L, endView{head: top}))
}

func (h *pages) postEnd(v *shell.Visit) error {
	ctx, document := v.Context(), v.Param("document")
	next, said := "/documents/"+document, "documents.end.withdrawn"
	var err error
	switch v.Form("do") {
	case "withdraw":
		_, err = h.desk.Withdraw(ctx, document, number(v.Form("version")))
	case "delete":
		err = h.desk.Delete(ctx, document)
		next, said = "/documents", "documents.end.deleted"
	default:
		return problem.ErrInvalid
	}
	if err != nil {
		if !shown(err) {
			return err
		}
		top, herr := h.head(v, "end")
		if herr != nil {
			return herr
		}
		return v.ShowStatus(problem.From(err).Status(), endPage(v.L, endView{top, refusal(v.L, err)}))
	}
	v.Flash(said)
	return v.See(next)
}
