package files

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"
)

func store(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(t.Context(), "file://"+dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

// kept counts the files below dir.
func kept(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func unclaimed(context.Context, string) error { return nil }

func TestStoresOfEverySize(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"file", "mem", "s3"} {
		if !blob.DefaultURLMux().ValidBucketScheme(scheme) {
			t.Errorf("no store is known for %s://", scheme)
		}
	}
}

type broken struct{ after int }

func (b *broken) Read(p []byte) (int, error) {
	if b.after == 0 {
		return 0, errors.New("the line broke")
	}
	n := min(len(p), b.after)
	b.after -= n
	return n, nil
}

func TestPutKeepsAContentOnce(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	a, err := s.Put(t.Context(), strings.NewReader("hello"), "a.txt", MaxFile, unclaimed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Put(t.Context(), strings.NewReader("hello"), "b.txt", MaxFile, unclaimed)
	if err != nil || a != b || a.Size != 5 || kept(t, dir) != 1 {
		t.Fatalf("%v %v %v, %d files", a, b, err, kept(t, dir))
	}
	r, err := s.Content(t.Context(), a.Digest)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "hello" {
		t.Fatalf("%q %v", text, err)
	}
}

func TestPutKeepsNothingOfWhatItRefuses(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	if _, err := s.Put(t.Context(), strings.NewReader("123456"), "a.bin", 5, unclaimed); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := s.Put(t.Context(), &broken{after: 100_000}, "a.bin", MaxFile, unclaimed); err == nil {
		t.Error("a broken upload was kept")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(gone, strings.NewReader("x"), "a.bin", MaxFile, unclaimed); err == nil {
		t.Error("an upload whose sender is gone was kept")
	}
	if n := kept(t, dir); n != 0 {
		t.Errorf("%d files were left", n)
	}
}

// endless is a 5 GB file that nobody has to hold.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	e.left -= n
	return int(n), nil
}

func TestLargeFileStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	src := &endless{left: 5 << 30}
	if _, err := s.Put(t.Context(), src, "film.mp4", 8<<20, unclaimed); !errors.Is(err, ErrTooLarge) {
		t.Fatal(err)
	}
	if read := int64(5<<30) - src.left; read > 9<<20 {
		t.Errorf("read %d bytes of it", read)
	}
	if kept(t, dir) != 0 {
		t.Error("something was kept")
	}
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPictures(t *testing.T) {
	t.Parallel()
	s, _ := store(t)
	good := picture(t, 20, 10)
	bomb := bytes.Clone(good)
	copy(bomb[16:24], []byte{0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20}) // 20,000 by 20,000 in the head
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"a.png": {good, nil}, "a.jpg": {good, ErrImage}, "b.png": {[]byte("<svg/>"), ErrImage}, "bomb.png": {bomb, ErrImage},
		"a.svg": {[]byte("<svg/>"), nil}, "a.pdf": {good, nil},
	} {
		if _, err := s.Put(t.Context(), bytes.NewReader(c.body), name, MaxFile, unclaimed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	s, _ := store(t)
	sign := NewSigner(bytes.Repeat([]byte{7}, 32), "https://files.example")
	now := time.Date(2027, 1, 1, 12, 0, 10, 0, time.UTC)
	h := s.Handler(sign, func() time.Time { return now }, func(w http.ResponseWriter, _ *http.Request, err error) {
		w.WriteHeader(map[bool]int{true: 404, false: 410}[Gone(err)])
	})
	get := func(u string, head ...string) *http.Response {
		req := httptest.NewRequest(http.MethodGet, u, nil)
		for i := 0; i+1 < len(head); i += 2 {
			req.Header.Set(head[i], head[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w.Result()
	}
	b, err := s.Put(t.Context(), strings.NewReader("0123456789"), "talk.mp4", MaxFile, unclaimed)
	if err != nil {
		t.Fatal(err)
	}
	u := sign.URL("ent_1", b.Digest, "talk.mp4", now)

	res := get(u)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "video/mp4" || res.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(res.Header.Get("Content-Disposition"), "inline") || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	res = get(u, "Range", "bytes=2-4")
	if body, _ := io.ReadAll(res.Body); res.StatusCode != 206 || string(body) != "234" || res.Header.Get("Content-Range") != "bytes 2-4/10" {
		t.Errorf("range: %d %q %v", res.StatusCode, body, res.Header)
	}
	if res = get(u, "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
		t.Errorf("known content: %d", res.StatusCode)
	}
	for name, changed := range map[string]string{
		"other grant":  strings.Replace(u, "g=ent_1", "g=ent_2", 1),
		"other name":   strings.Replace(u, "talk.mp4", "talk.html", 1),
		"later expiry": strings.Replace(u, "x=1", "x=2", 1),
		"no signature": strings.Split(u, "?")[0],
		"as public":    strings.Replace(u, "/files/", "/files/public/", 1),
		"other bytes":  strings.Replace(u, b.Digest[7:], strings.Repeat("0", 64), 1),
		"path":         "https://files.example/files/../../etc/passwd",
	} {
		if res := get(changed); res.StatusCode != 404 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	for _, active := range []string{"a.html", "a.svg", "a.xml", "a.js", "a.pdf", "a"} {
		res := get(sign.PublicURL(b.Digest, active))
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %v", active, res.StatusCode, res.Header)
		}
	}
	now = now.Add(MaxLife + time.Second)
	if res := get(u); res.StatusCode != 410 {
		t.Errorf("after five minutes: %d", res.StatusCode)
	}
	if res := get(sign.PublicURL(b.Digest, "a.png")); res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("public: %d", res.StatusCode)
	}
}

func TestPartsJoin(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	ctx := t.Context()
	first, n, err := s.PutPart(ctx, "u1", &broken{after: 3}, 100, Checksum{})
	if err != nil || n != 3 {
		t.Fatalf("what came before the break: %d %v", n, err)
	}
	sum := sha1.Sum([]byte("defg"))
	good, err := ParseChecksum("sha1 " + base64.StdEncoding.EncodeToString(sum[:]))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.PutPart(ctx, "u1", strings.NewReader("dxfg"), 100, good); !errors.Is(err, ErrChecksum) {
		t.Fatalf("damaged part: %v", err)
	}
	second, n, err := s.PutPart(ctx, "u1", strings.NewReader("defg"), 100, good)
	if err != nil || n != 4 {
		t.Fatalf("%d %v", n, err)
	}
	if _, _, err := s.PutPart(ctx, "u1", strings.NewReader("hijk"), 3, Checksum{}); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("more than announced: %v", err)
	}
	b, err := s.Join(ctx, "u1", []string{first, second}, "a.bin", 100, unclaimed)
	if err != nil || b.Size != 7 {
		t.Fatalf("%v %v", b, err)
	}
	if err := s.Drop(ctx, "u1"); err != nil || kept(t, dir) != 1 {
		t.Fatalf("%v, %d files left", err, kept(t, dir))
	}
}

func TestTusHeaders(t *testing.T) {
	t.Parallel()
	m, err := ParseMetadata("name dGFsay5tcDQ=,product cHJvZF8x, import")
	if err != nil || m["name"] != "talk.mp4" || m["product"] != "prod_1" {
		t.Errorf("%v %v", m, err)
	}
	if _, ok := m["import"]; !ok {
		t.Error("a key without a value is lost")
	}
	for _, bad := range []string{"name !!!", "a YQ==,a YQ==", "a /w=="} {
		if _, err := ParseMetadata(bad); !errors.Is(err, ErrHeader) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := ParseChecksum("md5 abc="); !errors.Is(err, ErrHeader) {
		t.Error("md5 was taken")
	}
}

// A recording is kept without where it was made: as long as it came, under the digest of what is kept, and the media the same.
func TestRecordingsSayNothingButThemselves(t *testing.T) {
	t.Parallel()
	const place = "+48.8584+002.2945/"
	box := func(kind, body string) string {
		return string([]byte{0, 0, 0, byte(8 + len(body))}) + kind + body
	}
	film := box("ftyp", "qt  ") + box("moov", box("mvhd", "h")+box("udta", box("\xa9xyz", place))) + box("mdat", "the film")
	sound := "ID3\x03\x00\x00\x00\x00\x00" + string(rune(len(place)+10)) + "COMM\x00\x00\x00\x12\x00\x00" + place + "\xff\xfb\x90\x00 the film"
	for name, in := range map[string]string{"a.mp4": film, "a.m4v": film, "a.MOV": film, "a.m4a": film, "a.mp3": sound, "a.zip": film, "a.ogg": sound} {
		s, _ := store(t)
		b, err := s.Put(t.Context(), strings.NewReader(in), name, 1<<20, func(context.Context, string) error { return nil })
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r, err := s.Content(t.Context(), b.Digest)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		kept, err := io.ReadAll(r)
		_ = r.Close()
		if sum := fmt.Sprintf("sha256:%x", sha256.Sum256(kept)); err != nil || sum != b.Digest || b.Size != int64(len(in)) || len(kept) != len(in) {
			t.Errorf("%s: kept as %s, hashes to %s (%v)", name, b.Digest, sum, err)
		}
		if left := name == "a.zip" || name == "a.ogg"; strings.Contains(string(kept), place) != left || !strings.HasSuffix(string(kept), "the film") {
			t.Errorf("%s: %q", name, kept)
		}
	}
}
