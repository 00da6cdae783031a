// Package canon owns the two canonical forms that every content digest stands
// on: text (NFC, LF, no trailing blanks) and JSON (RFC 8785). Two parties that
// hold the same words must compute the same bytes, whatever editor, system or
// programming language the words went through. docs/digest.md has the vectors.
package canon

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrNumber is returned by JSON for a number that is not an integer of at most
// 2^53-1 in magnitude. Our digests carry no others, and refusing them spares
// every verifier the floating-point half of RFC 8785.
var ErrNumber = errors.New("canon: only integers up to 2^53-1 have a canonical form here")

const maxSafe = 1<<53 - 1

// Text returns s in NFC with LF line ends, without blanks (space, tab) at the
// end of any line and without blank lines at its start or end. A text that is
// not empty ends in exactly one LF. Text is idempotent.
func Text(s string) string {
	s = Lines(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	s = strings.Trim(strings.Join(lines, "\n"), "\n")
	if s == "" {
		return ""
	}
	return s + "\n"
}

// Lines returns s in NFC with LF line ends and without a byte order mark. It
// keeps trailing blanks: two of them are a line break in Markdown.
func Lines(s string) string { return norm.NFC.String(LineEnds(s)) }

// LineEnds returns s with LF line ends and without a byte order mark, and
// leaves its characters alone: for text in a notation that is read before it is
// normalised. NFC would join a mark to the last letter of an escape.
func LineEnds(s string) string {
	s = strings.TrimPrefix(s, "\ufeff")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.ReplaceAll(s, "\r", "\n")
}

// Sum is the digest of bytes as our manifests write it: "sha256:" and 64
// lower-case hexadecimal digits.
func Sum(b []byte) string {
	h := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(h[:])
}

// Digest is Sum over JSON(v).
func Digest(v any) (string, error) {
	b, err := JSON(v)
	if err != nil {
		return "", err
	}
	return Sum(b), nil
}

// JSON renders v by RFC 8785: no space, members sorted by the UTF-16 code units
// of their names, shortest string escapes. v goes through encoding/json first,
// so struct tags apply. It returns ErrNumber for numbers outside its range.
func JSON(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	return appendValue(nil, tree)
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendString(b, v), nil
	case json.Number:
		n, err := v.Int64()
		if err != nil || n > maxSafe || n < -maxSafe {
			return nil, fmt.Errorf("%w: %s", ErrNumber, v)
		}
		return strconv.AppendInt(b, n, 10), nil
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendValue(b, e); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case map[string]any:
		return appendObject(b, v)
	default:
		return nil, fmt.Errorf("canon: unexpected %T", v)
	}
}

func appendObject(b []byte, m map[string]any) ([]byte, error) {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, z string) int {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(z)))
	})
	b = append(b, '{')
	for i, k := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		var err error
		if b, err = appendValue(b, m[k]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// appendString escapes as ECMAScript's JSON.stringify does, which is what
// RFC 8785 §3.2.2.2 asks: the two-letter escapes, \u00xx for other controls,
// and everything else as itself (encoding/json would escape <, >, & too).
func appendString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			if r < 0x20 {
				b = append(b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
				continue
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
