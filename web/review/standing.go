package review

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// Permissions is what the pages of standing permissions ask of review.
type Permissions interface {
	GrantStanding(ctx context.Context, organisation, key string, in reviewapi.GrantStanding) (reviewapi.Standing, error)
	StandingList(ctx context.Context, organisation string) (reviewapi.StandingList, error)
	Standing(ctx context.Context, organisation, id string) (reviewapi.Standing, error)
	RevokeStanding(ctx context.Context, organisation, id string, version int64, in reviewapi.RevokeStanding) (reviewapi.Standing, error)
	Looked(ctx context.Context, organisation, submission string) error
	MyStanding(ctx context.Context) (reviewapi.StandingList, error)
	Offers(ctx context.Context, submission string) (reviewapi.Offers, error)
}

// permissionPages registers them: the desk's, and what an author may post without asking.
func (h *pages) permissionPages(s *shell.Shell) {
	member := func(summary string) shell.Route {
		return shell.Route{Summary: summary, Access: rest.Any(rest.Person)}
	}
	s.Page("GET /desk/:organisation/permissions", member("What my organisation lets people post without asking each time."), h.permissions)
	s.Page("GET /desk/:organisation/permissions/new", member("Sign a standing permission."), h.newPermission)
	s.Page("POST /desk/:organisation/permissions/new", member("It counts from now on."), h.postPermission)
	s.Page("GET /desk/:organisation/permissions/:permission", member("A standing permission."), h.permission)
	s.Page("POST /desk/:organisation/permissions/:permission", member("Take it back."), h.postPermissionBack)
	s.Page("POST /desk/:organisation/:submission/look", member("I have read what was chosen to be read afterwards."), h.postLook)
	s.Page("GET /submissions/permissions", shell.Route{Summary: "What I may post without asking.", Access: rest.Any(rest.Person), Role: shell.Creator, Section: "submissions"}, h.myPermissions)
}

func permissionsPath(organisation string) string {
	return "/desk/" + url.PathEscape(organisation) + "/permissions"
}

// memberAt is the organisation of a page, for who reviews there.
func (h *pages) memberAt(v *shell.Visit) (accountsapi.Organisation, error) {
	id := v.Param("organisation")
	mine, err := h.desks(v, id)
	if err == nil && (len(mine) == 0 || mine[0].ID != id) {
		err = problem.ErrNotFound
	}
	if err != nil {
		return accountsapi.Organisation{}, err
	}
	return mine[0], nil
}

func (h *pages) permissions(v *shell.Visit) error {
	o, err := h.memberAt(v)
	if err != nil {
		return err
	}
	all, err := h.desk.StandingList(v.Context(), o.ID)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("standing.title")
	return v.Show(permissionsPage(v.L, o, all.Items))
}

// permissionForm is a permission as it is typed.
type permissionForm struct {
	in          reviewapi.GrantStanding
	author      string // whom it is for, by a submission of theirs
	topics      string // one a line
	from, until moment
	faults      ui.Faults
	at          place
}

// signPlace is where a member signs, without a submission.
func signPlace(l locale.L, o accountsapi.Organisation) place {
	return place{roles: roleOptions(l, deciding(o)), list: permissionsPath(o.ID)}
}

// typical is the form that nobody has filled in.
func (h *pages) typical(v *shell.Visit, o accountsapi.Organisation, submission string) (permissionForm, error) {
	me, err := h.organisations.Me(v.Context())
	if err != nil {
		return permissionForm{}, err
	}
	form := permissionForm{at: signPlace(v.L, o), in: reviewapi.GrantStanding{
		Submission: submission, Everybody: submission == "", Channels: []string{contentapi.ChannelLinkedIn}, AWeek: 3, Sample: 20, Zone: me.Zone,
	}}
	if form.in.Zone == "" {
		form.in.Zone = "UTC"
	}
	form.in.Name = me.Name
	return form, nil
}

func (h *pages) newPermission(v *shell.Visit) error {
	o, err := h.memberAt(v)
	if err != nil {
		return err
	}
	form, err := h.typical(v, o, v.Query("submission"))
	if err != nil {
		return err
	}
	return h.showPermissionForm(v, http.StatusOK, o, form)
}

func (h *pages) showPermissionForm(v *shell.Visit, status int, o accountsapi.Organisation, form permissionForm) error {
	if form.in.Submission != "" {
		r, err := h.desk.AtDesk(v.Context(), o.ID, form.in.Submission)
		if err != nil {
			return err
		}
		form.author = authorOf(v.L, r.Author)
	}
	v.Page.NoIndex, v.Page.Title = true, v.L.T("standing.new.title")
	return v.ShowStatus(status, permissionNewPage(v.L, o, form))
}

func typedPermission(v *shell.Visit, o accountsapi.Organisation) permissionForm {
	number := func(name string) int {
		n, err := strconv.Atoi(typed(v, name))
		if err != nil {
			return -1
		}
		return n
	}
	form := permissionForm{at: signPlace(v.L, o), topics: v.Form("topics"), in: reviewapi.GrantStanding{
		Submission: typed(v, "submission"), Channels: v.Forms("channels"), Kinds: v.Forms("kinds"), Media: v.Form("media") == "yes", AWeek: number("a_week"),
		Sample: number("sample"), Zone: typed(v, "zone"),
		Signature: reviewapi.Signature{Name: typed(v, "name"), Role: typed(v, "role"), MayDecide: v.Form("may_decide") == "yes"},
	}}
	form.in.Everybody = form.in.Submission == ""
	for line := range strings.Lines(form.topics) {
		if line = strings.TrimSpace(line); line != "" {
			form.in.Topics = append(form.in.Topics, line)
		}
	}
	form.from, form.until = readMoment(v, "from", form.in.Zone), readMoment(v, "until", form.in.Zone)
	for name, m := range map[string]moment{"from": form.from, "until": form.until} {
		switch word := m.fault(); {
		case word == "zone":
		case word != "":
			form.faults.Add(name, v.L.T("review.moment."+word))
		}
	}
	form.in.From = form.from.instant()
	if until := form.until.instant(); until != nil {
		form.in.Until = *until
	} else if form.until.fault() == "" {
		form.faults.Add("until", v.L.T("field.required"))
	}
	return form
}

func (h *pages) postPermission(v *shell.Visit) error {
	o, err := h.memberAt(v)
	if err != nil {
		return err
	}
	form := typedPermission(v, o)
	if len(form.faults) == 0 {
		_, err = h.desk.GrantStanding(v.Context(), o.ID, "", form.in)
		if err == nil {
			v.Flash("standing.granted")
			return v.See(permissionsPath(o.ID))
		}
		if p := problem.From(err); p == nil || p.Kind != problem.Invalid && p.Code != accountsapi.ErrRoleMissing.Code {
			return err
		}
		form.faults = wholeFields(ui.FaultsOf(v.L, err))
	}
	return h.showPermissionForm(v, problem.ErrInvalid.Status(), o, form)
}

// wholeFields puts what is wrong with one line of a list onto its field, once.
func wholeFields(faults ui.Faults) ui.Faults {
	var out ui.Faults
	for _, f := range faults {
		f.Field, _, _ = strings.Cut(f.Field, "-")
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func (h *pages) permission(v *shell.Visit) error {
	me, err := h.organisations.Me(v.Context())
	if err != nil {
		return err
	}
	return h.showPermission(v, http.StatusOK, reviewapi.RevokeStanding{Signature: reviewapi.Signature{Name: me.Name}}, nil)
}

func (h *pages) showPermission(v *shell.Visit, status int, in reviewapi.RevokeStanding, faults ui.Faults) error {
	o, err := h.memberAt(v)
	if err != nil {
		return err
	}
	p, err := h.desk.Standing(v.Context(), o.ID, v.Param("permission"))
	if err != nil {
		return err
	}
	v.Page.NoIndex, v.Page.Title = true, v.L.T("standing.show")
	return v.ShowStatus(status, permissionPage(v.L, o, p, in, faults))
}

func (h *pages) postPermissionBack(v *shell.Visit) error {
	organisation, id := v.Param("organisation"), v.Param("permission")
	in := reviewapi.RevokeStanding{
		Reason:    typed(v, "reason"),
		Signature: reviewapi.Signature{Name: typed(v, "name"), Role: typed(v, "role"), MayDecide: v.Form("may_decide") == "yes"},
	}
	_, err := h.desk.RevokeStanding(v.Context(), organisation, id, version(v), in)
	if err == nil {
		v.Flash("standing.taken_back")
	}
	return h.answered(v, err, permissionsPath(organisation)+"/"+url.PathEscape(id), func(status int, faults ui.Faults) error {
		return h.showPermission(v, status, in, faults)
	})
}

func (h *pages) postLook(v *shell.Visit) error {
	if err := h.desk.Looked(v.Context(), v.Param("organisation"), v.Param("submission")); err != nil {
		return err
	}
	v.Flash("standing.looked")
	return v.See("/desk?list=" + reviewapi.DeskSample + "&organisation=" + url.QueryEscape(v.Param("organisation")))
}

func (h *pages) myPermissions(v *shell.Visit) error {
	all, err := h.desk.MyStanding(v.Context())
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("standing.mine.title")
	return v.Show(myPermissionsPage(v.L, all.Items))
}

// chosen is under which permission and topic a draft is to go through, nil for none: both stand in one value.
func chosen(v *shell.Visit) *reviewapi.Under {
	permission, topic, ok := strings.Cut(v.Form("standing"), " ")
	if !ok {
		return nil
	}
	return &reviewapi.Under{Permission: permission, Topic: topic}
}

// openNow are the permissions under which a draft would open at once.
func openNow(offers []reviewapi.Offer) []reviewapi.Offer {
	var out []reviewapi.Offer
	for _, o := range offers {
		if o.Reason == "" {
			out = append(out, o)
		}
	}
	return out
}

func topicOptions(l locale.L, offers []reviewapi.Offer) []ui.Option {
	var out []ui.Option
	for _, o := range offers {
		for _, topic := range o.Topics {
			out = append(out, ui.Option{Value: o.ID + " " + topic, Label: topic, Hint: signedBy(l, o.Standing)})
		}
	}
	return out
}

// signedBy names who signed, in which role, and when.
func signedBy(l locale.L, p reviewapi.Standing) string {
	role := p.Role
	if id := "organisation.role." + p.Role; l.Has(id) {
		role = l.T(id)
	}
	return l.T("review.said_by", "Name", p.Name, "Role", role, "When", l.Date(p.Signed))
}

func channelWords(l locale.L, channels []string) string {
	var out []string
	for _, c := range channels {
		out = append(out, channelWord(l, c))
	}
	return l.List(out...)
}

func kindWord(l locale.L, kind string) string { return l.T("review.reason." + strings.ToLower(kind)) }

func kindWords(l locale.L, kinds []string) string {
	if len(kinds) == 0 {
		return l.T("standing.every_hit")
	}
	var out []string
	for _, k := range kinds {
		out = append(out, kindWord(l, k))
	}
	return l.List(out...)
}

func channelOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, c := range []string{contentapi.ChannelLinkedIn, contentapi.ChannelTikTok, contentapi.ChannelNewsletter, contentapi.ChannelMembers, contentapi.ChannelAir} {
		out = append(out, ui.Option{Value: c, Label: channelWord(l, c)})
	}
	return out
}

func kindOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, k := range reviewapi.HitKinds {
		out = append(out, ui.Option{Value: k, Label: kindWord(l, k)})
	}
	return out
}

// toneOfStanding is how the state of a permission looks.
func toneOfStanding(state string) string {
	return map[string]string{reviewapi.StandingOpen: "ok", reviewapi.StandingEarly: "wait", reviewapi.StandingRevoked: "stop"}[state]
}

// standingFacts are what a permission says. Times are those of its zone: its week begins there.
func standingFacts(l locale.L, p reviewapi.Standing, desk bool) []ui.Fact {
	there := l.In(p.Zone)
	facts := []ui.Fact{
		{Label: l.T("standing.fact.topics"), Value: l.List(p.Topics...)},
		{Label: l.T("standing.fact.channels"), Value: channelWords(l, p.Channels)},
		{Label: l.T("standing.fact.hits"), Value: kindWords(l, p.Kinds)},
		{Label: l.T("standing.fact.media"), Value: l.T("standing.media." + strconv.FormatBool(p.Media))},
	}
	if p.Used != nil {
		facts = append(facts, ui.Fact{Label: l.T("standing.fact.used"), Value: l.T("standing.used", "Used", l.Number(int64(*p.Used)), "Most", l.Number(int64(p.AWeek)), "When", there.DateTime(p.Week))})
	} else {
		facts = append(facts, ui.Fact{Label: l.T("standing.fact.used"), Value: l.T("standing.used_few", "Most", l.Number(int64(p.AWeek)), "When", there.DateTime(p.Week))})
	}
	if desk && p.Everybody {
		facts[len(facts)-1].Label = l.T("standing.fact.used_all")
	}
	return append(facts,
		ui.Fact{Label: l.T("standing.fact.sample"), Value: l.T("standing.percent", "Share", l.Number(int64(p.Sample)))},
		ui.Fact{Label: l.T("standing.fact.from"), Value: there.DateTime(p.From)}, ui.Fact{Label: l.T("standing.fact.until"), Value: there.DateTime(p.Until)},
		ui.Fact{Label: l.T("standing.fact.zone"), Value: p.Zone}, ui.Fact{Label: l.T("standing.fact.signed"), Value: signedBy(l, p)},
	)
}

// useWords say what came of a permission that a submission was sent under.
func useWords(l locale.L, u reviewapi.StandingUse) string {
	switch {
	case u.State == reviewapi.UseWaits:
		return l.T("standing.waits." + u.Reason)
	case u.State == reviewapi.UseOpened && u.Looked != nil:
		return l.T("standing.use.looked", "Topic", u.Topic, "Day", l.Date(*u.Looked))
	case u.State == reviewapi.UseOpened && u.Sampled:
		return l.T("standing.use.sampled", "Topic", u.Topic)
	case u.State == reviewapi.UseOpened:
		return l.T("standing.use.opened", "Topic", u.Topic)
	}
	return l.T("standing.use.asked", "Topic", u.Topic)
}

func forWhom(l locale.L, p reviewapi.Standing) string {
	if p.Everybody {
		return l.T("standing.everybody")
	}
	return authorOf(l, p.Author)
}

// number is what stands in a field: nothing for what was no number.
func number(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// toLook says that a member reads what went through under a permission, and nobody has taken it back.
func toLook(r reviewapi.Review, at place) bool {
	return at.list != "" && len(r.Decisions) == 1 && r.Decisions[0].Standing != nil
}
