package storefront

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// kept counts the contents in the file store.
func (h *house) kept() int {
	h.t.Helper()
	n := 0
	err := filepath.WalkDir(h.blobs, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// fetch gets a file by its address, as the gateway forwards it.
func (h *house) fetch(address string, head ...string) (*http.Response, string) {
	h.t.Helper()
	u := must[*url.URL](h)(url.Parse(address))
	u.Scheme, u.Host = "http", "storefront.svc"
	req := must[*http.Request](h)(http.NewRequestWithContext(h.t.Context(), http.MethodGet, u.String(), nil))
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	res := must[*http.Response](h)(h.http("gateway").Do(req))
	defer res.Body.Close()
	return res, string(must[[]byte](h)(io.ReadAll(res.Body)))
}

func png1(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesReachTheirReader(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		lesson := must[storefrontapi.Outline](h)(c.Outline(ana, p.ID)).Sections[0].Lessons[1].ID
		to := storefrontapi.UploadTarget{ProductID: p.ID, Name: "Team Photo.PNG"}
		pic := must[storefrontapi.File](h)(c.UploadFile(ana, to, -1, bytes.NewReader(png1(t))))
		if pic.Path != "media/team-photo.png" || pic.Kind != "image" || pic.Type != "image/png" {
			t.Fatalf("%+v", pic)
		}
		sheet := must[storefrontapi.File](h)(c.UploadFile(ana, storefrontapi.UploadTarget{ProductID: p.ID, Name: "Sheet.pdf", LessonID: lesson}, 5, strings.NewReader("sheet")))
		body := "![Us](/media/team-photo.png)\n"
		l := must[storefrontapi.Lesson](h)(c.UpdateLesson(ana, lesson, 0, storefrontapi.UpdateLesson{Body: &body}))
		if len(l.Attachments) != 1 || l.Attachments[0].ID != sheet.ID || !strings.Contains(l.HTML, "/files/") || len(l.Warnings) != 0 {
			t.Fatalf("%+v", l)
		}
		for _, f := range []storefrontapi.File{pic, sheet} {
			h.wants(c.DeleteFile(ana, f.ID), storefrontapi.ErrFileInUse, f.Path)
		}
		must[storefrontapi.Product](h)(c.UpdateProduct(ana, p.ID, 0, storefrontapi.UpdateProduct{CoverFileID: &pic.ID}))
		h.wants(second(c.UpdateProduct(ana, p.ID, 0, storefrontapi.UpdateProduct{CoverFileID: &sheet.ID})), problem.ErrInvalid, "a PDF as the cover")
		must[storefrontapi.Product](h)(c.Publish(ana, p.ID, 0))

		cover := must[storefrontapi.PublicProduct](h)(c.PublicProduct(h.guest(), "ana", p.Slug)).Product.Cover
		if res, _ := h.fetch(cover); res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("cover %d %v", res.StatusCode, res.Header)
		}
		placed := must[storefrontapi.PlacedOrder](h)(c.PlaceOrder(h.guest(), "", order(p, "guest@example.com")))
		h.pay(placed.Order)
		ent := must[storefrontapi.Order](h)(c.Order(h.guest(), placed.Order.ID, placed.AccessToken)).EntitlementID
		view := must[storefrontapi.LessonView](h)(c.ReadLesson(h.guest(), ent, lesson, placed.AccessToken))
		if len(view.Attachments) != 1 || !strings.Contains(view.Attachments[0].URL, "g="+ent) || !strings.Contains(view.HTML, "loading=\"lazy\"") {
			t.Fatalf("%+v", view)
		}
		res, text := h.fetch(view.Attachments[0].URL, "Range", "bytes=1-2")
		if res.StatusCode != 206 || text != "he" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || res.Header.Get("Set-Cookie") != "" {
			t.Errorf("%d %q %v", res.StatusCode, text, res.Header)
		}
		if res, _ := h.fetch(strings.Replace(view.Attachments[0].URL, "g="+ent, "g=ent_other", 1)); res.StatusCode != 404 {
			t.Errorf("another grant: %d", res.StatusCode)
		}
		h.clock.Advance(5*time.Minute + time.Second)
		if res, text := h.fetch(view.Attachments[0].URL); res.StatusCode != 410 || !strings.Contains(text, "file_link_expired") {
			t.Errorf("after five minutes: %d %s", res.StatusCode, text)
		}
	})
}

func TestWhatIsTooLargeLeavesNothing(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		to := storefrontapi.UploadTarget{ProductID: p.ID, Name: "film.mp4"}
		was := h.kept()
		h.wants(second(h.svc.UploadFile(ana, to, 5<<30, strings.NewReader(""))), storefrontapi.ErrFileTooLarge, "announced 5 GB")
		h.svc.Config.MaxUpload = 1 << 20
		h.wants(second(c.UploadFile(ana, to, -1, io.LimitReader(zeros{}, 3<<20))), storefrontapi.ErrFileTooLarge, "unannounced")
		h.wants(second(c.UploadFile(ana, storefrontapi.UploadTarget{ProductID: p.ID, Name: "a.png"}, 5, strings.NewReader("<svg>"))), storefrontapi.ErrImageUnreadable, "no picture")
		h.wants(second(c.UploadFile(ana, storefrontapi.UploadTarget{ProductID: p.ID}, 1, strings.NewReader("x"))), problem.ErrInvalid, "no name")
		if h.kept() != was || h.count(`select count(*) from storefront.file`) != 0 {
			t.Errorf("%d contents, %d before", h.kept(), was)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// tus sends one request of the upload protocol as ana.
func (h *house) tus(method, path string, body io.Reader, head map[string]string) *http.Response {
	h.t.Helper()
	req := must[*http.Request](h)(http.NewRequestWithContext(h.as("person_ana"), method, "http://storefront.svc"+path, body))
	req.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range head {
		req.Header.Set(k, v)
	}
	res := must[*http.Response](h)(h.http("gateway").Do(req))
	_ = res.Body.Close()
	return res
}

func TestResumableUpload(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p := h.course()
		b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
		meta := map[string]string{"Upload-Length": "11", "Upload-Metadata": "product " + b64(p.ID) + ",name " + b64("Talk.mp3")}
		res := h.tus("POST", "/api/v1/uploads", nil, meta)
		at := res.Header.Get("Location")
		if res.StatusCode != 201 || at == "" {
			t.Fatalf("create: %d %v", res.StatusCode, res.Header)
		}
		part := func(offset int, text string, more ...string) *http.Response {
			head := map[string]string{"Content-Type": "application/offset+octet-stream", "Upload-Offset": strconv.Itoa(offset)}
			for i := 0; i+1 < len(more); i += 2 {
				head[more[i]] = more[i+1]
			}
			return h.tus("PATCH", at, strings.NewReader(text), head)
		}
		if res := part(0, "hello "); res.StatusCode != 204 || res.Header.Get("Upload-Offset") != "6" {
			t.Fatalf("first part: %d %v", res.StatusCode, res.Header)
		}
		if res := part(0, "again"); res.StatusCode != 409 {
			t.Errorf("a part at the wrong place: %d", res.StatusCode)
		}
		if res := part(6, "wor", "Upload-Checksum", "sha1 "+b64("nonsense")); res.StatusCode != 409 {
			t.Errorf("a damaged part: %d", res.StatusCode)
		}
		if res := part(6, "world and more"); res.StatusCode != 413 {
			t.Errorf("more than announced: %d", res.StatusCode)
		}
		if res := h.tus("HEAD", at, nil, nil); res.Header.Get("Upload-Offset") != "6" || res.Header.Get("Upload-Length") != "11" {
			t.Fatalf("head: %v", res.Header)
		}
		if res := part(6, "world"); res.StatusCode != 204 || res.Header.Get("Upload-File") == "" {
			t.Fatalf("last part: %d %v", res.StatusCode, res.Header)
		}
		if res := part(11, ""); res.StatusCode != 204 || res.Header.Get("Upload-File") == "" {
			t.Errorf("the last answer was lost: %d", res.StatusCode)
		}
		list := must[storefrontapi.FileList](h)(h.client.Files(h.as("person_ana"), p.ID))
		if len(list.Items) != 1 || list.Items[0].Path != "media/talk.mp3" || list.Items[0].Size != 11 {
			t.Fatalf("%+v", list)
		}
		if _, text := h.fetch(list.Items[0].URL); text != "hello world" || h.kept() != 1 {
			t.Errorf("%q, %d contents", text, h.kept())
		}
		meta["Upload-Length"] = strconv.FormatInt(5<<30, 10)
		if res := h.tus("POST", "/api/v1/uploads", nil, meta); res.StatusCode != 413 {
			t.Errorf("5 GB: %d", res.StatusCode)
		}
		// Nobody goes on with it: after a day it is gone.
		meta["Upload-Length"] = "11"
		at = h.tus("POST", "/api/v1/uploads", nil, meta).Header.Get("Location")
		part(0, "hello ")
		h.clock.Advance(25 * time.Hour)
		if res := part(6, "world"); res.StatusCode != 410 {
			t.Errorf("after a day: %d", res.StatusCode)
		}
		if err := h.svc.Tidy(t.Context(), h.clock.Now()); err != nil || h.kept() != 1 {
			t.Errorf("%v, %d contents", err, h.kept())
		}
	})
}

func TestImportOfAResumableUpload(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana := h.course(), h.as("person_ana")
		var zip bytes.Buffer
		if err := h.client.Export(ana, p.ID, &zip); err != nil {
			t.Fatal(err)
		}
		b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
		res := h.tus("POST", "/api/v1/uploads", nil, map[string]string{
			"Upload-Length": strconv.Itoa(zip.Len()), "Upload-Metadata": "product " + b64(p.ID) + ",name " + b64("course.zip") + ",import",
		})
		at := res.Header.Get("Location")
		h.wants(second(h.client.ImportUpload(ana, p.ID, filepath.Base(at))), storefrontapi.ErrUploadGone, "not whole yet")
		h.tus("PATCH", at, bytes.NewReader(zip.Bytes()), map[string]string{"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"})
		in := must[storefrontapi.ImportResult](h)(h.client.ImportUpload(ana, p.ID, filepath.Base(at)))
		if len(in.Outline.Sections) != 1 || len(in.Outline.Sections[0].Lessons) != 2 {
			t.Errorf("%+v", in)
		}
	})
}
