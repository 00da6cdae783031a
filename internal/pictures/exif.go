package pictures

import (
	"bytes"
	"encoding/binary"
)

const (
	orientationTag = 0x0112
	// upright is the orientation that needs no saying.
	upright = 1
	// maxExif is the most bytes of Exif data that are looked at for an orientation.
	maxExif = 1 << 20
)

// orientation reads which way is up (1 to 8) from Exif data: a TIFF header and
// the first directory. What can't be read is upright.
func orientation(tiff []byte) uint16 {
	tiff = bytes.TrimPrefix(tiff, []byte("Exif\x00\x00"))
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return upright
	}
	if len(tiff) < 8 {
		return upright
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + i*12
		if e+12 > int64(len(tiff)) {
			break
		}
		if order.Uint16(tiff[e:]) != orientationTag || order.Uint16(tiff[e+2:]) != 3 {
			continue
		}
		if o := order.Uint16(tiff[e+8:]); o >= 1 && o <= 8 {
			return o
		}
	}
	return upright
}

// onlyOrientation is Exif data that says which way is up and nothing else; nil
// for an upright picture.
func onlyOrientation(o uint16) []byte {
	if o == upright {
		return nil
	}
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x01")
	b = binary.BigEndian.AppendUint16(b, orientationTag)
	b = append(b, "\x00\x03\x00\x00\x00\x01"...)
	b = binary.BigEndian.AppendUint16(b, o)
	return append(b, 0, 0, 0, 0, 0, 0)
}
