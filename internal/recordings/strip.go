package recordings

import (
	"errors"
	"io"
)

// A span is a run of bytes of a file that is written anew: with put first, then zeros to its end.
type span struct {
	from, to int64
	put      []byte
}

// Bounds of what is looked at. A file beyond them is taken as it is from there on: it is no recording that a camera made.
const (
	maxDepth = 8
	maxBoxes = 2_000
)

// Strip copies the recording src of a media type to dst without what it says besides itself, byte for byte as long. A file that is no
// recording of that type, or is damaged, is copied: it says nothing that a player would find. It reads the heads of boxes, then the file
// once, and keeps no more of it than a buffer. Errors are those of src and dst.
func Strip(dst io.Writer, src io.ReadSeeker, mime string) error {
	spans, err := find(src, mime)
	if err != nil {
		return err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	at := int64(0)
	for _, s := range spans {
		if _, err := io.CopyN(dst, src, s.from-at); err != nil {
			return err
		}
		if _, err := dst.Write(s.put); err != nil {
			return err
		}
		if _, err := io.CopyN(dst, zeros{}, s.to-s.from-int64(len(s.put))); err != nil {
			return err
		}
		if at, err = src.Seek(s.to, io.SeekStart); err != nil {
			return err
		}
	}
	_, err = io.Copy(dst, src)
	return err
}

// Knows says that recordings of a type can say more than themselves here.
func Knows(mime string) bool {
	switch mime {
	case "video/mp4", "audio/mp4", "video/quicktime", "audio/mpeg":
		return true
	}
	return false
}

// find lists what is written anew, in order and apart from each other.
func find(src io.ReadSeeker, mime string) ([]span, error) {
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	switch mime {
	case "video/mp4", "audio/mp4", "video/quicktime":
		f := &film{src: src}
		err := f.walk(0, size, 0)
		return f.spans, err
	case "audio/mpeg":
		return tags(src, size)
	}
	return nil, nil
}

// readAt reads exactly len(b) bytes from a place; false where the file ends before.
func readAt(src io.ReadSeeker, at int64, b []byte) (bool, error) {
	if _, err := src.Seek(at, io.SeekStart); err != nil {
		return false, err
	}
	_, err := io.ReadFull(src, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return err == nil, err
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
