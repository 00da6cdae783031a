package learn

import (
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
	"github.com/workfluence/workfluence/web/ui"
)

// progressWord says how far a reader is.
func progressWord(l locale.L, done, lessons int) string {
	if done == 0 {
		return l.N("learn.lessons", lessons)
	}
	return l.N("learn.done_of", lessons, "Done", l.Number(int64(done)))
}

func finished(c storefrontapi.Course) bool { return c.Lessons > 0 && c.Done >= c.Lessons }

// nextTitle is the title of the lesson to go on with, "" when all are done.
func nextTitle(c storefrontapi.Course) string {
	for _, s := range c.Sections {
		for _, l := range s.Lessons {
			if l.ID == c.NextLessonID {
				return l.Title
			}
		}
	}
	return ""
}

// shutWord names why a course doesn't open.
func shutWord(c storefrontapi.Course) string {
	if c.Access == storefrontapi.AccessPaused {
		return "paused"
	}
	return "closed"
}

func files(attachments []storefrontapi.Attachment) []ui.File {
	out := make([]ui.File, len(attachments))
	for i, a := range attachments {
		out[i] = ui.File{Name: a.Name, URL: a.URL, Size: a.Size}
	}
	return out
}
