package content

import (
	"fmt"
	"time"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// maxMedia is how many pictures and recordings may be uploaded for one document.
const maxMedia = 100

// Medium is a picture or a recording that was uploaded for a document. What it is was told by its bytes.
type Medium struct {
	DocumentID string
	Digest     string
	Ext        string // ".png"
	Size       int64  // bytes
	AddedBy    string
	AddedAt    time.Time
}

// name is what a browser saves it as.
func (m Medium) name() string { return "media-" + m.Digest[len("sha256:"):][:12] + m.Ext }

// Wire is the medium with its address, for who may read the document.
func (m Medium) Wire(address string) contentapi.Medium {
	return contentapi.Medium{
		Digest: m.Digest, Type: files.Type(m.Ext), Size: m.Size, URL: address, By: m.AddedBy, Added: m.AddedAt,
	}
}

// newShown reads what a version shows. Alternative text is as any other text of a version: NFC, LF.
func newShown(in []contentapi.Shows, fault *problem.Error) ([]contentapi.Shows, *problem.Error) {
	out, seen := make([]contentapi.Shows, len(in)), map[string]bool{}
	for i, m := range in {
		at := fmt.Sprintf("/media/%d", i)
		if seen[m.Digest] {
			fault = fault.WithField(at, "repeated", "is in the list already")
		}
		seen[m.Digest] = true
		out[i] = contentapi.Shows{Digest: m.Digest, Alt: oneLine(m.Alt)}
		out[i].Transcript, fault = newTranscript(fault, at+"/transcript", m.Transcript)
		fault = noZero(fault, at+"/alt", out[i].Alt)
	}
	return out, fault
}

// unknown is a field for each medium of a version that was not uploaded for its document, and for each transcript of a
// picture; nil without one.
func unknown(shown []contentapi.Shows, uploaded map[string]Medium) error {
	fault := problem.ErrInvalid
	for i, m := range shown {
		upload, ok := uploaded[m.Digest]
		switch {
		case !ok:
			fault = fault.WithField(fmt.Sprintf("/media/%d/digest", i), "unknown", "was not uploaded for this document")
		case m.Transcript != "" && !files.Recording(upload.Ext):
			fault = fault.WithField(fmt.Sprintf("/media/%d/transcript", i), "not_allowed", "a picture has no transcript")
		}
	}
	if len(fault.Fields) > 0 {
		return fault
	}
	return nil
}

// warnings say what a version lacks without which it can be published all the same.
func (w Words) warnings() []contentapi.Warning {
	out := []contentapi.Warning{}
	for i, m := range w.Media {
		if canon.Text(m.Alt) == "" {
			out = append(out, contentapi.Warning{Pointer: fmt.Sprintf("/media/%d/alt", i), Code: contentapi.WarnAltMissing})
		}
	}
	return out
}
