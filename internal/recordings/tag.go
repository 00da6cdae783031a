package recordings

import "io"

// tags finds the frames of the ID3v2 tags that a file begins with, and the old tag of 128 bytes at its end. All frames go: what the
// page shows is on the page, and places hide in comments, in private frames and in objects. (ID3 2.3 and 2.4, §3.)
func tags(src io.ReadSeeker, size int64) ([]span, error) {
	var out []span
	at := int64(0)
	for range maxDepth { // more than one is a mistake that exists
		var head [10]byte
		ok, err := readAt(src, at, head[:])
		if err != nil {
			return nil, err
		}
		if !ok || string(head[:3]) != "ID3" || head[6]|head[7]|head[8]|head[9] >= 0x80 {
			break
		}
		length := int64(head[6])<<21 | int64(head[7])<<14 | int64(head[8])<<7 | int64(head[9])
		if at+10+length > size {
			break
		}
		// Zeros behind the head are padding only in a tag without extended header, footer and unsynchronisation.
		flags := head[5]
		head[5] = 0
		if flags&0x10 != 0 && head[3] >= 4 && at+20+length <= size { // a footer repeats the head, and becomes padding as well
			length += 10
			head[6], head[7], head[8], head[9] = byte(length>>21&0x7f), byte(length>>14&0x7f), byte(length>>7&0x7f), byte(length&0x7f)
		}
		out = append(out, span{at, at + 10 + length, head[:]})
		at += 10 + length
	}
	if size-at >= 128 {
		var old [3]byte
		ok, err := readAt(src, size-128, old[:])
		if err != nil {
			return nil, err
		}
		if ok && string(old[:]) == "TAG" {
			out = append(out, span{size - 128, size, []byte("TAG")})
		}
	}
	return out, nil
}
