package documents

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// press is content as far as publishing goes.
type press struct {
	*fake
	published contentapi.Publish
	slot      contentapi.SetSchedule
	proved    string
	ended     string
}

func (p *press) Publish(_ context.Context, key, _ string, in contentapi.Publish) (contentapi.Document, error) {
	p.published, p.keys = in, append(p.keys, key)
	out := p.document
	storyOut(&out)
	return out, p.err
}

func (p *press) SetSchedule(_ context.Context, _ string, in contentapi.SetSchedule) (contentapi.Document, error) {
	p.slot = in
	return p.document, p.err
}

func (p *press) Prove(_ context.Context, _, _ string, in contentapi.Prove) (contentapi.Document, error) {
	p.proved = in.URL
	return p.document, p.err
}

func (p *press) Withdraw(_ context.Context, _ string, version int64) (contentapi.Document, error) {
	p.ended = "withdraw " + digits(version)
	return p.document, p.err
}

func (p *press) Delete(context.Context, string) error {
	p.ended = "delete"
	return p.err
}

func atThePress(t *testing.T) (*press, *browser) {
	t.Helper()
	p := &press{fake: &fake{document: storyPost()}}
	return p, open(t, p)
}

const publishPath = "/documents/document_1/publish"

func TestPublishingNamesTheDigestThatWasRead(t *testing.T) {
	t.Parallel()
	p, b := atThePress(t)
	b.shows(b.do("GET", publishPath, nil), 200, `name="digest" value="`+storyDigest+`"`, "Publish version 4")
	form := url.Values{"do": {"publish"}, "key": {"key_1"}, "digest": {storyDigest}, "place": {"linkedin https://www.linkedin.com/in/ines-okafor"}}
	b.leads(b.do("POST", publishPath, form), "/documents/document_1/publications/docpub_2")
	if p.published != (contentapi.Publish{Digest: storyDigest, Channel: "linkedin", Profile: "https://www.linkedin.com/in/ines-okafor"}) || p.keys[0] != "key_1" {
		t.Errorf("published %+v", p.published)
	}
	p.err = problem.ErrStale
	b.shows(b.do("POST", publishPath, form), http.StatusPreconditionFailed, "changed after you read it")
}

func TestARefusalSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	p, b := atThePress(t)
	p.document, p.err = storyClip(), contentapi.ErrDisclosureMissing.WithField("/destinations/FR", "label", "needs one of")
	form := url.Values{"do": {"publish"}, "digest": {storyDigest}}
	b.shows(b.do("POST", publishPath, form), http.StatusConflict, "add a label that says so", "For France the label must hold one of these", "#disclosure")
	p.document, p.err = storyPost(), contentapi.ErrGateWaiting.WithField("/gates/gate_2", "gate_waiting", "x")
	p.document.Gates = storyGates()[1:2]
	b.shows(b.do("POST", publishPath, form), http.StatusConflict, "Somebody still has to agree", "The brand has to agree. They have been asked.")
}

func TestATimeIsOneInItsZone(t *testing.T) {
	t.Parallel()
	p, b := atThePress(t)
	form := url.Values{"do": {"schedule"}, "digest": {storyDigest}, "day": {"2026-12-01"}, "hour": {"09:00"}, "zone": {"Asia/Tokyo"}}
	b.leads(b.do("POST", publishPath, form), "/documents/document_1")
	if want := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC); !p.slot.At.Equal(want) || p.slot.Digest != storyDigest {
		t.Errorf("scheduled %+v, want %s", p.slot, want)
	}
	for _, c := range []struct{ day, hour, zone, says string }{
		{"2027-03-28", "02:30", "Europe/Brussels", "The clocks skip this time"},
		{"", "02:30", "Europe/Brussels", "Give a day and a time"},
		{"2027-03-28", "12:30", "Nowhere/City", "Choose a time zone"},
	} {
		form.Set("day", c.day)
		form.Set("hour", c.hour)
		form.Set("zone", c.zone)
		b.shows(b.do("POST", publishPath, form), 422, c.says, `value="`+c.hour+`"`)
	}
}

func TestTheRecordOfAPublication(t *testing.T) {
	t.Parallel()
	p, b := atThePress(t)
	storyOut(&p.document)
	p.document.Current.Disclosure = "#ad"
	path := "/documents/document_1/publications/docpub_2"
	b.shows(b.do("GET", path, nil), 200, storyDigest, `id="url"`)
	rec := b.do("GET", path+"/text", nil)
	if got, want := rec.Body.String(), "#ad\n\n"+storyText+"\n"; got != want || rec.Header().Get("Content-Disposition") != `attachment; filename="version-4.txt"` {
		t.Errorf("got %q %v", got, rec.Header())
	}
	b.leads(b.do("POST", path, url.Values{"url": {" https://www.linkedin.com/posts/1 "}}), path)
	if p.proved != "https://www.linkedin.com/posts/1" {
		t.Error(p.proved)
	}
	p.err = problem.ErrInvalid.WithField("/url", "url", "must be a web address")
	b.shows(b.do("POST", path, url.Values{"url": {"nowhere"}}), 422, `value="nowhere"`, `id="url-error"`)
	b.shows(b.do("GET", "/documents/document_1/publications/docpub_9", nil), 404)
}

func TestWhatIsPosted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind string
		ver  contentapi.Version
		want string
	}{
		{contentapi.KindPost, contentapi.Version{Text: "Words"}, "Words"},
		{contentapi.KindPost, contentapi.Version{Text: "Words", Disclosure: "#ad"}, "#ad\n\nWords"},
		{contentapi.KindPost, contentapi.Version{Text: "#AD Words", Disclosure: "#ad"}, "#AD Words"},
		{contentapi.KindArticle, contentapi.Version{Title: "T", Text: "Words"}, "T\n\nWords"},
		{contentapi.KindClip, contentapi.Version{Text: "said", Caption: "beside", Disclosure: "#ad"}, "#ad\n\nbeside"},
	} {
		if got := released(c.kind, c.ver); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestEndingSaysWhatItMeans(t *testing.T) {
	t.Parallel()
	p, b := atThePress(t)
	path := "/documents/document_1/end"
	b.shows(b.do("GET", path, nil), 200, "Nothing new can happen to it afterwards", "can’t be undone")
	b.leads(b.do("POST", path, url.Values{"do": {"withdraw"}, "version": {"5"}}), "/documents/document_1")
	if p.ended != "withdraw 5" {
		t.Error(p.ended)
	}
	b.leads(b.do("POST", path, url.Values{"do": {"delete"}}), "/documents")
	p.err = contentapi.ErrDocumentBound
	b.shows(b.do("POST", path, url.Values{"do": {"delete"}}), http.StatusConflict, "belongs to a contract")
}
