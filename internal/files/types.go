package files

import (
	"bytes"
	"image"
	_ "image/gif"  // dimensions
	_ "image/jpeg" // dimensions
	_ "image/png"  // dimensions
	"path"
	"strings"

	_ "golang.org/x/image/webp" // dimensions
)

// kind is how a file leaves: its type, and whether a page may show it in place.
type kind struct {
	mime   string
	inline bool
}

// table decides by the name alone. What is not in it leaves as an attachment of
// unknown type, and so does everything a browser could run: HTML, SVG, XML,
// script. A PDF is an attachment too: its viewer runs what it holds.
var table = map[string]kind{
	".png":  {"image/png", true},
	".jpg":  {"image/jpeg", true},
	".jpeg": {"image/jpeg", true},
	".gif":  {"image/gif", true},
	".webp": {"image/webp", true},
	".mp3":  {"audio/mpeg", true},
	".m4a":  {"audio/mp4", true},
	".ogg":  {"audio/ogg", true},
	".wav":  {"audio/wav", true},
	".mp4":  {"video/mp4", true},
	".m4v":  {"video/mp4", true},
	".webm": {"video/webm", true},
	".mov":  {"video/quicktime", true},
	".vtt":  {"text/vtt; charset=utf-8", true},
	".txt":  {"text/plain; charset=utf-8", false},
	".csv":  {"text/csv; charset=utf-8", false},
	".pdf":  {"application/pdf", false},
	".epub": {"application/epub+zip", false},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", false},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", false},
}

func kindOf(name string) kind {
	if k, ok := table[strings.ToLower(path.Ext(name))]; ok {
		return k
	}
	return kind{"application/octet-stream", false}
}

// Type is the media type that a file of this name leaves with.
func Type(name string) string { return kindOf(name).mime }

// Inline reports whether a page may show a file of this name in place.
func Inline(name string) bool { return kindOf(name).inline }

func isPicture(name string) bool { return strings.HasPrefix(Type(name), "image/") }

const (
	maxPixels = 40_000_000
	maxSide   = 20_000
)

// checkPicture reads no more than a picture's head: dimensions are refused
// before anybody would decode them.
func checkPicture(name string, head []byte) error {
	if !isPicture(name) {
		return nil
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(head))
	switch {
	case err != nil, "image/"+format != Type(name):
		return ErrImage
	case c.Width < 1 || c.Height < 1 || c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPixels:
		return ErrImage
	}
	return nil
}
