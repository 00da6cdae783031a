package vtt

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a transcript. Ten hours of speech have about 90,000 words.
const (
	MaxBytes = 1 << 20
	MaxCues  = 20_000
	// MaxTime is the latest end of a cue.
	MaxTime = 24 * time.Hour
)

// Cue is what is said, or can be heard, from one time of the recording until another.
type Cue struct {
	From  time.Duration // in whole milliseconds
	Until time.Duration // after From
	Text  string        // NFC, lines ended by LF but the last; a speaker stands before it as "Ana: "
}

// Fault is what keeps a text from being a transcript.
type Fault struct {
	Line   int    // from 1; 0 for the whole
	Code   string // "time_order"
	Reason string // for a person
}

// Error says where and what.
func (f *Fault) Error() string { return "vtt: " + f.Where() }

// Where is the fault as a person reads it, with its line.
func (f *Fault) Where() string {
	if f.Line == 0 {
		return f.Reason
	}
	return fmt.Sprintf("line %d %s", f.Line, f.Reason)
}

// Parse reads a transcript. The error is a *Fault, the first one. Cues are in the order of their beginnings, as the format
// asks; two may overlap when two people speak at once.
func Parse(text string) ([]Cue, error) {
	switch {
	case len(text) > MaxBytes:
		return nil, &Fault{0, "too_large", fmt.Sprintf("has more than %d bytes", MaxBytes)}
	case !utf8.ValidString(text):
		return nil, notText(text)
	}
	p := &parser{lines: lines(text)}
	if err := p.head(); err != nil {
		return nil, err
	}
	for p.skipBlank(); !p.end(); p.skipBlank() {
		if err := p.block(); err != nil {
			return nil, err
		}
	}
	if len(p.cues) == 0 {
		return nil, &Fault{0, "no_cues", "says nothing: it has no cues"}
	}
	return p.cues, nil
}

// Format writes cues in one form: the same cues are the same bytes, and Parse reads them back.
func Format(cues []Cue) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		fmt.Fprintf(&b, "\n%s --> %s\n%s\n", Clock(c.From), Clock(c.Until), escape(c.Text))
	}
	return b.String()
}

// Spoken is the words of a transcript alone, a line for each cue's line.
func Spoken(cues []Cue) string {
	var b strings.Builder
	for _, c := range cues {
		b.WriteString(c.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Clock writes a time as transcripts do: 01:02:03.004.
func Clock(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// lines splits at CR LF, LF or CR, and drops a byte order mark (section 4.1).
func lines(text string) []string {
	text = strings.TrimPrefix(text, "\ufeff")
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
}

// notText is the fault of the first line that is not UTF-8.
func notText(text string) *Fault {
	line := 1 + slices.IndexFunc(lines(text), func(l string) bool { return !utf8.ValidString(l) })
	return &Fault{line, "not_text", "is not valid UTF-8"}
}

type parser struct {
	lines []string
	at    int // the next line, from 0
	cues  []Cue
}

func (p *parser) end() bool { return p.at >= len(p.lines) }

func (p *parser) skipBlank() {
	for !p.end() && p.lines[p.at] == "" {
		p.at++
	}
}

// fault is what is wrong with a line.
func fault(line int, code, format string, args ...any) error {
	return &Fault{line, code, fmt.Sprintf(format, args...)}
}

// head reads the line that every file begins with, and what stands below it until a blank line.
func (p *parser) head() error {
	first := p.lines[0]
	if rest, ok := strings.CutPrefix(first, "WEBVTT"); !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return fault(1, "head", "must begin with WEBVTT")
	}
	p.at = 1
	if !p.end() && p.lines[p.at] != "" {
		return fault(2, "head", "must be blank: nothing but the first line stands before the first cue")
	}
	return nil
}

// block reads a note or a cue.
func (p *parser) block() error {
	first, line := p.lines[p.at], p.at+1
	switch {
	case first == "NOTE" || strings.HasPrefix(first, "NOTE ") || strings.HasPrefix(first, "NOTE\t"):
		for ; !p.end() && p.lines[p.at] != ""; p.at++ {
			if strings.Contains(p.lines[p.at], "-->") {
				return fault(p.at+1, "note", "holds an arrow, which no note may; put a blank line before the cue")
			}
		}
		return nil
	case strings.TrimRight(first, " \t") == "STYLE", strings.TrimRight(first, " \t") == "REGION":
		return fault(line, "style", "begins a style or a region, which can hide words; take it out")
	}
	if !strings.Contains(first, "-->") { // an identifier
		if p.at++; p.end() || !strings.Contains(p.lines[p.at], "-->") {
			return fault(line, "times", "must be the times of a cue, such as 00:01.000 --> 00:02.500")
		}
	}
	return p.cue()
}

// cue reads times and text.
func (p *parser) cue() error {
	line := p.at + 1
	c, err := times(p.lines[p.at], line)
	if err != nil {
		return err
	}
	if n := len(p.cues); n > 0 && c.From < p.cues[n-1].From {
		return fault(line, "time_order", "begins at %s, before the cue above it (%s)", Clock(c.From), Clock(p.cues[n-1].From))
	}
	if len(p.cues) == MaxCues {
		return fault(line, "too_many", "begins cue %d; there may be %d", MaxCues+1, MaxCues)
	}
	var said []string
	for p.at++; !p.end() && p.lines[p.at] != ""; p.at++ {
		text, err := plain(p.lines[p.at], p.at+1)
		if err != nil {
			return err
		}
		if text != "" {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		return fault(line, "empty", "begins a cue without words")
	}
	c.Text = strings.Join(said, "\n")
	p.cues = append(p.cues, c)
	return nil
}

// times reads "from --> until", and settings of where the cue stands, which are dropped.
func times(text string, line int) (Cue, error) {
	from, rest, _ := strings.Cut(text, "-->")
	if strings.Contains(rest, "-->") {
		return Cue{}, fault(line, "times", "holds two arrows")
	}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return Cue{}, fault(line, "times", "has no end of the cue")
	}
	var c Cue
	var ok bool
	if c.From, ok = clock(strings.TrimSpace(from)); !ok {
		return Cue{}, fault(line, "times", "has %q where the cue begins; write it as 00:01.000 or 01:00:01.000", shortened(strings.TrimSpace(from)))
	}
	if c.Until, ok = clock(fields[0]); !ok {
		return Cue{}, fault(line, "times", "has %q where the cue ends; write it as 00:01.000 or 01:00:01.000", shortened(fields[0]))
	}
	for _, s := range fields[1:] {
		if name, value, ok := strings.Cut(s, ":"); !ok || !settings[name] || value == "" {
			return Cue{}, fault(line, "setting", "has the unknown setting %q", shortened(s))
		}
	}
	switch {
	case c.Until <= c.From:
		return Cue{}, fault(line, "time_order", "ends at %s, not after it begins (%s)", Clock(c.Until), Clock(c.From))
	case c.Until > MaxTime:
		return Cue{}, fault(line, "too_late", "ends at %s; no recording may be longer than a day", Clock(c.Until))
	}
	return c, nil
}

// settings of a cue that say where it stands (section 4.4). Regions are refused, so no cue can name one.
var settings = map[string]bool{"vertical": true, "line": true, "position": true, "size": true, "align": true}

// shortened keeps what a fault quotes short.
func shortened(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}

// clock reads mm:ss.ttt or hh:mm:ss.ttt, with two digits or more for hours.
func clock(s string) (time.Duration, bool) {
	rest, ms, ok := strings.Cut(s, ".")
	parts := strings.Split(rest, ":")
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	hours := 0
	if len(parts) == 3 {
		if len(parts[0]) < 2 || len(parts[0]) > 4 {
			return 0, false
		}
		if hours, ok = digits(parts[0], len(parts[0])); !ok {
			return 0, false
		}
		parts = parts[1:]
	}
	m, ok1 := digits(parts[0], 2)
	sec, ok2 := digits(parts[1], 2)
	milli, ok3 := digits(ms, 3)
	if !ok1 || !ok2 || !ok3 || m > 59 || sec > 59 {
		return 0, false
	}
	return time.Duration(hours)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second + time.Duration(milli)*time.Millisecond, true
}

// digits reads exactly n ASCII digits.
func digits(s string, n int) (int, bool) {
	if len(s) != n {
		return 0, false
	}
	v := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}

// nfc is the composed form, in which words are compared.
func nfc(s string) string { return norm.NFC.String(s) }
