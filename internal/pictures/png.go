package pictures

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks beside the critical ones that change how the picture
// looks; all others only say something.
var pngKept = map[string]bool{
	"tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "cICP": true, "mDCV": true, "cLLI": true, "sBIT": true,
	"bKGD": true, "hIST": true, "pHYs": true, "sPLT": true, "acTL": true, "fcTL": true, "fdAT": true,
}

// stripPNG copies the kept chunks as they are, with their checksums, up to the
// end chunk.
func stripPNG(w *bufio.Writer, r *bufio.Reader) error {
	if head, err := take(r, len(pngHead)); err != nil || string(head) != pngHead {
		return errors.Join(ErrBroken, err)
	}
	_, _ = w.WriteString(pngHead)
	for {
		head, err := take(r, 8)
		if err != nil {
			return err
		}
		size, kind := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		switch {
		case kind == "eXIf" && size <= maxExif:
			if err := turnPNG(w, r, int(size)); err != nil {
				return err
			}
		case kind[0] >= 'A' && kind[0] <= 'Z' || pngKept[kind]:
			_, _ = w.Write(head)
			if _, err := io.CopyN(w, r, size+4); err != nil {
				return err
			}
		default:
			if err := skip(r, size+4); err != nil {
				return err
			}
		}
		if kind == "IEND" {
			return nil
		}
	}
}

// turnPNG writes in the place of Exif data the orientation alone.
func turnPNG(w *bufio.Writer, r *bufio.Reader, size int) error {
	body, err := take(r, size)
	if err != nil {
		return err
	}
	if err := skip(r, 4); err != nil {
		return err
	}
	only := onlyOrientation(orientation(body))
	if only == nil {
		return nil
	}
	chunk := append([]byte("eXIf"), only...)
	_, _ = w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(only)))) //nolint:gosec // a few bytes
	_, _ = w.Write(chunk)
	_, err = w.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk)))
	return err
}
