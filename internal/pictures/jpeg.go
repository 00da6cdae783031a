package pictures

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Markers of JPEG (ITU T.81, B.1.1.3).
const (
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP0 = 0xe0
	markerAPP1 = 0xe1
	markerAPP2 = 0xe2
	markerAPPE = 0xee
	markerAPPF = 0xef
	markerCOM  = 0xfe
)

// jfifSize is a JFIF segment without its preview.
const jfifSize = 14

var exifHead = []byte("Exif\x00\x00")

// stripJPEG copies segments and scans up to the end of the picture. What comes
// after it (a film, a second picture) is left out; a picture that is cut off in
// its last scan is still one.
func stripJPEG(w *bufio.Writer, r *bufio.Reader) error {
	if head, err := take(r, 2); err != nil || head[0] != 0xff || head[1] != markerSOI {
		return errors.Join(ErrBroken, err)
	}
	_, _ = w.Write([]byte{0xff, markerSOI}) // a bufio.Writer keeps its error for Flush
	turned, scanned := false, false
	m, err := marker(r)
	for {
		if errors.Is(err, io.EOF) && scanned || err == nil && m == markerEOI {
			_, err = w.Write([]byte{0xff, markerEOI})
			return err
		}
		if err == nil {
			err = stripSegment(w, r, m, &turned)
		}
		switch {
		case err != nil:
			return err
		case m == markerSOS:
			scanned = true
			m, err = copyScan(w, r)
		default:
			m, err = marker(r)
		}
	}
}

// stripSegment copies what stays of the segment of a marker. turned says that
// which way is up has been written.
func stripSegment(w *bufio.Writer, r *bufio.Reader, m byte, turned *bool) error {
	size, err := take(r, 2)
	if err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(size)) - 2
	if n < 0 {
		return ErrBroken
	}
	body, err := take(r, n)
	if err != nil {
		return err
	}
	if m == markerAPP1 && bytes.HasPrefix(body, exifHead) && !*turned {
		if only := onlyOrientation(orientation(body)); only != nil {
			*turned = true
			segment(w, m, append(bytes.Clone(exifHead), only...))
		}
		return nil
	}
	if body = keptSegment(m, body); body != nil {
		segment(w, m, body)
	}
	return nil
}

// marker reads the next marker; any number of 0xff may stand before it.
func marker(r *bufio.Reader) (byte, error) {
	b, err := r.ReadByte()
	if err == nil && b != 0xff {
		err = ErrBroken
	}
	for err == nil && b == 0xff {
		b, err = r.ReadByte()
	}
	return b, err
}

// keptSegment is what stays of a segment, nil for nothing: all that decoding
// needs, JFIF without its preview, and colours.
func keptSegment(m byte, body []byte) []byte {
	switch {
	case m == markerAPP0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= jfifSize:
		body = body[:jfifSize]
		body[jfifSize-2], body[jfifSize-1] = 0, 0
		return body
	case m == markerAPP2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")), m == markerAPPE && bytes.HasPrefix(body, []byte("Adobe")):
		return body
	case m >= markerAPP0 && m <= markerAPPF, m == markerCOM:
		return nil
	}
	return body
}

func segment(w *bufio.Writer, m byte, body []byte) {
	_, _ = w.Write(binary.BigEndian.AppendUint16([]byte{0xff, m}, uint16(len(body)+2))) //nolint:gosec // no longer than what was read
	_, _ = w.Write(body)
}

// copyScan copies the data of a scan and reads the marker that ends it.
func copyScan(w *bufio.Writer, r *bufio.Reader) (byte, error) {
	for {
		data, err := r.ReadSlice(0xff)
		if errors.Is(err, bufio.ErrBufferFull) {
			_, _ = w.Write(data)
			continue
		}
		if err != nil {
			_, _ = w.Write(data)
			return 0, err
		}
		_, _ = w.Write(data[:len(data)-1])
		next := byte(0xff)
		for next == 0xff { // any number of it may stand before a marker
			if next, err = r.ReadByte(); err != nil {
				return 0, err
			}
		}
		if restart := next >= 0xd0 && next <= 0xd7; next != 0 && !restart {
			return next, nil
		}
		_, _ = w.Write([]byte{0xff, next})
	}
}
