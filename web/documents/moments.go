package documents

import (
	"fmt"

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
