package recordings

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
)

const secret = "+48.8584+002.2945/" // in every place that can hold words

func box(kind string, parts ...string) string {
	body := strings.Join(parts, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))) + kind + body
}

// long is a box whose size has eight bytes.
func long(kind, body string) string {
	return "\x00\x00\x00\x01" + kind + string(binary.BigEndian.AppendUint64(nil, uint64(16+len(body)))) + body
}

// shot is a film as a phone makes it, with a place wherever one is known to stand.
func shot() string {
	keys := box("keys", "\x00\x00\x00\x00\x00\x00\x00\x01"+box("mdta", "com.apple.quicktime.location.ISO6709"))
	track := box("trak", box("tkhd", strings.Repeat("t", 84)), box("udta", box("name", secret)), box("meta", secret),
		box("mdia", box("mdhd", "d"), box("minf", box("stbl", box("stco", "offsets: 1, 2, 3")))))
	return box("ftyp", "qt  ") + box("moov", box("mvhd", strings.Repeat("h", 100)), track, box("udta", box("\xa9xyz", secret), box("loci", secret)),
		box("meta", box("hdlr", "mdta"), keys, box("ilst", secret)), box("\xa9mak", secret)) +
		box("uuid", "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"+secret) + box("mdat", "the pictures "+box("udta", "of a film")) + long("udta", secret)
}

func stripped(t testing.TB, in, mime string) string {
	t.Helper()
	var out bytes.Buffer
	if err := Strip(&out, strings.NewReader(in), mime); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// boxes lists the boxes between two places, down to what holds none, as a player walks them; false when they don't fit.
func boxes(s string, depth int) (out []string, fits bool) {
	for len(s) > 0 {
		if len(s) < 8 {
			return out, false
		}
		size, begins := int(binary.BigEndian.Uint32([]byte(s))), 8
		if size == 1 {
			size, begins = int(binary.BigEndian.Uint64([]byte(s[8:]))), 16
		}
		if size < begins || size > len(s) {
			return out, false
		}
		out = append(out, strings.Repeat(" ", depth)+s[4:8])
		if holds(s[4:8]) {
			inner, ok := boxes(s[begins:size], depth+1)
			if out = append(out, inner...); !ok {
				return out, false
			}
		}
		s = s[size:]
	}
	return out, true
}

func TestFilmSaysNothingButItself(t *testing.T) {
	t.Parallel()
	in := shot()
	for _, mime := range []string{"video/mp4", "audio/mp4", "video/quicktime"} {
		out := stripped(t, in, mime)
		for _, told := range []string{secret, "com.apple.quicktime", "\xa9xyz", "loci"} {
			if !strings.Contains(in, told) || strings.Contains(out, told) {
				t.Errorf("%s: it still says %q", mime, told)
			}
		}
		if len(out) != len(in) {
			t.Fatalf("%s: %d bytes became %d", mime, len(in), len(out))
		}
		// The media is the same at the same place, and so is what players need of the film's head.
		media := box("mdat", "the pictures "+box("udta", "of a film"))
		for _, kept := range []string{media, box("mvhd", strings.Repeat("h", 100)), box("tkhd", strings.Repeat("t", 84)), box("stco", "offsets: 1, 2, 3")} {
			if strings.Index(out, kept) != strings.Index(in, kept) || !strings.Contains(out, kept) {
				t.Errorf("%s: %q moved or changed", mime, kept)
			}
		}
		got, fits := boxes(out, 0)
		want := "ftyp,moov, mvhd, trak,  tkhd,  free,  free,  mdia,   mdhd,   minf,    stbl, free, free, free,free,mdat,free"
		if strings.Join(got, ",") != want || !fits {
			t.Errorf("%s: boxes %q", mime, got)
		}
		if again := stripped(t, out, mime); again != out {
			t.Errorf("%s: stripping twice is not stripping once", mime)
		}
	}
}

func TestFilmThatSaysNothingStays(t *testing.T) {
	t.Parallel()
	in := box("ftyp", "isom") + box("moov", box("mvhd", "h")) + "\x00\x00\x00\x00mdat to the end"
	if out := stripped(t, in, "video/mp4"); out != in {
		t.Errorf("%q became %q", in, out)
	}
	// A telling box of size zero goes to the end.
	if out := stripped(t, box("ftyp", "isom")+"\x00\x00\x00\x00udta"+secret, "video/mp4"); strings.Contains(out, secret) || !strings.Contains(out, "\x00\x00\x00\x00free") {
		t.Errorf("%q", out)
	}
}

// What no player can read is copied and never breaks: sizes of nothing, of too much, boxes in boxes without end.
func TestHostileBoxes(t *testing.T) {
	t.Parallel()
	deep := box("udta", secret)
	for range 500 {
		deep = box("moov", deep)
	}
	for name, in := range map[string]string{
		"empty": "", "short": "\x00\x00", "too small": "\x00\x00\x00\x04udta", "too large": "\xff\xff\xff\xffudtax", "long and short": "\x00\x00\x00\x01udta",
		"long and small": long("udta", "")[:8] + strings.Repeat("\x00", 8), "long and huge": "\x00\x00\x00\x01udta\xff\xff\xff\xff\xff\xff\xff\xff", "long and negative": "\x00\x00\x00\x01moov\x80\x00\x00\x00\x00\x00\x00\x00x",
		"deep": deep, "many": strings.Repeat(box("free"), maxBoxes+100), "no film": "<html>",
	} {
		if out := stripped(t, in, "video/mp4"); out != in {
			t.Errorf("%s: changed", name)
		}
	}
}

// tag is an ID3v2 tag with frames that tell.
func tag(version, flags byte, frames string) string {
	n := len(frames)
	return "ID3" + string([]byte{version, 0, flags, byte(n >> 21 & 0x7f), byte(n >> 14 & 0x7f), byte(n >> 7 & 0x7f), byte(n & 0x7f)}) + frames
}

func TestSoundSaysNothingButItself(t *testing.T) {
	t.Parallel()
	frames := "COMM\x00\x00\x00\x20\x00\x00" + secret + "GEOB\x00\x00\x00\x20\x00\x00" + secret + "PRIV" + strings.Repeat(secret, 20)
	sound := "\xff\xfb\x90\x00" + strings.Repeat("sound", 300)
	footer := "3DI\x04\x00\x10" + tag(4, 0, frames)[6:10]
	for name, in := range map[string]string{
		"2.3": tag(3, 0, frames) + sound, "2.4": tag(4, 0xc0, frames) + sound, "footer": tag(4, 0x10, frames) + footer + sound,
		"two": tag(3, 0, frames) + tag(4, 0, frames) + sound, "old": sound + "TAG" + secret + strings.Repeat("x", 125-len(secret)),
	} {
		out := stripped(t, in, "audio/mpeg")
		if strings.Contains(out, secret) || len(out) != len(in) || strings.Index(out, sound) != strings.Index(in, sound) || strings.Contains(out, "3DI") {
			t.Errorf("%s: %q", name, out)
		}
		if again := stripped(t, out, "audio/mpeg"); again != out {
			t.Errorf("%s: stripping twice is not stripping once", name)
		}
	}
	for name, in := range map[string]string{"none": sound, "cut": tag(3, 0, frames)[:40], "wrong size": "ID3\x03\x00\x00\xff\xff\xff\xff" + sound, "only": "ID3"} {
		if out := stripped(t, in, "audio/mpeg"); out != in {
			t.Errorf("%s: changed", name)
		}
	}
}

func FuzzStrip(f *testing.F) {
	f.Add([]byte(shot()), uint8(0))
	f.Add([]byte(long("moov", box("udta", secret))), uint8(1))
	f.Add([]byte("\x00\x00\x00\x01udta\xff\xff\xff\xff\xff\xff\xff\xff"), uint8(2))
	f.Add([]byte("\x00\x00\x00\x00udta"), uint8(2))
	f.Add([]byte(tag(4, 0x10, "COMM")+"3DI\x04\x00\x10\x00\x00\x00\x04"), uint8(3))
	f.Fuzz(func(t *testing.T, in []byte, kind uint8) {
		mime := []string{"video/mp4", "audio/mp4", "video/quicktime", "audio/mpeg", "audio/ogg"}[kind%5]
		var out bytes.Buffer
		if err := Strip(&out, bytes.NewReader(in), mime); err != nil {
			t.Fatal(err)
		}
		if out.Len() != len(in) {
			t.Fatalf("%d bytes became %d", len(in), out.Len())
		}
		var again bytes.Buffer
		if err := Strip(&again, bytes.NewReader(out.Bytes()), mime); err != nil || !bytes.Equal(again.Bytes(), out.Bytes()) {
			t.Fatalf("stripping twice is not stripping once (%v)", err)
		}
		if mime == "audio/ogg" && !bytes.Equal(in, out.Bytes()) {
			t.Fatal("what is not known was changed")
		}
	})
}

// An error of the source is the source's, and no recording.
func TestSourceThatFails(t *testing.T) {
	t.Parallel()
	if err := Strip(io.Discard, failing{strings.NewReader(shot())}, "video/mp4"); err == nil {
		t.Error("it was copied all the same")
	}
}

type failing struct{ io.ReadSeeker }

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }
