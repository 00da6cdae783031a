package recordings

import (
	"encoding/binary"
	"io"
)

// film walks the boxes of a file: size, four letters, body.
type film struct {
	src   io.ReadSeeker
	seen  int
	spans []span
}

// telling are the boxes that say what isn't the recording: user data and metadata (of the file, the film or a track), the place of
// 3GPP, and boxes with a name of their own, where editors keep XMP and action cameras their tracks of positions.
func telling(kind string) bool {
	switch kind {
	case "udta", "meta", "loci", "uuid", "XMP_":
		return true
	}
	return kind[0] == 0xa9 // ©xyz and its like, which belong into udta and are elsewhere now and then
}

// holds are the boxes that hold boxes in which something telling may be.
func holds(kind string) bool {
	switch kind {
	case "moov", "trak", "mdia", "minf", "moof", "traf":
		return true
	}
	return false
}

// walk looks at the boxes between two places. A box that doesn't fit ends it: what follows can't be found by a player either.
func (f *film) walk(from, to int64, depth int) error {
	for at := from; at+8 <= to && f.seen < maxBoxes; f.seen++ {
		var head [16]byte
		if ok, err := readAt(f.src, at, head[:8]); !ok {
			return err
		}
		size, begins := int64(binary.BigEndian.Uint32(head[:4])), int64(8)
		switch size {
		case 0: // to the end of what holds it
			size = to - at
		case 1: // a size of eight bytes follows
			if ok, err := readAt(f.src, at+8, head[8:]); !ok {
				return err
			}
			long := binary.BigEndian.Uint64(head[8:])
			if long > uint64(to-at) {
				return nil
			}
			size, begins = int64(long), 16
		}
		if size < begins || size > to-at {
			return nil
		}
		kind := string(head[4:8])
		switch {
		case telling(kind):
			// The head keeps its form, so that a box of zero or long size stays one; only its name changes.
			free := append([]byte(nil), head[:begins]...)
			copy(free[4:8], "free")
			f.spans = append(f.spans, span{at, at + size, free})
		case holds(kind) && depth < maxDepth:
			if err := f.walk(at+begins, at+size, depth+1); err != nil {
				return err
			}
		}
		at += size
	}
	return nil
}
