package vtt

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestATranscriptIsRead(t *testing.T) {
	t.Parallel()
	cues, err := Parse("\ufeffWEBVTT our clip\r\n\r\nNOTE for editors\r\nof two lines\r\n\r\n1\r\n00:00.000 --> 00:02.500 align:start line:0\r\n<v Ana>Three  <i.loud>tips</i>.\r\n" +
		"\r\n00:01.000 --> 01:00:03.004\r\nCafe\u0301 &amp; tea<00:02.000> &lt;3\r\nsecond line\r\n\r\n\r\n\r\n")
	want := []Cue{
		{0, 2500 * time.Millisecond, "Ana: Three tips."},
		{time.Second, time.Hour + 3*time.Second + 4*time.Millisecond, "Café & tea <3\nsecond line"},
	}
	if err != nil || !reflect.DeepEqual(cues, want) {
		t.Fatalf("%+v, %v", cues, err)
	}
	const form = "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nAna: Three tips.\n\n00:00:01.000 --> 01:00:03.004\nCafé &amp; tea &lt;3\nsecond line\n"
	if got := Format(cues); got != form {
		t.Errorf("%q", got)
	}
	if got := Spoken(cues); got != "Ana: Three tips.\nCafé & tea <3\nsecond line\n" {
		t.Errorf("%q", got)
	}
}

// Each fault has the line where it is, and a code.
func TestWhatIsNoTranscript(t *testing.T) {
	t.Parallel()
	const head = "WEBVTT\n\n"
	many := strings.Builder{}
	many.WriteString(head)
	for i := range MaxCues + 1 {
		fmt.Fprintf(&many, "%s --> %s\nx\n\n", Clock(time.Duration(i)*time.Second), Clock(time.Duration(i+1)*time.Second))
	}
	for name, c := range map[string]struct {
		text string
		line int
		code string
	}{
		"nothing":                    {"", 1, "head"},
		"another format":             {"1\n00:00:01,000 --> 00:00:02,000\nHello\n", 1, "head"},
		"WEBVTTX":                    {"WEBVTTX\n\n00:00.000 --> 00:01.000\nx", 1, "head"},
		"words below the head":       {"WEBVTT\nKind: captions\n\n00:00.000 --> 00:01.000\nx", 2, "head"},
		"no cues":                    {head + "NOTE nothing\n", 0, "no_cues"},
		"ends before it starts":      {head + "00:02.000 --> 00:01.000\nx", 3, "time_order"},
		"ends as it starts":          {head + "00:02.000 --> 00:02.000\nx", 3, "time_order"},
		"out of order":               {head + "00:02.000 --> 00:03.000\nx\n\n00:01.999 --> 00:04.000\ny", 6, "time_order"},
		"a comma in a time":          {head + "00:02,000 --> 00:03,000\nx", 3, "times"},
		"no hours of one digit":      {head + "1:00:02.000 --> 1:00:03.000\nx", 3, "times"},
		"sixty seconds":              {head + "00:60.000 --> 01:01.000\nx", 3, "times"},
		"sixty minutes":              {head + "60:00.000 --> 61:00.000\nx", 3, "times"},
		"a sign":                     {head + "00:-1.000 --> 00:01.000\nx", 3, "times"},
		"digits of another script":   {head + "00:0١.000 --> 00:02.000\nx", 3, "times"},
		"no end":                     {head + "00:01.000 -->\nx", 3, "times"},
		"no begin":                   {head + "--> 00:01.000\nx", 3, "times"},
		"two arrows":                 {head + "00:01.000 --> 00:02.000 --> 00:03.000\nx", 3, "times"},
		"longer than a day":          {head + "00:01.000 --> 24:00:00.001\nx", 3, "too_late"},
		"hours beyond all":           {head + "00:01.000 --> 99999:00:00.000\nx", 3, "times"},
		"an identifier alone":        {head + "intro\n", 3, "times"},
		"an identifier and words":    {head + "intro\nhello\n", 3, "times"},
		"no words":                   {head + "00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\nx", 3, "empty"},
		"only tags":                  {head + "00:01.000 --> 00:02.000\n<i></i>\n", 3, "empty"},
		"no blank line":              {head + "00:01.000 --> 00:02.000\nx\n00:02.000 --> 00:03.000\ny", 5, "times"},
		"a style":                    {head + "STYLE\n::cue { color: transparent }\n\n00:01.000 --> 00:02.000\nx", 3, "style"},
		"a region":                   {head + "REGION\nid:a\n\n00:01.000 --> 00:02.000\nx", 3, "style"},
		"an unknown setting":         {head + "00:01.000 --> 00:02.000 region:a\nx", 3, "setting"},
		"an unknown tag":             {head + "00:01.000 --> 00:02.000\nx\n<script>y</script>", 5, "tag"},
		"a tag without its end":      {head + "00:01.000 --> 00:02.000\n5 < 6", 4, "tag"},
		"nobody speaks":              {head + "00:01.000 --> 00:02.000\n<v>x", 4, "tag"},
		"a note with an arrow":       {head + "NOTE x\n00:01.000 --> 00:02.000\nx", 4, "note"},
		"a zero":                     {head + "00:01.000 --> 00:02.000\nx\x00", 4, "zero"},
		"Latin-1":                    {head + "00:01.000 --> 00:02.000\nCaf\xe9", 4, "not_text"},
		"more than a megabyte":       {head + "00:01.000 --> 00:02.000\n" + strings.Repeat("x", MaxBytes), 0, "too_large"},
		"more cues than anybody has": {many.String(), 3 + 3*MaxCues, "too_many"},
	} {
		cues, err := Parse(c.text)
		var f *Fault
		if !errors.As(err, &f) || f.Line != c.line || f.Code != c.code || cues != nil {
			t.Errorf("%s: %v, want %s in line %d", name, err, c.code, c.line)
		}
	}
}

func TestTheLastMoment(t *testing.T) {
	t.Parallel()
	cues, err := Parse("WEBVTT\n\n23:59:59.999 --> 24:00:00.000\nx")
	if err != nil || cues[0].Until != MaxTime {
		t.Errorf("%v, %v", cues, err)
	}
}

// What Parse takes, Format writes so that it is read as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"WEBVTT\n\n00:00.000 --> 00:01.000\nHello", "WEBVTT x\r\n\r\nNOTE a\r\n\r\nid\r\n00:00.000 --> 00:01.000 align:end\r\n<v.loud Ana>Hi</v> &amp;lt; --&gt;\r\n",
		"WEBVTT\n\n00:01.000 --> 00:00.000\nx", "WEBVTT\n\n00:00.000 --> 00:01.000\n&#0;&#13;\u0085x\u2028y", "\ufeffWEBVTT\n", "WEBVTT\n\nSTYLE\n",
		"WEBVTT\n\n00:00.000 --> 00:01.000\n<00:00.500>a<c.x>b</c>", "WEBVTT\n\n00:00.000 --> 00:01.000\nNOTE x\n1", "WEBVTT\n\n00:00.000 --> 00:01.000\n \u0301", "\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cues, err := Parse(text)
		if err != nil {
			if f := (*Fault)(nil); !errors.As(err, &f) || f.Reason == "" || f.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := Parse(Format(cues))
		if len(Format(cues)) <= MaxBytes && (err != nil || !reflect.DeepEqual(again, cues)) {
			t.Fatalf("%q\n%+v\n%+v, %v", text, cues, again, err)
		}
	})
}
