package documents

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/i18n"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/storybook"
	"github.com/workfluence/workfluence/web/storybook/storytest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	b := storybook.New()
	Stories(b)
	storytest.Run(t, b)
}

// fake is content and accounts as far as a test needs them; a call that a test doesn't expect panics on the nil interface.
type fake struct {
	Desk
	Accounts
	err      error // of the next write
	keys     []string
	document contentapi.Document
	media    []contentapi.Medium
	saved    contentapi.Draft
	version  int64
	uploaded []string
	dropped  string
}

func (f *fake) Countries(context.Context) (accountsapi.Countries, error) {
	return storyCountries(), nil
}

func (f *fake) Mandates(context.Context) (accountsapi.Mandates, error) {
	return accountsapi.Mandates{Given: []accountsapi.Mandate{{Assistant: "person_assistant", AssistantName: "Aiko Tanaka"}}}, nil
}

func (f *fake) Create(_ context.Context, key string, in contentapi.NewDocument) (contentapi.Document, error) {
	f.keys, f.saved = append(f.keys, key), in.Draft
	return f.document, f.err
}

func (f *fake) Document(context.Context, string) (contentapi.Document, error) { return f.document, nil }

func (f *fake) Media(context.Context, string) (contentapi.MediaList, error) {
	return contentapi.MediaList{Items: f.media}, nil
}

func (f *fake) Save(_ context.Context, key, _ string, version int64, in contentapi.Draft) (contentapi.Document, error) {
	f.keys, f.saved, f.version = append(f.keys, key), in, version
	out := f.document
	if f.err == nil {
		out.Current.Seq++
	}
	return out, f.err
}

func (f *fake) Changes(_ context.Context, _ string, from, to int) (contentapi.Changes, error) {
	c := storyChanges()
	c.From, c.To = from, to
	return c, nil
}

func (f *fake) Upload(_ context.Context, _ string, _ int64, body io.Reader) (contentapi.Medium, error) {
	text, err := io.ReadAll(body)
	if err != nil || f.err != nil {
		return contentapi.Medium{}, f.err
	}
	f.uploaded = append(f.uploaded, string(text))
	m := contentapi.Medium{Digest: "sha256:new", Type: "image/png", Size: int64(len(text))}
	f.media = append(f.media, m)
	return m, nil
}

func (f *fake) TakeAway(_ context.Context, _, digest string) error {
	f.dropped = digest
	return f.err
}

// browser asks for pages as one person.
type browser struct {
	t      *testing.T
	site   http.Handler
	caller identity.Caller
}

func open(t *testing.T, f interface {
	Desk
	Accounts
},
) *browser {
	t.Helper()
	s := shell.New(shell.Config{Name: "web", Messages: i18n.Messages()}, Area(f, f, clock.NewFake(storyDay)))
	return &browser{t: t, site: s, caller: identity.Caller{Person: "person_creator"}}
}

func (b *browser) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	return b.send(method, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) send(method, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Content-Type", kind)
	rec := httptest.NewRecorder()
	b.site.ServeHTTP(rec, r.WithContext(identity.With(r.Context(), b.caller)))
	return rec
}

// upload posts fields and behind them a file, as a browser does.
func (b *browser) upload(path string, fields [][2]string, file string) *httptest.ResponseRecorder {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "rota.png")
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err == nil {
		err = w.WriteField("do", "save") // the button stands below the file
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return b.send("POST", path, w.FormDataContentType(), &body)
}

func (b *browser) leads(rec *httptest.ResponseRecorder, to string) {
	b.t.Helper()
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
		b.t.Fatalf("got %d to %q, want 303 to %q\n%s", rec.Code, rec.Header().Get("Location"), to, rec.Body)
	}
}

func (b *browser) shows(rec *httptest.ResponseRecorder, status int, words ...string) {
	b.t.Helper()
	if rec.Code != status {
		b.t.Errorf("status %d, want %d", rec.Code, status)
	}
	for _, w := range words {
		if !strings.Contains(rec.Body.String(), w) {
			b.t.Errorf("lacks %q in\n%s", w, rec.Body)
		}
	}
}

func TestADocumentBegins(t *testing.T) {
	t.Parallel()
	f := &fake{document: storyPost()}
	b := open(t, f)
	b.shows(b.do("GET", "/documents/new", nil), 200, "What will it be?")
	form := url.Values{
		"kind": {"linkedin_post"}, "key": {"key_1"}, "text": {"One\r\ntwo"}, "destinations-0-channel": {"linkedin"},
		"destinations-0-profile": {"linkedin.com/in/ines"}, "destinations-0-countries": {"france, BE"}, "paid": {"yes"}, "disclosure": {" #ad "},
	}
	for range 2 {
		b.leads(b.do("POST", "/documents/new", form), "/documents/document_1")
	}
	want := contentapi.Draft{
		Text: "One\ntwo", Paid: true, Disclosure: "#ad",
		Destinations: []contentapi.Destination{{Channel: "linkedin", Profile: "https://linkedin.com/in/ines", Countries: []string{"FR", "BE"}}},
	}
	if diff := cmp.Diff(want, f.saved); diff != "" || len(f.keys) != 2 || f.keys[0] != "key_1" || f.keys[1] != "key_1" {
		t.Errorf("keys %v, saved (-want +got):\n%s", f.keys, diff)
	}
}

func TestWhatIsRefusedComesBackWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	f := &fake{err: problem.ErrInvalid.WithField("/destinations/0/profile", "profile", "must be on linkedin.com")}
	b := open(t, f)
	form := url.Values{
		"kind": {"linkedin_post"}, "key": {"key_1"}, "text": {"Typed"}, "destinations-0-channel": {""}, "destinations-0-profile": {"left"},
		"destinations-1-channel": {"linkedin"}, "destinations-1-profile": {"ines"}, "destinations-1-countries": {"Belgium"},
	}
	// The first row is nowhere and was not sent: the fault belongs to the second.
	rec := b.do("POST", "/documents/new", form)
	b.shows(rec, 422, "Typed</textarea>", `id="destinations-1-profile-error"`, "Give the address of a profile", `value="Belgium"`)
	if strings.Contains(rec.Body.String(), `value="key_1"`) {
		t.Error("the same key would repeat the refusal")
	}
	form.Set("destinations-1-countries", "Atlantis")
	f.keys = nil
	b.shows(b.do("POST", "/documents/new", form), 422, "Atlantis” is no country", `value="ines"`)
	if f.keys != nil {
		t.Error("a country that nobody knows was sent")
	}
	form.Set("do", "place")
	b.shows(b.do("POST", "/documents/new", form), 200, `id="destinations-2-channel"`, "Typed</textarea>")
}

func TestSavingTakesTheFileAlong(t *testing.T) {
	t.Parallel()
	f := &fake{document: storyClip(), media: storyUploads()[:2]}
	b := open(t, f)
	path := "/documents/document_2/edit"
	fields := [][2]string{
		{"version", "5"}, {"seq", "4"}, {"key", "key_1"}, {"text", "Said"}, {"caption", "Beside"}, {"digest", "sha256:bb"}, {"digest", "sha256:aa"},
		{"media-0-shown", "yes"}, {"media-0-position", "2"}, {"media-0-alt", "A rota"}, {"media-1-shown", "yes"}, {"media-1-position", "1"},
		{"media-1-transcript", storyTranscript}, {"destinations-0-channel", "tiktok"},
	}
	b.leads(b.upload(path, fields, "bytes"), "/documents/document_2")
	want := []contentapi.Shows{{Digest: "sha256:aa", Transcript: storyTranscript}, {Digest: "sha256:bb", Alt: "A rota"}, {Digest: "sha256:new"}}
	if diff := cmp.Diff(want, f.saved.Media); diff != "" || !cmp.Equal(f.uploaded, []string{"bytes"}) || f.saved.Text != "Said" || f.saved.Caption != "Beside" {
		t.Errorf("uploaded %v, saved %+v (-want +got):\n%s", f.uploaded, f.saved, diff)
	}
	// A file that is refused saves nothing and loses nothing.
	f.err, f.saved = contentapi.ErrMediaUnknown, contentapi.Draft{}
	b.shows(b.upload(path, fields, "%PDF"), http.StatusUnsupportedMediaType, "Said</textarea>", "neither a picture", `id="file-error"`, ">A rota</textarea>")
	if f.saved.Text != "" {
		t.Error("it was saved without the file")
	}
	// And so with a transcript that can't be read.
	f.err = nil
	fields[12] = [2]string{"media-1-transcript", "hello"}
	b.shows(b.upload(path, fields, ""), 422, "Line 1: A transcript begins with the line WEBVTT", "Said</textarea>", ">hello</textarea>")
}

func TestTwoWhoSaveLoseNothing(t *testing.T) {
	t.Parallel()
	f := &fake{document: storyPost(), err: problem.ErrStale}
	f.document.Current.By = "person_assistant for person_creator"
	b := open(t, f)
	form := url.Values{"version": {"3"}, "seq": {"2"}, "key": {"key_1"}, "text": {"mine"}, "destinations-0-channel": {"linkedin"}}
	rec := b.do("POST", "/documents/document_1/edit", form)
	b.shows(rec, http.StatusPreconditionFailed, "mine</textarea>", `name="version" value="5"`, `name="seq" value="4"`, "Aiko Tanaka", "<ins>", "<del>never for a client</del>",
		"Save mine as version 5")
	if f.version != 3 {
		t.Errorf("saved over version %d, want the one that was read", f.version)
	}
	// What happened to the document and not to its words is no conflict.
	f.err = nil
	form.Set("seq", "4")
	b.leads(b.do("POST", "/documents/document_1/edit", form), "/documents/document_1")
	if f.version != 5 {
		t.Errorf("saved over version %d, want the newest", f.version)
	}
}

func TestAFileIsTakenAway(t *testing.T) {
	t.Parallel()
	f := &fake{document: storyClip(), media: storyUploads()}
	b := open(t, f)
	form := url.Values{"version": {"5"}, "seq": {"4"}, "text": {"kept"}, "do": {"drop sha256:cc"}, "digest": {"sha256:cc"}}
	rec := b.do("POST", "/documents/document_2/edit", form)
	b.shows(rec, 200, "kept</textarea>", "Not saved yet")
	if f.dropped != "sha256:cc" || strings.Contains(rec.Body.String(), "sha256:cc") {
		t.Errorf("dropped %q", f.dropped)
	}
	f.err = contentapi.ErrMediaShown
	b.shows(b.do("POST", "/documents/document_2/edit", form), http.StatusConflict, "kept</textarea>", "A version shows this file")
}

func TestCountriesAreReadAsWritten(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", "be": "BE", "Belgium، France": "BE,FR", "France、BE；FR": "FR,BE", " united kingdom ,": "GB", "Mars, BE": "?Mars",
	} {
		codes, unknown := countryCodes(storyCountries(), typed)
		got := strings.Join(codes, ",")
		if unknown != "" {
			got = "?" + unknown
		}
		if got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}

func TestALineOfADiffRunsInItsOwnDirection(t *testing.T) {
	t.Parallel()
	piece := func(op, text string) contentapi.Piece { return contentapi.Piece{Op: op, Text: text} }
	got := rowsOf([]contentapi.Piece{piece("same", "one\ntwo "), piece("removed", "three\nfour"), piece("added", "أربعة\n"), piece("same", "five")})
	want := []row{
		{piece("same", "one")}, {piece("same", "two "), piece("removed", "three¶")}, {piece("removed", "four"), piece("added", "أربعة¶")}, {piece("same", "five")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Put together, what is not added is the text before, and what is not removed the text after.
	var html bytes.Buffer
	if err := changedRow(row{piece("same", "a <b "), piece("removed", "x"), piece("added", "y"), piece("same", ".")}).Render(context.Background(), &html); err != nil {
		t.Fatal(err)
	}
	if want := `<p class="lines" dir="auto">a &lt;b <del>x</del><ins>y</ins>.</p>`; html.String() != want {
		t.Errorf("got %s", html.String())
	}
}

func TestLinesWithoutChangesAreLeftOut(t *testing.T) {
	t.Parallel()
	same, came := row{{Op: "same", Text: "s"}}, row{{Op: "added", Text: "a"}}
	rows := near([]row{same, same, same, same, came, same, same, same, came, same, same, same, same})
	var got strings.Builder
	for _, r := range rows {
		switch {
		case r == nil:
			got.WriteByte('.')
		case touched(r):
			got.WriteByte('+')
		default:
			got.WriteByte('s')
		}
	}
	if got.String() != ".ss+sss+ss." {
		t.Error(got.String())
	}
}

func TestAnAssistantSeesWhatTheirMandateAllows(t *testing.T) {
	t.Parallel()
	b := open(t, &fake{document: storyPost()})
	b.caller = identity.Caller{Person: "person_assistant", For: "person_creator", Scopes: []string{accountsapi.ScopeSee}}
	rec := b.do("GET", "/documents/document_1", nil)
	b.shows(rec, 200, "You may look at this")
	if strings.Contains(rec.Body.String(), "/edit\"") {
		t.Error("a link to write for who may only see")
	}
	// What is missing is said, without the way to mend it, that would refuse them.
	lacking := storyPost()
	lacking.Current.Destinations, lacking.State = nil, contentapi.StateDraft
	b = open(t, &fake{document: lacking})
	b.caller = identity.Caller{Person: "person_assistant", For: "person_creator", Scopes: []string{accountsapi.ScopeComment}}
	for _, path := range []string{"/documents/document_1", "/documents/document_1/publish"} {
		rec = b.do("GET", path, nil)
		b.shows(rec, 200, i18n.Messages().For("en").T("documents.against.nowhere"))
		if strings.Contains(rec.Body.String(), "/edit") {
			t.Errorf("%s leads into a refusal", path)
		}
	}
	b.shows(b.do("GET", "/documents/document_1/edit", nil), http.StatusForbidden)
}

func (f *fake) Restore(_ context.Context, _ string, version int64, seq int) (contentapi.Document, error) {
	f.version = version
	out := f.document
	out.Current.Seq++
	out.Current.RestoredFrom = seq
	return out, f.err
}

func (f *fake) Version(_ context.Context, _ string, seq int) (contentapi.Version, error) {
	if seq > f.document.Current.Seq {
		return contentapi.Version{}, problem.ErrNotFound
	}
	out := f.document.Current
	out.Seq = seq
	return out, nil
}

func TestAVersionIsRestored(t *testing.T) {
	t.Parallel()
	f := &fake{document: storyPost()}
	b := open(t, f)
	b.shows(b.do("GET", "/documents/document_1/versions/2", nil), 200, "Restore it as version 5")
	b.shows(b.do("GET", "/documents/document_1/versions/99", nil), 404)
	b.shows(b.do("GET", "/documents/document_1/versions/x", nil), 404)
	b.leads(b.do("POST", "/documents/document_1/versions/2", url.Values{"version": {"5"}}), "/documents/document_1")
	if f.version != 5 {
		t.Errorf("restored over version %d", f.version)
	}
	f.err = problem.ErrStale
	b.leads(b.do("POST", "/documents/document_1/versions/2", url.Values{"version": {"4"}}), "/documents/document_1/versions")
}

func TestAnyTwoVersionsAreCompared(t *testing.T) {
	t.Parallel()
	b := open(t, &fake{document: storyPost()})
	b.shows(b.do("GET", "/documents/document_1/compare", nil), 200, "From version 3 to version 4")
	b.shows(b.do("GET", "/documents/document_1/compare?from=4&to=1", nil), 200, "From version 4 to version 1", "<del>never for a client</del><ins>not for a client</ins>, not for snow.")
	b.shows(b.do("GET", "/documents/document_1/compare?from=0&to=1", nil), 404)
	b.shows(b.do("GET", "/documents/document_1/compare?from=1&to=5", nil), 404)
}
