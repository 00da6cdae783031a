package documents

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/vtt"
)

// cues are what a transcript says; none for what is none.
func cues(transcript string) []vtt.Cue {
	all, err := vtt.Parse(transcript)
	if err != nil {
		return nil
	}
	return all
}

// clockOf writes a moment of a recording in milliseconds as players do: 0:42, 1:02:03.
func clockOf(ms int64) string {
	s := ms / 1000
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// moment reads a time of a recording as a person writes it, 42, 0:42 or 1:02:03.5, in milliseconds. False for what is none.
func moment(typed string) (int, bool) {
	parts := strings.Split(strings.TrimSpace(typed), ":")
	if len(parts) > 3 {
		return 0, false
	}
	var ms int64
	for i, p := range parts {
		whole, tenths, fraction := strings.Cut(strings.Replace(p, ",", ".", 1), ".")
		n, err := strconv.ParseUint(whole, 10, 32)
		if err != nil || fraction && i < len(parts)-1 || i > 0 && n > 59 {
			return 0, false
		}
		ms = ms*60 + int64(n)*1000
		if fraction {
			t, err := strconv.ParseUint((tenths + "000")[:3], 10, 32)
			if err != nil {
				return 0, false
			}
			ms += int64(t)
		}
	}
	const day = 24 * 3600 * 1000
	return int(min(ms, day)), ms <= day
}
