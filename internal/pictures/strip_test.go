package pictures

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/webp"
)

const secret = "48.8584 N 2.2945 E" // in every place that can hold words

func drawn() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for x := range 40 {
		for y := range 20 {
			m.Set(x, y, color.RGBA{uint8(x * 6), uint8(y * 12), 99, 255})
		}
	}
	return m
}

// exif is Exif data with orientation 6, a maker and a GPS directory, little or big endian.
func exif(order binary.AppendByteOrder) []byte {
	head := "MM\x00*"
	if order.String() == "LittleEndian" {
		head = "II*\x00"
	}
	entry := func(b []byte, tag, kind uint16, n, value uint32) []byte {
		return order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), n), value)
	}
	b := order.AppendUint32([]byte(head), 8)
	b = order.AppendUint16(b, 3)
	b = entry(b, 0x010f, 2, uint32(len(secret)), 62)
	b = order.AppendUint16(order.AppendUint16(b, orientationTag), 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(order.AppendUint16(b, 6), 0)
	b = entry(b, 0x8825, 4, 1, 62+uint32(len(secret)))
	b = order.AppendUint32(b, 0)
	for len(b) < 62 {
		b = append(b, 0)
	}
	b = append(b, secret...)
	b = order.AppendUint16(b, 1)
	b = entry(b, 2, 5, 3, 0x30303030) // GPSLatitude
	return append(order.AppendUint32(b, 0), secret...)
}

func app(m byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, m}, uint16(len(body)+2)), body...)
}

func jpegOf(t *testing.T, segments ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawn(), nil); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	return append(append(bytes.Clone(plain[:2]), bytes.Join(segments, nil)...), plain[2:]...)
}

func pngChunk(kind, body string) []byte {
	c := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind+body...)
	return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
}

func pngOf(t *testing.T, chunks ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, drawn()); err != nil {
		t.Fatal(err)
	}
	const ihdr = 8 + 25
	return append(append(bytes.Clone(b.Bytes()[:ihdr]), bytes.Join(chunks, nil)...), b.Bytes()[ihdr:]...)
}

func gifOf(t *testing.T, extension []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 5}, LoopCount: 3}); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	return append(append(bytes.Clone(plain[:len(plain)-1]), extension...), gifEnd)
}

// still is the smallest lossless WebP: one white pixel.
var still = []byte("VP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")

func webpOf(flags byte, chunks ...[]byte) []byte {
	vp8x := append([]byte("VP8X\x0a\x00\x00\x00"), flags, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	body := bytes.Join(append([][]byte{[]byte("WEBP"), vp8x, still}, chunks...), nil)
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...), body...)
}

func webpChunkOf(kind, body string) []byte {
	c := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	c = append(c, body...)
	if len(body)%2 == 1 {
		c = append(c, 0)
	}
	return c
}

func strip(t *testing.T, in []byte, mime string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Strip(&out, bytes.NewReader(in), mime); err != nil {
		t.Fatalf("%s: %v", mime, err)
	}
	return out.Bytes()
}

func TestAPictureSaysNothingBesidesItself(t *testing.T) {
	t.Parallel()
	little, big := string(exif(binary.LittleEndian)), string(exif(binary.BigEndian))
	xmp := "http://ns.adobe.com/xap/1.0/\x00" + secret
	jfif := app(markerAPP0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01"+secret)
	icc := app(markerAPP2, "ICC_PROFILE\x00\x01\x01colours")
	for name, c := range map[string]struct {
		mime   string
		in     []byte
		turned bool
		holds  string
	}{
		"jpeg": {"image/jpeg", append(jpegOf(t, jfif, app(markerAPP1, "Exif\x00\x00"+little), app(markerAPP1, xmp), icc, app(0xed, "Photoshop 3.0\x00"+secret),
			app(markerCOM, secret), app(markerAPP2, "MPF\x00"+secret)), "a film behind the picture: "+secret...), true, "colours"},
		"jpeg, big endian":    {"image/jpeg", jpegOf(t, app(markerAPP1, "Exif\x00\x00"+big)), true, ""},
		"jpeg, upright":       {"image/jpeg", jpegOf(t, app(markerAPP1, "Exif\x00\x00"+strings.Replace(big, "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06", "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x01", 1))), false, ""},
		"jpeg, broken Exif":   {"image/jpeg", jpegOf(t, app(markerAPP1, "Exif\x00\x00MM\x00*\xff\xff\xff\xff"+secret)), false, ""},
		"jpeg, two Exifs":     {"image/jpeg", jpegOf(t, app(markerAPP1, "Exif\x00\x00"+little), app(markerAPP1, "Exif\x00\x00"+secret)), true, ""},
		"jpeg, fill and more": {"image/jpeg", jpegOf(t, append([]byte{0xff, 0xff}, app(markerCOM, secret)...)), false, ""},
		"png": {"image/png", append(pngOf(t, pngChunk("eXIf", little), pngChunk("tEXt", "Location\x00"+secret), pngChunk("iTXt", secret), pngChunk("tIME", secret[:7]),
			pngChunk("caBX", secret), pngChunk("pHYs", "123456789")), secret...), true, "pHYs"},
		"gif, comment": {"image/gif", gifOf(t, append([]byte{gifExtension, markerCOM, byte(len(secret))}, secret+"\x00"...)), false, "NETSCAPE2.0"},
		"gif, program": {"image/gif", gifOf(t, append([]byte{gifExtension, gifApplication, 11}, "XMP DataXMP"+string(rune(len(secret)))+secret+"\x00"...)), false, ""},
		"webp":         {"image/webp", webpOf(webpExif|webpXMP, webpChunkOf("EXIF", little), webpChunkOf("XMP ", secret), webpChunkOf("????", secret)), true, ""},
	} {
		out := strip(t, c.in, c.mime)
		if bytes.Contains(out, []byte(secret)) || bytes.Contains(out, []byte(secret[:7])) || bytes.Contains(out, []byte("0000")) {
			t.Errorf("%s still says it: %q", name, out)
		}
		if o := orientationOf(out); (o == 6) != c.turned {
			t.Errorf("%s: orientation %d", name, o)
		}
		if !bytes.Contains(out, []byte(c.holds)) {
			t.Errorf("%s lost %s", name, c.holds)
		}
		was, is := pixels(t, c.in, c.mime), pixels(t, out, c.mime)
		if !bytes.Equal(was, is) {
			t.Errorf("%s: another picture", name)
		}
		if again := strip(t, out, c.mime); !bytes.Equal(again, out) {
			t.Errorf("%s: stripping twice changes it", name)
		}
	}
}

// orientationOf looks for Exif data anywhere.
func orientationOf(picture []byte) uint16 {
	for _, head := range []string{"II*\x00", "MM\x00*"} {
		if i := bytes.Index(picture, []byte(head)); i >= 0 {
			return orientation(picture[i:])
		}
	}
	return upright
}

func pixels(t *testing.T, picture []byte, mime string) []byte {
	t.Helper()
	var m image.Image
	var err error
	if mime == "image/webp" {
		m, err = webp.Decode(bytes.NewReader(picture))
	} else {
		m, _, err = image.Decode(bytes.NewReader(picture))
	}
	if err != nil {
		t.Fatalf("%s: %v", mime, err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAPictureThatSaysNothingStaysAsItIs(t *testing.T) {
	t.Parallel()
	for mime, in := range map[string][]byte{
		"image/jpeg": jpegOf(t), "image/png": pngOf(t), "image/gif": gifOf(t, nil), "image/webp": webpOf(0),
	} {
		if out := strip(t, in, mime); !bytes.Equal(out, in) {
			t.Errorf("%s changed", mime)
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	for mime, in := range map[string][]byte{"image/jpeg": jpegOf(t), "image/png": pngOf(t), "image/gif": gifOf(t, nil), "image/webp": webpOf(0)} {
		for _, n := range []int{0, 1, 11, 20} {
			if err := Strip(&bytes.Buffer{}, bytes.NewReader(in[:n]), mime); !errors.Is(err, ErrBroken) {
				t.Errorf("%d bytes of %s: %v", n, mime, err)
			}
		}
	}
	if err := Strip(&bytes.Buffer{}, strings.NewReader("<svg/>"), "image/svg+xml"); !errors.Is(err, ErrBroken) {
		t.Error("an unknown type passes")
	}
	// A picture that is cut off in its last scan is shown by browsers, so it is kept, with an end.
	cut := jpegOf(t)[:700]
	if out := strip(t, cut, "image/jpeg"); !bytes.HasSuffix(out, []byte{0xff, markerEOI}) {
		t.Error("a picture without its end")
	}
}

func FuzzStrip(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00\xff\xd9"), 0)
	f.Add([]byte(pngHead+"\x00\x00\x00\x00IEND\xae\x42\x60\x82"), 1)
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;"), 2)
	f.Add(webpOf(webpExif, webpChunkOf("EXIF", "MM\x00*")), 3)
	mimes := []string{"image/jpeg", "image/png", "image/gif", "image/webp"}
	f.Fuzz(func(t *testing.T, in []byte, kind int) {
		mime := mimes[(kind%len(mimes)+len(mimes))%len(mimes)]
		var once, twice bytes.Buffer
		if Strip(&once, bytes.NewReader(in), mime) != nil {
			return
		}
		if err := Strip(&twice, bytes.NewReader(once.Bytes()), mime); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("%s: stripping twice: %v\n%x\n%x", mime, err, once.Bytes(), twice.Bytes())
		}
	})
}
