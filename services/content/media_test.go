package content

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// drawn is a PNG of a width; each width is another content.
func drawn(t testing.TB, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// whereTaken is a JPEG that says where it was taken.
func whereTaken(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 20)), nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*48.8584 N 2.2945 E"
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2)), exif...)
	return append(append(bytes.Clone(b.Bytes()[:2]), segment...), b.Bytes()[2:]...)
}

// upload keeps a file for a document of ana's.
func (h *house) upload(documentID string, body []byte) contentapi.Medium {
	h.t.Helper()
	return must[contentapi.Medium](h)(h.client.Upload(h.as(ana), documentID, int64(len(body)), bytes.NewReader(body)))
}

// show saves a text with media as ana.
func (h *house) show(d contentapi.Document, text string, media ...contentapi.Shows) (contentapi.Document, error) {
	h.t.Helper()
	in := words(text)
	in.Media = media
	return h.client.Save(h.as(ana), "", d.ID, 0, in)
}

// fetched is what an address of a file gives, as the files origin asks: for nobody.
func (h *house) fetched(address string) (int, http.Header, []byte) {
	h.t.Helper()
	u := must[*url.URL](h)(url.Parse(address))
	req := must[*http.Request](h)(http.NewRequestWithContext(h.t.Context(), http.MethodGet, "http://content.svc"+u.RequestURI(), http.NoBody))
	res := must[*http.Response](h)(h.http("gateway").Do(req))
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode, res.Header, must[[]byte](h)(io.ReadAll(res.Body))
}

// kept counts the contents in the file store, and what is staged.
func (h *house) kept() (contents, staged int) {
	h.t.Helper()
	err := filepath.WalkDir(h.blobs, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
		case strings.Contains(path, "/staging/"):
			staged++
		default:
			contents++
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return contents, staged
}

func TestAVersionShowsWhatWasUploaded(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Our new office.")
		m := h.upload(d.ID, drawn(t, 30))
		if m.Type != "image/png" || m.Size < 50 || m.By != ana || !strings.HasPrefix(m.URL, "https://files.example/files/documents/") {
			t.Fatalf("%+v", m)
		}
		shown := must[contentapi.Document](h)(h.show(d, "Our new office.", contentapi.Shows{Digest: m.Digest, Alt: "  A desk\nand a lamp "}))
		if shown.Current.Digest == d.Current.Digest || shown.Current.Seq != 2 {
			t.Fatal("a picture makes no other digest")
		}
		if got := shown.Current.Media; len(got) != 1 || got[0].Alt != "A desk and a lamp" || got[0].Type != "image/png" || got[0].Size != m.Size || got[0].URL != "" {
			t.Fatalf("%+v: an answer that may be repeated has no address", got)
		}
		// Bytes and alternative text are covered, and so is the order.
		other := h.upload(d.ID, drawn(t, 31))
		digests := map[string]string{}
		for name, media := range map[string][]contentapi.Shows{
			"another alt": {{Digest: m.Digest, Alt: "A desk"}}, "no alt": {{Digest: m.Digest}}, "other bytes": {{Digest: other.Digest, Alt: "A desk and a lamp"}},
			"two": {{Digest: m.Digest}, {Digest: other.Digest}}, "the other way round": {{Digest: other.Digest}, {Digest: m.Digest}},
		} {
			v := must[contentapi.Document](h)(h.show(d, "Our new office.", media...)).Current
			if before, ok := digests[v.Digest]; ok || v.Digest == shown.Current.Digest {
				t.Errorf("%s has the digest of %q", name, before)
			}
			digests[v.Digest] = name
		}
		// Back to what it was: the same digest.
		if v := must[contentapi.Document](h)(h.client.Restore(h.as(ana), d.ID, 0, 2)).Current; v.Digest != shown.Current.Digest || len(v.Media) != 1 || v.Media[0].Alt != "A desk and a lamp" {
			t.Errorf("%+v", v)
		}
		// Reading gives the address, and there it is, of its type and nothing else.
		address := must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID)).Current.Media[0].URL
		code, head, body := h.fetched(address)
		if code != 200 || head.Get("Content-Type") != "image/png" || !bytes.Equal(body, drawn(t, 30)) || head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d, %v, %d bytes", code, head, len(body))
		}
		c := must[contentapi.Changes](h)(h.client.Changes(h.as(ana), d.ID, 1, 2))
		if c.SameDigest || len(c.MediaBefore) != 0 || len(c.MediaAfter) != 1 || c.MediaAfter[0].Digest != m.Digest {
			t.Errorf("%+v", c)
		}
	})
}

func TestPicturesSayNothingBesidesThemselves(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("By the tower.")
		m := h.upload(d.ID, whereTaken(t))
		_, _, body := h.fetched(m.URL)
		if m.Type != "image/jpeg" || bytes.Contains(body, []byte("48.8584")) || !bytes.Contains(whereTaken(t), []byte("48.8584")) {
			t.Fatal("the picture says where it was taken")
		}
		if _, err := jpeg.Decode(bytes.NewReader(body)); err != nil {
			t.Error(err)
		}
		// The digest is of what is kept; the same again is the same upload.
		if again := h.upload(d.ID, body); again.Digest != m.Digest || again.Added != m.Added {
			t.Errorf("%+v, want %+v", again, m)
		}
		if got := must[contentapi.MediaList](h)(h.client.Media(h.as(ana), d.ID)).Items; len(got) != 1 || got[0].Digest != m.Digest || got[0].URL != m.URL {
			t.Errorf("%+v", got)
		}
	})
}

func TestFilesThatAreNotTaken(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("A post.")
		bomb := drawn(t, 30)
		binary.BigEndian.PutUint32(bomb[16:], 30_000)
		binary.BigEndian.PutUint32(bomb[20:], 30_000)
		binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
		large := func() io.Reader { // 40 MB
			return io.MultiReader(bytes.NewReader(drawn(t, 30)), io.LimitReader(zeros{}, 40<<20))
		}
		for name, c := range map[string]struct {
			body io.Reader
			size int64
			want *problem.Error
		}{
			"nothing":                    {http.NoBody, 0, contentapi.ErrMediaEmpty},
			"40 MB":                      {large(), -1, contentapi.ErrMediaTooLarge},
			"40 MB that are announced":   {large(), 40<<20 + int64(len(drawn(t, 30))), contentapi.ErrMediaTooLarge},
			"a bomb":                     {bytes.NewReader(bomb), int64(len(bomb)), contentapi.ErrPictureUnreadable},
			"half a picture":             {bytes.NewReader(drawn(t, 30)[:60]), 60, contentapi.ErrPictureUnreadable},
			"a page that is no picture":  {strings.NewReader("<html>"), 6, contentapi.ErrMediaUnknown},
			"a drawing that runs script": {strings.NewReader("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), -1, contentapi.ErrMediaUnknown},
		} {
			_, err := h.client.Upload(h.as(ana), d.ID, c.size, c.body)
			h.wants(err, c.want, name)
		}
		if contents, staged := h.kept(); contents+staged != 0 {
			t.Errorf("%d contents, %d staged", contents, staged)
		}
		if n := h.count(`select (select count(*) from content.media) + (select count(*) from content.blob)`); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestAVersionShowsOnlyUploadsOfItsDocument(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d, other := h.post("One."), h.post("Another.")
		m := h.upload(other.ID, drawn(t, 30))
		_, err := h.show(d, "One.", contentapi.Shows{Digest: m.Digest})
		if p := h.wants(err, problem.ErrInvalid, "a picture of another document"); len(p.Fields) != 1 || p.Fields[0].Pointer != "/media/0/digest" {
			t.Errorf("%+v", p)
		}
		in := contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words("New.")}
		in.Media = []contentapi.Shows{{Digest: m.Digest}}
		_, err = h.client.Create(h.as(ana), "", in)
		h.wants(err, problem.ErrInvalid, "a picture before there is a document")
		_, err = h.show(other, "Twice.", contentapi.Shows{Digest: m.Digest}, contentapi.Shows{Digest: m.Digest, Alt: "again"})
		h.wants(err, problem.ErrInvalid, "the same twice")
		_, err = h.show(other, "Zero.", contentapi.Shows{Digest: m.Digest, Alt: "a\x00b"})
		h.wants(err, problem.ErrInvalid, "a zero character")
		_, err = h.show(other, "Long.", contentapi.Shows{Digest: m.Digest, Alt: strings.Repeat("x", 2001)})
		h.wants(err, problem.ErrInvalid, "a book as alternative text")
	})
}

// A missing alternative text is a warning, and stops nothing; a picture alone can be published.
func TestAMissingAltIsAWarning(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("")
		_, err := h.publish(d)
		h.wants(err, contentapi.ErrDocumentEmpty, "nothing at all")
		a, b := h.upload(d.ID, drawn(t, 30)), h.upload(d.ID, drawn(t, 31))
		d = must[contentapi.Document](h)(h.show(d, "", contentapi.Shows{Digest: a.Digest, Alt: "A desk"}, contentapi.Shows{Digest: b.Digest, Alt: " "}))
		if w := d.Current.Warnings; len(w) != 1 || w[0].Pointer != "/media/1/alt" || w[0].Code != contentapi.WarnAltMissing {
			t.Fatalf("%+v", w)
		}
		if _, err := h.publish(d); err != nil {
			t.Error(err)
		}
	})
}

// Who may not read the document gets neither its media nor an address; who waits for a word sees what the version shows.
func TestMediaAreForWhoMayReadTheDocument(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Ours.")
		m := h.upload(d.ID, drawn(t, 30))
		d = must[contentapi.Document](h)(h.show(d, "Ours.", contentapi.Shows{Digest: m.Digest, Alt: "Us"}))
		for what, err := range map[string]error{
			"list":      second(h.client.Media(h.as(ben), d.ID)),
			"upload":    second(h.client.Upload(h.as(ben), d.ID, -1, bytes.NewReader(drawn(t, 9)))),
			"take away": h.client.TakeAway(h.as(ben), d.ID, m.Digest),
		} {
			h.wants(err, problem.ErrNotFound, what)
		}
		h.wants(second(h.client.Upload(h.acting(ben, ana, accountsapi.ScopeSee), d.ID, -1, bytes.NewReader(drawn(t, 9)))), problem.ErrForbidden, "upload of who may only see")
		if got := must[contentapi.MediaList](h)(h.client.Media(h.acting(ben, ana, accountsapi.ScopeSee), d.ID)).Items; len(got) != 1 {
			t.Errorf("%+v", got)
		}
		if by := must[contentapi.Medium](h)(h.client.Upload(h.acting(ben, ana, accountsapi.ScopeArrange), d.ID, -1, bytes.NewReader(drawn(t, 9)))).By; by != "person_ben for person_ana" {
			t.Error(by)
		}
		h.ask(d, acme)
		shown := must[contentapi.Shown](h)(h.from("review").Show(t.Context(), d.ID, d.Current.Digest, acme))
		if code, _, _ := h.fetched(shown.Version.Media[0].URL); code != 200 {
			t.Errorf("the reviewer gets %d", code)
		}
		// An address can't be made, and ends.
		if code, _, _ := h.fetched(strings.Replace(m.URL, "s=", "s=x", 1)); code != 404 {
			t.Errorf("a made-up address gives %d", code)
		}
		h.clock.Advance(files.MaxLife + time.Minute)
		if code, _, _ := h.fetched(m.URL); code != 410 {
			t.Errorf("an old address gives %d", code)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func (h *house) collected(days int) {
	h.t.Helper()
	h.clock.Advance(time.Duration(days) * 24 * time.Hour)
	if err := h.svc.blobs().Unused(h.t.Context(), h.clock.Wall()); err != nil {
		h.t.Fatal(err)
	}
}

func TestMediaThatNobodyShowsCanGo(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d, other := h.post("One."), h.post("Another.")
		shown, shared, idle := h.upload(d.ID, drawn(t, 30)), h.upload(d.ID, drawn(t, 31)), h.upload(d.ID, drawn(t, 32))
		h.upload(other.ID, drawn(t, 31))
		must[contentapi.Document](h)(h.show(d, "One.", contentapi.Shows{Digest: shown.Digest}))
		h.edit(must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID)), "One, without it.")
		h.wants(h.client.TakeAway(h.as(ana), d.ID, shown.Digest), contentapi.ErrMediaShown, "an earlier version shows it")
		for _, m := range []contentapi.Medium{shared, idle} {
			if err := h.client.TakeAway(h.as(ana), d.ID, m.Digest); err != nil {
				t.Fatal(err)
			}
		}
		h.wants(h.client.TakeAway(h.as(ana), d.ID, idle.Digest), problem.ErrNotFound, "a second time")
		h.collected(0) // the days begin
		h.collected(6)
		if n, _ := h.kept(); n != 3 {
			t.Fatalf("%d contents after six days", n)
		}
		h.collected(1)
		if n, _ := h.kept(); n != 2 {
			t.Fatalf("%d contents after seven days, want what is shown and what another document has", n)
		}
		// What a deleted document showed goes too.
		if err := h.client.Delete(h.as(ana), d.ID); err != nil {
			t.Fatal(err)
		}
		h.collected(0)
		h.collected(7)
		if n, _ := h.kept(); n != 1 || h.count(`select count(*) from content.blob`) != 1 || h.count(`select count(*) from content.media`) != 1 {
			t.Errorf("%d contents are left, want the other document's", n)
		}
	})
}

// Whoever is first: a version never shows what was taken away.
func TestShowingMeetsTakingAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.post("One.")
	for i := range 20 {
		m := h.upload(d.ID, drawn(t, 30+i))
		var wg sync.WaitGroup
		var saved, taken error
		wg.Go(func() { _, saved = h.show(d, fmt.Sprintf("Text %d.", i), contentapi.Shows{Digest: m.Digest}) })
		wg.Go(func() { taken = h.client.TakeAway(h.as(ana), d.ID, m.Digest) })
		wg.Wait()
		if (saved == nil) == (taken == nil) {
			t.Fatalf("saved: %v; taken away: %v", saved, taken)
		}
	}
}

func TestADocumentTakesAHundredFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.post("Many.")
	for i := range maxMedia {
		h.upload(d.ID, drawn(t, 1+i))
	}
	_, err := h.client.Upload(h.as(ana), d.ID, -1, bytes.NewReader(drawn(t, 500)))
	h.wants(err, contentapi.ErrMediaTooMany, "one more")
	h.upload(d.ID, drawn(t, 1)) // what is there already is none more
	must[contentapi.Document](h)(h.client.Withdraw(h.as(ana), d.ID, 0))
	_, err = h.client.Upload(h.as(ana), d.ID, -1, bytes.NewReader(drawn(t, 1)))
	h.wants(err, contentapi.ErrDocumentClosed, "a withdrawn document")
}

// A suggestion keeps the pictures, and its digest is known beforehand with them.
func TestASuggestionKeepsWhatIsShown(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Write less.")
		m := h.upload(d.ID, drawn(t, 30))
		d = must[contentapi.Document](h)(h.show(d, "Write less.", contentapi.Shows{Digest: m.Digest, Alt: "A pen"}))
		more := "more"
		c := must[contentapi.Comment](h)(h.client.Comment(h.as(ana), "", d.ID, contentapi.NewComment{
			Seq: d.Current.Seq, Passage: &contentapi.Passage{Part: contentapi.PartText, From: 6, Until: 10}, Replacement: &more,
		}))
		d = must[contentapi.Document](h)(h.client.Accept(h.as(ana), d.ID, c.ID))
		if d.Current.Text != "Write more.\n" && d.Current.Text != "Write more." || len(d.Current.Media) != 1 || d.Current.Media[0].Alt != "A pen" || d.Current.Digest != c.ResultDigest {
			t.Errorf("%+v, want %s", d.Current, c.ResultDigest)
		}
	})
}

func TestMediaAreExportedAndErased(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("Ours.")
		m := h.upload(d.ID, drawn(t, 30))
		must[contentapi.Document](h)(h.show(d, "Ours.", contentapi.Shows{Digest: m.Digest, Alt: "Us"}))
		data := must[contentapi.PersonalData](h)(h.from("accounts").PersonalData(t.Context(), ana))
		if o := data.Documents[0]; len(o.Media) != 1 || o.Media[0].Digest != m.Digest || o.Versions[1].Media[0].Alt != "Us" {
			t.Errorf("%+v", o)
		}
		h.hear(accountsapi.EventPersonErased, ana, accountsapi.PersonErased{PersonID: ana})
		if n := h.count(`select (select count(*) from content.media) + (select count(*) from content.words)`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		h.collected(0)
		h.collected(7)
		if n, _ := h.kept(); n != 0 {
			t.Errorf("%d contents are left", n)
		}
	})
}

// An upload that breaks off keeps nothing.
func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.post("One.")
	ctx, cancel := context.WithCancel(identity.With(h.as(ana), identity.Caller{Person: ana}))
	defer cancel()
	body := io.MultiReader(bytes.NewReader(drawn(t, 30)), breaking{cancel})
	if _, err := h.svc.Upload(ctx, d.ID, -1, body); err == nil {
		t.Fatal("half an upload was taken")
	}
	if contents, staged := h.kept(); contents+staged != 0 || h.count(`select count(*) from content.blob`) != 0 {
		t.Errorf("%d contents, %d staged", contents, staged)
	}
}

type breaking struct{ cancel func() }

func (b breaking) Read([]byte) (int, error) { b.cancel(); return 0, io.ErrUnexpectedEOF }
