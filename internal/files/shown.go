package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
)

var (
	// ErrEmpty: not one byte came.
	ErrEmpty = errors.New("files: nothing came")
	// ErrUnknown: what came is neither a picture nor a recording that pages can show.
	ErrUnknown = errors.New("files: neither a picture nor a recording that is known")
)

// Limits are the most bytes of what PutShown takes.
type Limits struct{ Picture, Recording int64 }

// of is the limit of a type.
func (l Limits) of(ext string) int64 {
	if isPicture(ext) {
		return l.Picture
	}
	return l.Recording
}

// sniffed is how many of the first bytes tell what something is.
const sniffed = 64

// PutShown streams a picture or a recording into the store and says what it is, by its bytes: ext is one of our table, ".png".
// What the sender called it does not count. size is what it announced, -1 when it did not. Errors, with nothing kept: ErrEmpty,
// ErrUnknown, ErrTooLarge for more than its kind may have, ErrImage.
func (s *Store) PutShown(ctx context.Context, r io.Reader, size int64, limits Limits, claim Claim) (b Blob, ext string, err error) {
	body := bufio.NewReaderSize(r, 64<<10)
	head, err := body.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return Blob{}, "", err
	}
	if len(head) == 0 {
		return Blob{}, "", ErrEmpty
	}
	if ext = Sniff(head); ext == "" {
		return Blob{}, "", ErrUnknown
	}
	if size > limits.of(ext) {
		return Blob{}, "", ErrTooLarge
	}
	b, err = s.Put(ctx, body, ext, limits.of(ext), claim)
	return b, ext, err
}

// Recording says that a name is one of sound or film.
func Recording(name string) bool {
	mime := Type(name)
	return strings.HasPrefix(mime, "audio/") || strings.HasPrefix(mime, "video/")
}

// heads are how pictures and recordings begin; a dot is any byte. The first that fits counts.
var heads = []struct{ begin, ext string }{
	{"\xff\xd8\xff", ".jpg"}, {pngHead, ".png"}, {"GIF87a", ".gif"}, {"GIF89a", ".gif"}, {"RIFF....WEBP", ".webp"},
	{"....ftypM4A ", ".m4a"}, {"....ftypM4B ", ".m4a"}, {"....ftypqt  ", ".mov"}, {"....ftyp", ".mp4"},
	{"OggS", ".ogg"}, {"RIFF....WAVE", ".wav"}, {"ID3", ".mp3"},
}

const pngHead = "\x89PNG\r\n\x1a\n"

// Sniff tells the name's end of a picture or recording by its first bytes; "" for everything else.
func Sniff(head []byte) string {
	for _, h := range heads {
		if begins(head, h.begin) {
			if h.ext == ".mp4" && (begins(head, "....ftypavif") || begins(head, "....ftypheic") || begins(head, "....ftypmif1")) {
				return "" // pictures in the same box, which browsers do not all show
			}
			return h.ext
		}
	}
	switch {
	case begins(head, "\x1a\x45\xdf\xa3") && bytes.Contains(head, []byte("webm")):
		return ".webm"
	case mp3Frame(head):
		return ".mp3"
	}
	return ""
}

func begins(head []byte, pattern string) bool {
	if len(head) < len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] != '.' && pattern[i] != head[i] {
			return false
		}
	}
	return true
}

// mp3Frame says that a frame of MPEG layer III begins here (ISO/IEC 11172-3, 2.4.2.3): its sync, its layer, and no forbidden
// rate.
func mp3Frame(head []byte) bool {
	return len(head) >= 4 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]&0x18 != 0x08 && head[1]&0x06 == 0x02 &&
		head[2]&0xf0 != 0xf0 && head[2]&0xf0 != 0 && head[2]&0x0c != 0x0c
}
