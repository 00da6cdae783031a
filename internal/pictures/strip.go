package pictures

import (
	"bufio"
	"errors"
	"io"
)

// ErrBroken: the bytes are no picture of the type they are said to be.
var ErrBroken = errors.New("pictures: a picture that can't be read")

// Strip copies the picture src of a media type to dst without what it says
// besides itself. Stripping twice is stripping once. Error: ErrBroken, for a type
// that it does not know, too; then dst holds a part.
func Strip(dst io.Writer, src io.ReadSeeker, mime string) error {
	w := bufio.NewWriter(dst)
	var err error
	switch mime {
	case "image/jpeg":
		err = stripJPEG(w, bufio.NewReader(src))
	case "image/png":
		err = stripPNG(w, bufio.NewReader(src))
	case "image/gif":
		err = stripGIF(w, bufio.NewReader(src))
	case "image/webp":
		err = stripWebP(w, src)
	default:
		err = ErrBroken
	}
	if err != nil {
		return broken(err)
	}
	return w.Flush()
}

// broken makes an end that comes too early the picture's fault.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.Join(ErrBroken, err)
	}
	return err
}

// take reads exactly n bytes.
func take(r io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

// skip passes over n bytes.
func skip(r io.Reader, n int64) error {
	_, err := io.CopyN(io.Discard, r, n)
	return err
}
