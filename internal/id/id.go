// Package id makes and checks the names of things: TypeIDs, such as order_01h455vb4pex5vsknk084sn02q.
//
// A TypeID (specification 0.3, github.com/jetify-com/typeid) is a prefix that says what the thing is and a UUIDv7
// (RFC 9562) in 26 letters of Crockford's base 32. Ids made in one process sort by the time they were made, so that
// an index on them grows at its end, and a person who reads one in a log sees at once what it names.
package id

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ErrInvalid is the error of a text that is no TypeID, or one of another kind.
var ErrInvalid = errors.New("invalid id")

const (
	alphabet  = "0123456789abcdefghjkmnpqrstvwxyz"
	suffixLen = 26
	prefixMax = 63
)

// New is a fresh id of the given kind. Ids of one process are strictly increasing. It panics on a prefix that the
// specification refuses, which is a defect of the caller, and if the system has no randomness.
func New(prefix string) string {
	return Format(prefix, uuid.Must(uuid.NewV7()))
}

// At is a fresh id whose time is t instead of the present, to a quarter of a microsecond, for things that are made
// in domain time. Ids of the same instant are unique and in no order. It panics as [New] does.
func At(prefix string, t time.Time) string {
	u := uuid.Must(uuid.NewRandom())
	ms := t.UnixMilli()
	binary.BigEndian.PutUint16(u[0:], uint16(ms>>32))
	binary.BigEndian.PutUint32(u[2:], uint32(ms))
	fraction := uint16((t.UnixNano() - ms*int64(time.Millisecond)) >> 8) // 12 bits: 0 to 3906
	binary.BigEndian.PutUint16(u[6:], 0x7000|fraction)
	return Format(prefix, u)
}

// Format writes u as a TypeID of the given prefix. It panics on a prefix that the specification refuses.
func Format(prefix string, u uuid.UUID) string {
	if !validPrefix(prefix) {
		panic(fmt.Sprintf("id: prefix %q", prefix))
	}
	var b strings.Builder
	b.Grow(len(prefix) + 1 + suffixLen)
	if prefix != "" {
		b.WriteString(prefix)
		b.WriteByte('_')
	}
	hi, lo := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	for shift := (suffixLen - 1) * 5; shift >= 0; shift -= 5 {
		b.WriteByte(alphabet[shifted(hi, lo, shift)&31])
	}
	return b.String()
}

// shifted is the low 64 bits of the 128-bit number (hi, lo) >> n.
func shifted(hi, lo uint64, n int) uint64 {
	if n >= 64 {
		return hi >> (n - 64)
	}
	return hi<<(64-n) | lo>>n
}

// Check reports whether s is an id of the kind prefix. Errors: ErrInvalid.
func Check(prefix, s string) error {
	got, _, err := Parse(s)
	if err != nil {
		return err
	}
	if got != prefix {
		return fmt.Errorf("%w: %.100q is not of kind %q", ErrInvalid, s, prefix)
	}
	return nil
}

// UUID is the number inside the TypeID s. Errors: ErrInvalid.
func UUID(s string) (uuid.UUID, error) {
	_, u, err := Parse(s)
	return u, err
}

// Parse takes a TypeID apart. It is the inverse of [Format]; upper case, ambiguous letters and hyphens, which other
// uses of the alphabet forgive, are errors. Errors: ErrInvalid.
func Parse(s string) (prefix string, u uuid.UUID, err error) {
	suffix := s
	if i := strings.LastIndexByte(s, '_'); i >= 0 {
		prefix, suffix = s[:i], s[i+1:]
		if prefix == "" {
			return "", uuid.Nil, fmt.Errorf("%w: %.100q", ErrInvalid, s)
		}
	}
	if !validPrefix(prefix) || len(suffix) != suffixLen || suffix[0] > '7' {
		return "", uuid.Nil, fmt.Errorf("%w: %.100q", ErrInvalid, s)
	}
	var hi, lo uint64
	for i := range len(suffix) {
		v := strings.IndexByte(alphabet, suffix[i])
		if v < 0 {
			return "", uuid.Nil, fmt.Errorf("%w: %.100q", ErrInvalid, s)
		}
		hi, lo = hi<<5|lo>>59, lo<<5|uint64(v)
	}
	binary.BigEndian.PutUint64(u[:8], hi)
	binary.BigEndian.PutUint64(u[8:], lo)
	return prefix, u, nil
}

// validPrefix reports whether p matches ^([a-z]([a-z_]{0,61}[a-z])?)?$.
func validPrefix(p string) bool {
	return len(p) <= prefixMax && strings.Trim(p, "abcdefghijklmnopqrstuvwxyz_") == "" &&
		!strings.HasPrefix(p, "_") && !strings.HasSuffix(p, "_")
}
