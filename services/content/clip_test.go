package content

import (
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

// film is a recording by its first bytes; what follows is other for each.
func film(rest string) []byte { return []byte("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + rest) }

const (
	transcript = "WEBVTT\n\nNOTE draft\n\n1\n00:00.000 --> 00:02.500 align:start\n<v Ana>Three tips.\n\n00:02.500 --> 00:05.000\nThe first one.\n"
	asKept     = "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nAna: Three tips.\n\n00:00:02.500 --> 00:00:05.000\nThe first one.\n"
)

// clip is a document of ana's that shows a recording with a transcript and a picture.
func (h *house) clip() (d contentapi.Document, recording, picture contentapi.Medium) {
	h.t.Helper()
	d = must[contentapi.Document](h)(h.client.Create(h.as(ana), "", contentapi.NewDocument{Kind: contentapi.KindClip, Draft: contentapi.Draft{Text: "Hook."}}))
	recording, picture = h.upload(d.ID, film("a")), h.upload(d.ID, drawn(h.t, 30))
	return must[contentapi.Document](h)(h.shoot(d, contentapi.Shows{Digest: recording.Digest, Alt: "Ana speaks", Transcript: transcript},
		contentapi.Shows{Digest: picture.Digest, Alt: "A desk"})), recording, picture
}

func (h *house) shoot(d contentapi.Document, media ...contentapi.Shows) (contentapi.Document, error) {
	h.t.Helper()
	return h.client.Save(h.as(ana), "", d.ID, 0, contentapi.Draft{Text: "Hook.", Media: media})
}

func TestAClipHasATranscript(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d, recording, _ := h.clip()
		m := d.Current.Media[0]
		if recording.Type != "video/mp4" || m.Transcript != asKept || len(d.Current.Warnings) != 0 {
			t.Fatalf("%+v, %+v", recording, d.Current)
		}
		shows := func(transcript string) contentapi.Shows {
			return contentapi.Shows{Digest: recording.Digest, Alt: "Ana speaks", Transcript: transcript}
		}
		alone := must[contentapi.Document](h)(h.shoot(d, shows(transcript)))
		// Notes, settings and line ends are not what is signed off; words and times are.
		if same := must[contentapi.Document](h)(h.shoot(d, shows(strings.ReplaceAll(asKept, "\n", "\r\n")))); same.Current.Seq != alone.Current.Seq {
			t.Error("the same transcript made a version")
		}
		for what, text := range map[string]string{
			"a word": strings.Replace(asKept, "first", "last", 1), "a time": strings.Replace(asKept, "05.000", "05.001", 1), "none": "",
		} {
			v := must[contentapi.Document](h)(h.shoot(d, shows(text))).Current
			if v.Digest == alone.Current.Digest {
				t.Errorf("%s changes nothing", what)
			}
			if warned := len(v.Warnings) == 1 && v.Warnings[0] == (contentapi.Warning{Pointer: "/media/0/transcript", Code: contentapi.WarnTranscriptMissing}); warned != (text == "") {
				t.Errorf("%s: %+v", what, v.Warnings)
			}
		}
		if back := must[contentapi.Document](h)(h.client.Restore(h.as(ana), d.ID, 0, d.Current.Seq)); back.Current.Digest != d.Current.Digest {
			t.Error("the first version has another digest now")
		}
	})
}

// Impossible transcripts: the line, and nothing saved.
func TestImpossibleTranscripts(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d, recording, picture := h.clip()
		for name, c := range map[string]struct{ text, code, says string }{
			"ends before it starts": {"WEBVTT\n\n00:02.000 --> 00:01.000\nx", "time_order", "line 3 "},
			"out of order":          {"WEBVTT\n\n00:02.000 --> 00:03.000\nx\n\n00:01.000 --> 00:04.000\nx", "time_order", "line 6 "},
			"no transcript":         {"Hello", "head", "line 1 "},
			"a style":               {"WEBVTT\n\nSTYLE\n::cue{}\n\n00:01.000 --> 00:04.000\nx", "style", "line 3 "},
			"a zero":                {"WEBVTT\n\n00:01.000 --> 00:04.000\nx\x00", "zero", "line 4 "},
		} {
			_, err := h.shoot(d, contentapi.Shows{Digest: recording.Digest, Transcript: c.text})
			p := h.wants(err, problem.ErrInvalid, name)
			if len(p.Fields) != 1 || p.Fields[0].Pointer != "/media/0/transcript" || p.Fields[0].Code != c.code || !strings.HasPrefix(p.Fields[0].Detail, c.says) {
				t.Errorf("%s: %+v", name, p.Fields)
			}
		}
		_, err := h.shoot(d, contentapi.Shows{Digest: recording.Digest, Transcript: asKept + strings.Repeat("x", 1<<20)})
		h.wants(err, problem.ErrInvalid, "more than a megabyte")
		// Signs that take more bytes in the one form than they had.
		_, err = h.shoot(d, contentapi.Shows{Digest: recording.Digest, Transcript: asKept + "\n00:05.000 --> 00:06.000\n" + strings.Repeat("&", 300_000)})
		h.wants(err, problem.ErrInvalid, "too large once it is brought into one form")
		_, err = h.shoot(d, contentapi.Shows{Digest: picture.Digest, Transcript: asKept})
		if p := h.wants(err, problem.ErrInvalid, "of a picture"); p.Fields[0].Pointer != "/media/0/transcript" {
			t.Errorf("%+v", p.Fields)
		}
		if now := must[contentapi.Document](h)(h.client.Document(h.as(ana), d.ID)); now.Version != d.Version {
			t.Error("something was saved")
		}
	})
}

// A comment at a time code says what was heard then, and stays with the recording while it is shown.
func TestCommentsAtTimeCodes(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d, recording, picture := h.clip()
		say := func(p contentapi.Passage) (contentapi.Comment, error) {
			return h.client.Comment(h.as(ana), "", d.ID, contentapi.NewComment{Seq: d.Current.Seq, Passage: &p, Body: "A badge can be seen."})
		}
		at := func(digest string, from, until int) contentapi.Passage {
			return contentapi.Passage{Part: contentapi.PartMedia, Medium: digest, From: from, Until: until}
		}
		for _, q := range []struct {
			from, until int
			quote       string
		}{
			{0, 0, "Ana: Three tips."}, {2499, 2499, "Ana: Three tips."}, {2500, 2500, "The first one."}, {2000, 2500, "Ana: Three tips.\nThe first one."},
			{4999, 86_400_000, "The first one."}, {5000, 6000, ""},
		} {
			c := must[contentapi.Comment](h)(say(at(recording.Digest, q.from, q.until)))
			if c.Quote != q.quote || c.Passage != at(recording.Digest, q.from, q.until) || c.Now == nil || *c.Now != c.Passage {
				t.Errorf("%d to %d: %+v", q.from, q.until, c)
			}
		}
		about := must[contentapi.Comment](h)(say(at(picture.Digest, 0, 0)))
		reply := must[contentapi.Comment](h)(h.client.Comment(h.as(ana), "", d.ID, contentapi.NewComment{ReplyTo: about.ID, Body: "Gone."}))
		if reply.Passage != about.Passage || about.Quote != "" {
			t.Errorf("%+v", reply)
		}
		other := h.upload(d.ID, film("b"))
		words := "x"
		for name, in := range map[string]contentapi.NewComment{
			"shown by no version": {Seq: d.Current.Seq, Body: "x", Passage: &contentapi.Passage{Part: contentapi.PartMedia, Medium: other.Digest}},
			"no medium":           {Seq: d.Current.Seq, Body: "x", Passage: &contentapi.Passage{Part: contentapi.PartMedia}},
			"ends before":         {Seq: d.Current.Seq, Body: "x", Passage: &contentapi.Passage{Part: contentapi.PartMedia, Medium: recording.Digest, From: 2, Until: 1}},
			"times of a picture":  {Seq: d.Current.Seq, Body: "x", Passage: &contentapi.Passage{Part: contentapi.PartMedia, Medium: picture.Digest, Until: 1}},
			"beyond a day":        {Seq: d.Current.Seq, Body: "x", Passage: &contentapi.Passage{Part: contentapi.PartMedia, Medium: recording.Digest, Until: 86_400_001}},
			"a medium of words":   {Seq: d.Current.Seq, Body: "x", Passage: &contentapi.Passage{Part: contentapi.PartText, Medium: recording.Digest}},
			"other words":         {Seq: d.Current.Seq, Replacement: &words, Passage: &contentapi.Passage{Part: contentapi.PartMedia, Medium: recording.Digest}},
		} {
			_, err := h.client.Comment(h.as(ana), "", d.ID, in)
			h.wants(err, problem.ErrInvalid, name)
		}
		// The picture goes: its comments keep what they are about, and say that it is shown no more.
		must[contentapi.Document](h)(h.shoot(d, contentapi.Shows{Digest: recording.Digest}))
		for _, c := range must[contentapi.CommentPage](h)(h.client.Comments(h.as(ana), d.ID, "", "")).Items {
			if gone := c.Passage.Medium == picture.Digest; (c.Now == nil) != gone {
				t.Errorf("%+v", c)
			}
		}
	})
}
