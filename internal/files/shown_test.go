package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// drawn is a picture of 30 by 20 in a format.
func drawn(t testing.TB, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	m, err := image.NewGray(image.Rect(0, 0, 30, 20)), error(nil)
	switch format {
	case "png":
		err = png.Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, nil)
	case "gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a PNG of a few bytes that says it has 30,000 by 30,000 pixels.
func bomb(t testing.TB) []byte {
	b := drawn(t, "png")
	binary.BigEndian.PutUint32(b[16:], 30_000)
	binary.BigEndian.PutUint32(b[20:], 30_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestSniffGoesByTheBytes(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		string(drawn(t, "png")): ".png", string(drawn(t, "jpeg")): ".jpg", string(drawn(t, "gif")): ".gif",
		"RIFF\x10\x00\x00\x00WEBPVP8 ": ".webp", "RIFF\x10\x00\x00\x00WAVEfmt ": ".wav", "RIFF\x10\x00\x00\x00AVI LIST": "",
		"\x00\x00\x00\x20ftypisom\x00\x00": ".mp4", "\x00\x00\x00\x20ftypM4A \x00\x00": ".m4a", "\x00\x00\x00\x20ftypqt  \x00\x00": ".mov",
		"\x00\x00\x00\x20ftypavif\x00\x00": "", "\x00\x00\x00\x20ftypheic\x00\x00": "",
		"\x1a\x45\xdf\xa3\x01\x00\x42\x82\x84webm": ".webm", "\x1a\x45\xdf\xa3\x01\x00\x42\x82\x88matroska": "",
		"OggS\x00\x02": ".ogg", "ID3\x04\x00": ".mp3", "\xff\xfb\x90\x44": ".mp3", "\xff\xfb\xf0\x44": "", "\xff\xf1\x50\x80": "",
		"<svg xmlns=": "", "%PDF-1.7": "", "hello": "", "\x89PN": "", "": "", "MZ\x90\x00": "", "GIF88a": "",
	} {
		if got := Sniff([]byte(head)); got != want {
			t.Errorf("%.20q is %q, want %q", head, got, want)
		}
	}
}

func TestWhatCanNotBeShownLeavesNothing(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	limits := Limits{Picture: 1000, Recording: 5000}
	film := append([]byte("\x00\x00\x00\x20ftypisom"), make([]byte, 4000)...)
	large := append(drawn(t, "jpeg"), make([]byte, 1000)...)
	for name, c := range map[string]struct {
		body []byte
		size int64
		want error
	}{
		"nothing":                      {nil, 0, ErrEmpty},
		"a text":                       {[]byte("hello"), -1, ErrUnknown},
		"a program that shows itself":  {[]byte("<svg><script/></svg>"), -1, ErrUnknown},
		"a picture over the limit":     {large, -1, ErrTooLarge},
		"a picture announced as large": {drawn(t, "png"), 1001, ErrTooLarge},
		"a film over the limit":        {append(film, film...), -1, ErrTooLarge},
		"a bomb":                       {bomb(t), -1, ErrImage},
		"half a picture":               {drawn(t, "png")[:60], -1, ErrImage},
		"a head alone":                 {[]byte("GIF89a"), -1, ErrImage},
	} {
		claimed := false
		_, _, err := s.PutShown(t.Context(), bytes.NewReader(c.body), c.size, limits, func(context.Context, string) error { claimed = true; return nil })
		if !errors.Is(err, c.want) || claimed || kept(t, dir) != 0 {
			t.Errorf("%s: %v, want %v; claimed %v, %d files", name, err, c.want, claimed, kept(t, dir))
		}
	}
	// A film has the larger limit, and what came is what is kept.
	b, ext, err := s.PutShown(t.Context(), bytes.NewReader(film), int64(len(film)), limits, unclaimed)
	if err != nil || ext != ".mp4" || b.Size != int64(len(film)) || !Recording("a"+ext) || Recording("a.png") {
		t.Errorf("%+v, %q, %v", b, ext, err)
	}
}

func TestPartsOfABucketDoNotMeet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := OpenUnder(t.Context(), "file://"+dir, "content/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, _, err := s.PutShown(t.Context(), bytes.NewReader(drawn(t, "png")), -1, Limits{Picture: 1000}, unclaimed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "content", filepath.FromSlash(key(b.Digest)))); err != nil {
		t.Error(err)
	}
	whole, err := Open(t.Context(), "file://"+dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = whole.Close() })
	if _, err := whole.Content(t.Context(), b.Digest); !errors.Is(err, ErrNotFound) {
		t.Errorf("another part opens it: %v", err)
	}
	// Nor is an address of one folder good in another.
	sign := NewSigner(bytes.Repeat([]byte{7}, 32), "https://files.example")
	if u := sign.Below("/files/documents/").PublicURL(b.Digest, "a.png"); !strings.HasPrefix(u, "https://files.example/files/documents/public/") {
		t.Error(u)
	}
}
