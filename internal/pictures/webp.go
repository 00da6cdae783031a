package pictures

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// Flags of a VP8X chunk (RFC 9649, 2.7).
const (
	webpXMP  = 0x04
	webpExif = 0x08
)

var webpKept = map[string]bool{"VP8 ": true, "VP8L": true, "VP8X": true, "ALPH": true, "ANIM": true, "ANMF": true, "ICCP": true}

// maxChunks is far above the frames of any animation; each costs memory.
const maxChunks = 100_000

// webpChunk is a chunk of the file: where its body begins and how long it is.
type webpChunk struct {
	kind string
	at   int64
	size int64
	only []byte // what stands in its place
}

// stripWebP reads the list of chunks first: the file's size and its flags stand
// before them.
func stripWebP(w *bufio.Writer, r io.ReadSeeker) error {
	chunks, err := webpChunks(r)
	if err != nil {
		return err
	}
	total, flags := int64(4), byte(0)
	for _, c := range chunks {
		total += 8 + c.size + c.size&1
		if c.only != nil {
			flags |= webpExif
		}
	}
	_, _ = w.WriteString("RIFF")
	_, _ = w.Write(binary.LittleEndian.AppendUint32(nil, uint32(total))) //nolint:gosec // less than what was read
	_, _ = w.WriteString("WEBP")
	for _, c := range chunks {
		_, _ = w.WriteString(c.kind)
		_, _ = w.Write(binary.LittleEndian.AppendUint32(nil, uint32(c.size))) //nolint:gosec // as it was read
		if err := c.copy(w, r, flags); err != nil {
			return err
		}
		if c.size&1 == 1 {
			_ = w.WriteByte(0)
		}
	}
	return nil
}

// webpChunks lists the chunks that stay.
func webpChunks(r io.ReadSeeker) ([]webpChunk, error) {
	head, err := take(r, 12)
	if err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WEBP" {
		return nil, errors.Join(ErrBroken, err)
	}
	end := 8 + int64(binary.LittleEndian.Uint32(head[4:]))
	var out []webpChunk
	turned := false
	for at := int64(12); at+8 <= end; {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return nil, err
		}
		if head, err = take(r, 8); err != nil {
			return nil, err
		}
		c := webpChunk{kind: string(head[:4]), at: at + 8, size: int64(binary.LittleEndian.Uint32(head[4:]))}
		at = c.at + c.size + c.size&1
		if c.kind == "EXIF" && c.size <= maxExif && !turned {
			body, err := take(r, int(c.size))
			if err != nil {
				return nil, err
			}
			if c.only = onlyOrientation(orientation(body)); c.only != nil {
				c.size, turned = int64(len(c.only)), true
				out = append(out, c)
			}
			continue
		}
		if webpKept[c.kind] {
			out = append(out, c)
		}
		if len(out) > maxChunks {
			return nil, ErrBroken
		}
	}
	return out, nil
}

func (c webpChunk) copy(w *bufio.Writer, r io.ReadSeeker, flags byte) error {
	if c.only != nil {
		_, err := w.Write(c.only)
		return err
	}
	if _, err := r.Seek(c.at, io.SeekStart); err != nil {
		return err
	}
	left := c.size
	if c.kind == "VP8X" && left > 0 {
		first, err := take(r, 1)
		if err != nil {
			return err
		}
		_ = w.WriteByte(first[0]&^(webpXMP|webpExif) | flags)
		left--
	}
	_, err := io.CopyN(w, r, left)
	return err
}
