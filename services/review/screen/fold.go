package screen

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxText is the longest text that is screened, in bytes. Everything below takes time in proportion to its length.
const MaxText = 4 << 20

var (
	// ErrNotText is the error of a text that is not valid UTF-8: bytes that no reader sees the same way can't be judged.
	ErrNotText = errors.New("screen: not valid UTF-8")
	// ErrTooLong is the error of a text above MaxText.
	ErrTooLong = errors.New("screen: text too long")
)

// Span is a part of the author's own text: bytes [Start, End). It begins and ends between characters as a reader sees
// them, so that marking it never cuts a letter from its accent.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Folded is a text as the matcher sees it: small letters without accents, one kind of digit, one kind of blank, look-alike
// letters told apart, and what cannot be seen left out. Every byte of Text knows which bytes of the source it stands for.
type Folded struct {
	Text []byte

	src      string
	from, to []int32 // per byte of Text: its characters' bytes in the source
	tokens   []token
	tokenAt  []int32 // per byte of Text, and one more: the first token that ends behind it
}

// token is a word, or one Han character; start and end are bytes of the folded text.
type token struct{ start, end int32 }

// Fold folds a text. Errors: ErrNotText, ErrTooLong.
func Fold(s string) (*Folded, error) {
	if len(s) > MaxText {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(s), MaxText)
	}
	if !utf8.ValidString(s) {
		return nil, ErrNotText
	}
	f := &Folded{src: s, Text: make([]byte, 0, len(s)+16), from: make([]int32, 0, len(s)+16), to: make([]int32, 0, len(s)+16)}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			f.ascii(c, i, s)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		f.rune(r, i, i+n, s)
		i += n
	}
	f.tokenise()
	return f, nil
}

// Key is how a phrase, word or name looks once folded: two keys are equal when readers would call the words the same.
func Key(s string) string {
	f, err := Fold(s)
	if err != nil {
		return ""
	}
	return string(trimBlanks(f.Text))
}

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

func (f *Folded) ascii(c byte, i int, s string) {
	switch {
	case 'A' <= c && c <= 'Z':
		c += 'a' - 'A'
	case c <= ' ' || c == 0x7f:
		f.blank(i, i+1)
		return
	case c == '\'' || c == '`' || c == '-':
		f.joint(c, i, i+1, s)
		return
	}
	f.emit(c, i, i+1)
}

// joint is a hyphen or an apostrophe: a blank between words, itself between digits, where it belongs to a date or a number.
func (f *Folded) joint(c byte, from, to int, s string) {
	next, _ := utf8.DecodeRuneInString(s[to:])
	if n := len(f.Text); n > 0 && isDigit(f.Text[n-1]) && unicode.IsDigit(next) {
		f.emit(c, from, to)
		return
	}
	f.blank(from, to)
}

func (f *Folded) blank(from, to int) {
	if n := len(f.Text); n > 0 && f.Text[n-1] == ' ' {
		f.to[n-1] = int32(to)
		return
	}
	f.emit(' ', from, to)
}

func (f *Folded) emit(c byte, from, to int) {
	f.Text = append(f.Text, c)
	f.from, f.to = append(f.from, int32(from)), append(f.to, int32(to))
}

func (f *Folded) emitRune(r rune, from, to int) {
	start := len(f.Text)
	f.Text = utf8.AppendRune(f.Text, r)
	for range len(f.Text) - start {
		f.from, f.to = append(f.from, int32(from)), append(f.to, int32(to))
	}
}

// absorb lets the last character reach to a byte of the source: an accent, a soft hyphen or a joiner that left no trace.
func (f *Folded) absorb(to int) {
	n := len(f.Text)
	if n == 0 || f.Text[n-1] == ' ' {
		return
	}
	for from := f.from[n-1]; n > 0 && f.from[n-1] == from; n-- {
		f.to[n-1] = int32(to)
	}
}

func (f *Folded) rune(r rune, from, to int, s string) {
	switch {
	case isHan(r):
		f.han(r, from, to)
	case invisible(r):
		f.absorb(to)
	case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
		f.blank(from, to)
	case isJoint(r):
		f.joint('-', from, to, s)
	case unicode.Is(unicode.Nd, r):
		f.emit('0'+digitValue(r), from, to)
	default:
		f.letter(r, from, to)
	}
}

// han writes a Han character. Blanks between two of them, line breaks among them, part no words: they go.
func (f *Folded) han(r rune, from, to int) {
	if simple, ok := simplified[r]; ok {
		r = simple
	}
	if n := len(f.Text); n > 1 && f.Text[n-1] == ' ' {
		if before, _ := utf8.DecodeLastRune(f.Text[:n-1]); isHan(before) {
			f.Text, f.from, f.to = f.Text[:n-1], f.from[:n-1], f.to[:n-1]
		}
	}
	f.emitRune(r, from, to)
}

func (f *Folded) letter(r rune, from, to int) {
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	d := norm.NFKD.Properties(buf[:n]).Decomposition()
	if d == nil {
		f.plain(r, from, to)
		return
	}
	for len(d) > 0 {
		part, n := utf8.DecodeRune(d)
		d = d[n:]
		switch {
		case unicode.In(part, unicode.Mn, unicode.Me):
		case part == ' ':
			f.blank(from, to)
		default:
			f.plain(part, from, to)
		}
	}
}

func (f *Folded) plain(r rune, from, to int) {
	r = unicode.ToLower(r)
	if twin, ok := lookalikes[r]; ok {
		for _, t := range twin {
			f.single(t, from, to)
		}
		return
	}
	if 0x1F150 <= r && r <= 0x1F189 { // white on black: 🅛🅐🅨 is read as letters
		r = 'a' + (r-0x1F150)%32%26
	}
	f.single(r, from, to)
}

// single writes one folded character. What wide and compatible forms decompose into is treated as if it had been written.
func (f *Folded) single(r rune, from, to int) {
	switch {
	case r <= ' ' || r == 0x7f || isJoint(r) || unicode.IsSpace(r):
		f.blank(from, to)
	case invisible(r):
		f.absorb(to)
	case isHan(r):
		f.han(r, from, to)
	case r >= utf8.RuneSelf && unicode.Is(unicode.Nd, r):
		f.emit('0'+digitValue(r), from, to)
	default:
		f.emitRune(r, from, to)
	}
}

func isJoint(r rune) bool {
	switch r {
	case '\'', '`', '-', '’', '‘', '‐', '‑', '–', '−', 'ʼ':
		return true
	}
	return false
}

// invisible are marks on other characters, tatweel, soft hyphens, joiners and directions.
func invisible(r rune) bool {
	return r == 0x640 || r == 0xAD || r >= utf8.RuneSelf && unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf)
}

// tokenise finds the words.
func (f *Folded) tokenise() {
	f.tokens = make([]token, 0, len(f.Text)/5+1)
	f.tokenAt = make([]int32, len(f.Text)+1)
	open := false
	for i := 0; i < len(f.Text); {
		c, n := f.Text[i], 1
		word, single := isDigit(c) || 'a' <= c && c <= 'z', false
		if c >= utf8.RuneSelf {
			var r rune
			r, n = utf8.DecodeRune(f.Text[i:])
			single = isHan(r)
			word = single || unicode.IsLetter(r)
		}
		switch {
		case word && open && !single:
			f.tokens[len(f.tokens)-1].end = int32(i + n)
		case word:
			f.tokens = append(f.tokens, token{int32(i), int32(i + n)})
		}
		open = word && !single
		at := len(f.tokens)
		if word {
			at--
		}
		for j := range n {
			f.tokenAt[i+j] = int32(at)
		}
		i += n
	}
	f.tokenAt[len(f.Text)] = int32(len(f.tokens))
}

// Source is the part of the source that bytes [start, end) of the folded text stand for.
func (f *Folded) Source(start, end int) Span {
	if start >= end {
		return Span{}
	}
	return Span{int(f.from[start]), int(f.to[end-1])}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHan(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF || 0x3400 <= r && r <= 0x4DBF || 0x20000 <= r && r <= 0x3FFFF
}

func digitValue(r rune) byte {
	for _, zero := range zeros {
		if zero <= r && r <= zero+9 {
			return byte(r - zero)
		}
	}
	if d := norm.NFKC.String(string(r)); len(d) == 1 && isDigit(d[0]) {
		return d[0] - '0'
	}
	return 0
}
