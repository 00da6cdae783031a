// Package digest says what a version of a document is, in one line that anyone can compute again without us: SHA-256 over
// RFC 8785 JSON of its parts. A gate opens for a digest, a receipt names one, and `receipt verify` compares a post with
// it offline; so this package does no IO and never changes what version 1 means. docs/digest.md is its specification.
package digest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/workfluence/workfluence/internal/canon"
	"golang.org/x/text/unicode/norm"
)

// Version is the only form there is.
const Version = 1

// ErrNotText is the error of a part that is not valid UTF-8: it has no NFC, and JSON would quietly replace its bytes.
var ErrNotText = errors.New("digest: not valid UTF-8")

// ErrVersion is the error of parts in a form that this code does not know.
var ErrVersion = errors.New("digest: unknown version of the parts")

// Content is what readers of a version would see, and where. The time of publishing is no part of it.
type Content struct {
	Title   string // of an article or a newsletter
	Text    string
	Caption string // beside a TikTok script

	Media        []Media  // in the order shown
	Links        []string // as resolved when the version was saved, in order of appearance
	Destinations []Destination
	Disclosure   string // the label, "" for none
	Paid         bool   // somebody gave something for it
}

// Media is a picture, clip or file of the version.
type Media struct {
	Digest     string // of its bytes, as canon.Sum writes it
	Alt        string
	Transcript string // of a recording: WebVTT
}

// Destination is one place where the version may appear. Countries are ISO 3166-1 codes; none means no country in
// particular.
type Destination struct {
	Channel   string   `json:"channel"`
	Profile   string   `json:"profile"`
	Countries []string `json:"countries"`
}

// Parts are what the digest is over. They hold no text of the post, so a receipt can carry them.
type Parts struct {
	V             int           `json:"v"`
	TitleSHA256   string        `json:"title_sha256,omitempty"`
	TextSHA256    string        `json:"text_sha256"`
	CaptionSHA256 string        `json:"caption_sha256,omitempty"`
	Media         []MediaPart   `json:"media"`
	Links         []string      `json:"links"`
	Destinations  []Destination `json:"destinations"`
	Disclosure    string        `json:"disclosure"`
	Paid          bool          `json:"paid"`
}

// MediaPart is a file by its bytes and by the words that stand for it.
type MediaPart struct {
	Digest           string `json:"digest"`
	AltSHA256        string `json:"alt_sha256"`
	TranscriptSHA256 string `json:"transcript_sha256,omitempty"`
}

// Of takes a version apart. Forms that look the same to a reader (line ends, blanks at the end of a line, composed or
// decomposed letters, the order in which destinations are listed) give equal parts. Error: ErrNotText.
func Of(c Content) (Parts, error) {
	p := Parts{
		V: Version, TextSHA256: text(c.Text), TitleSHA256: optional(c.Title), CaptionSHA256: optional(c.Caption),
		Media: []MediaPart{}, Links: []string{}, Destinations: []Destination{}, Disclosure: line(c.Disclosure), Paid: c.Paid,
	}
	valid := []string{c.Title, c.Text, c.Caption, c.Disclosure}
	for _, m := range c.Media {
		p.Media = append(p.Media, MediaPart{Digest: m.Digest, AltSHA256: text(m.Alt), TranscriptSHA256: optional(m.Transcript)})
		valid = append(valid, m.Digest, m.Alt, m.Transcript)
	}
	p.Links = append(p.Links, c.Links...)
	valid = append(valid, c.Links...)
	for _, d := range c.Destinations {
		p.Destinations = append(p.Destinations, d.sorted())
		valid = append(append(valid, d.Channel, d.Profile), d.Countries...)
	}
	slices.SortFunc(p.Destinations, Destination.compare)
	p.Destinations = slices.CompactFunc(p.Destinations, func(a, b Destination) bool { return a.compare(b) == 0 })
	if slices.ContainsFunc(valid, func(s string) bool { return !utf8.ValidString(s) }) {
		return Parts{}, ErrNotText
	}
	return p, nil
}

// JSON is the text that is hashed. Error: ErrVersion.
func (p Parts) JSON() ([]byte, error) {
	if p.V != Version {
		return nil, fmt.Errorf("%w: %d", ErrVersion, p.V)
	}
	return canon.JSON(p)
}

// Sum is the digest: "sha256:" and 64 lower-case hexadecimal digits. Error: ErrVersion.
func (p Parts) Sum() (string, error) {
	b, err := p.JSON()
	if err != nil {
		return "", err
	}
	return canon.Sum(b), nil
}

// Sum is the digest of a version. Error: ErrNotText.
func Sum(c Content) (string, error) {
	p, err := Of(c)
	if err != nil {
		return "", err
	}
	return p.Sum()
}

// text is the digest of a text's canonical form.
func text(s string) string { return canon.Sum([]byte(canon.Text(s))) }

// optional leaves the digest of an empty text away.
func optional(s string) string {
	if canon.Text(s) == "" {
		return ""
	}
	return text(s)
}

// line is a label: NFC, without blanks around it.
func line(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

func (d Destination) sorted() Destination {
	countries := append([]string{}, d.Countries...)
	slices.Sort(countries)
	return Destination{Channel: d.Channel, Profile: d.Profile, Countries: slices.Compact(countries)}
}

func (d Destination) compare(e Destination) int {
	if c := strings.Compare(d.Channel, e.Channel); c != 0 {
		return c
	}
	if c := strings.Compare(d.Profile, e.Profile); c != 0 {
		return c
	}
	return slices.Compare(d.Countries, e.Countries)
}
