package content

import (
	"slices"
	"strings"
	"time"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/vtt"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// shows is what a version shows of a digest.
func (w Words) shows(digest string) (contentapi.Shows, bool) {
	i := slices.IndexFunc(w.Media, func(m contentapi.Shows) bool { return m.Digest == digest })
	if i < 0 {
		return contentapi.Shows{}, false
	}
	return w.Media[i], true
}

// momentFault is what keeps a passage from being a moment of what a version shows: a picture has no times.
func momentFault(about Words, p contentapi.Passage, uploaded map[string]Medium) error {
	at := func(field, code, reason string) error {
		return problem.ErrInvalid.WithField("/passage/"+field, code, reason)
	}
	_, shown := about.shows(p.Medium)
	switch {
	case !shown:
		return at("medium", "unknown", "is not shown by this version")
	case p.Until < p.From:
		return at("until", "passage", "must not be before from")
	case p.Until > 0 && !files.Recording(uploaded[p.Medium].Ext):
		return at("until", "passage", "must be 0: a picture has no times")
	}
	return nil
}

// heard is what the transcript of a moment says: every cue that it touches.
func heard(w Words, p contentapi.Passage) string {
	m, _ := w.shows(p.Medium)
	cues, err := vtt.Parse(m.Transcript)
	if err != nil { // none
		return ""
	}
	from, until := time.Duration(p.From)*time.Millisecond, time.Duration(p.Until)*time.Millisecond
	var out []string
	for _, c := range cues {
		if c.From <= until && from < c.Until {
			out = append(out, c.Text)
		}
	}
	return strings.Join(out, "\n")
}

// newTranscript reads a transcript into its one form. Faults name the line.
func newTranscript(fault *problem.Error, pointer, text string) (string, *problem.Error) {
	if text == "" {
		return "", fault
	}
	cues, err := vtt.Parse(text)
	form := vtt.Format(cues)
	if err == nil && len(form) > vtt.MaxBytes {
		err = &vtt.Fault{Code: "too_large", Reason: "is too large"}
	}
	if f, ok := err.(*vtt.Fault); ok { //nolint:errorlint // Parse gives nothing else
		return "", fault.WithField(pointer, f.Code, f.Where())
	}
	return form, fault
}
