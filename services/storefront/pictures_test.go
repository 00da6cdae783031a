package storefront

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/jpeg"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

const place = "48.8584 N 2.2945 E"

// photo is a JPEG as a phone makes it: taken upright (orientation 6) and with the
// place where it was taken.
func photo(t *testing.T) []byte {
	t.Helper()
	be := binary.BigEndian
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"...) // orientation 6
	tiff = append(tiff, "\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26"...) // a GPS directory, below
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, "\x00\x01\x00\x02\x00\x02\x00\x00\x00"...)
	tiff = append(tiff, byte(len(place)), 0, 0, 0, 0x38, 0, 0, 0, 0)
	tiff = append(tiff, place...)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 20)), nil); err != nil {
		t.Fatal(err)
	}
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, be.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), b.Bytes()[2:]...)
}

// bare says that a served photo is the picture alone, upright still.
func (h *house) bare(address, way string) {
	h.t.Helper()
	res, text := h.fetch(address)
	switch {
	case res.StatusCode != 200 || !strings.HasPrefix(text, "\xff\xd8"):
		h.t.Errorf("%s: %d", way, res.StatusCode)
	case strings.Contains(text, place) || strings.Contains(text, "\x88\x25\x00\x04"):
		h.t.Errorf("%s: the photo says where it was taken", way)
	case strings.Count(text, "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06") != 1:
		h.t.Errorf("%s: nothing says which way is up", way)
	}
	if _, err := jpeg.Decode(strings.NewReader(text)); err != nil {
		h.t.Errorf("%s: %v", way, err)
	}
}

var source = regexp.MustCompile(`src="([^"]+)"`)

func TestAPhotoDoesNotSayWhereItWasTaken(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, ana, c := h.course(), h.as("person_ana"), h.client
		lesson := must[storefrontapi.Outline](h)(c.Outline(ana, p.ID)).Sections[0].Lessons[0].ID
		shot := photo(t)
		f := must[storefrontapi.File](h)(c.UploadFile(ana, storefrontapi.UploadTarget{ProductID: p.ID, Name: "me.jpg"}, int64(len(shot)), bytes.NewReader(shot)))
		if f.Size >= int64(len(shot)) {
			t.Errorf("%d bytes of %d", f.Size, len(shot))
		}
		h.bare(f.URL, "the draft's file")

		b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
		at := h.tus("POST", "/api/v1/uploads", nil, map[string]string{
			"Upload-Length": strconv.Itoa(len(shot)), "Upload-Metadata": "product " + b64(p.ID) + ",name " + b64("again.jpg"),
		}).Header.Get("Location")
		h.tus("PATCH", at, bytes.NewReader(shot), map[string]string{"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"})
		files := must[storefrontapi.FileList](h)(c.Files(ana, p.ID)).Items
		if len(files) != 2 || files[0].Digest != files[1].Digest {
			t.Fatalf("%+v", files)
		}

		body := "![Me](/media/me.jpg)\n"
		must[storefrontapi.Lesson](h)(c.UpdateLesson(ana, lesson, 0, storefrontapi.UpdateLesson{Body: &body}))
		must[storefrontapi.Product](h)(c.UpdateProduct(ana, p.ID, 0, storefrontapi.UpdateProduct{CoverFileID: &f.ID}))
		must[storefrontapi.Product](h)(c.Publish(ana, p.ID, 0))
		h.bare(must[storefrontapi.PublicProduct](h)(c.PublicProduct(h.guest(), "ana", p.Slug)).Product.Cover, "the cover")
		view := must[storefrontapi.LessonView](h)(c.FreeLesson(h.guest(), "ana", p.Slug, lesson))
		h.bare(source.FindStringSubmatch(strings.ReplaceAll(view.HTML, "&amp;", "&"))[1], "a lesson")

		var packed bytes.Buffer
		w := zip.NewWriter(&packed)
		for name, content := range map[string][]byte{"start/index.md": []byte("# Start\n\n![Me](shot.jpg)\n"), "start/shot.jpg": shot} {
			entry, err := w.Create(name)
			if err == nil {
				_, err = entry.Write(content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		must[storefrontapi.ImportResult](h)(c.Import(ana, p.ID, int64(packed.Len()), &packed))
		for _, f := range must[storefrontapi.FileList](h)(c.Files(ana, p.ID)).Items {
			h.bare(f.URL, "imported "+f.Path)
		}
	})
}
