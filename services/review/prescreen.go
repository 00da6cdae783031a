package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/golang-lru/v2"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/review/screen"
)

// screeners keeps what texts of policies were made into. A text of an author's is compiled in some tenths of a second, and read
// again each time they look at their page.
type screeners struct {
	supplied *lru.Cache[string, *screen.Screener] // by the digest of the text; nil for one that names nothing
	own      *lru.Cache[string, *screen.Screener] // of organisations, by the digests of policy and facts
	policies *lru.Cache[string, *screen.Policy]   // whole versions, by organisation and number
}

// keptScreeners bounds them: each takes a few megabytes.
const keptScreeners = 12

func newScreeners() *screeners {
	return &screeners{cache[*screen.Screener](), cache[*screen.Screener](), cache[*screen.Policy]()}
}

func cache[T any]() *lru.Cache[string, T] {
	c, err := lru.New[string, T](keptScreeners)
	if err != nil {
		panic(err) // the size is a constant
	}
	return c
}

// of is the screener of a text that an author supplied, nil for one in which no rule could be read. Nobody at the employer has said
// that it is theirs, so that each rule proposed for it is taken.
func (c *screeners) of(text string) (*screen.Screener, error) {
	key := canon.Sum([]byte(text))
	if s, ok := c.supplied.Get(key); ok {
		return s, nil
	}
	lang, err := screen.LanguageOf(text)
	if err != nil {
		return nil, err
	}
	proposals, err := screen.Propose(text, lang)
	if err != nil {
		return nil, err
	}
	var s *screen.Screener
	if len(proposals) > 0 {
		if s, err = screen.Compile(screen.Accept(text, lang, proposals), screen.Facts{}); err != nil {
			return nil, err
		}
	}
	c.supplied.Add(key, s)
	return s, nil
}

// Prescreen says which clauses the newest version of a document of the caller's touches. Nothing of it is kept.
func (s *Service) Prescreen(ctx context.Context, in reviewapi.Prescreen) (*reviewapi.Hints, error) {
	policy := canon.Lines(strings.TrimSpace(in.Policy))
	if fault := noZero(problem.ErrInvalid, "/policy", policy); len(fault.Fields) > 0 {
		return nil, fault
	}
	d, err := s.newest(ctx, in.DocumentID)
	if err != nil {
		return nil, err
	}
	return s.quoted(ctx, d.ID, d.Current.Seq, sheet(d.Current), in.Locale, func(read reviewapi.Sheet, locale string) (*reviewapi.Hints, error) {
		return s.screened(read, policy, locale)
	})
}

// Hints says which clauses of its policy a submission of the caller's touches.
func (s *Service) Hints(ctx context.Context, submissionID, locale string) (*reviewapi.Hints, error) {
	sub, err := s.mine(ctx, submissionID)
	if err != nil {
		return nil, err
	}
	v, err := s.Documents.Version(ctx, sub.DocumentID, sub.Seq)
	if err != nil {
		return nil, err
	}
	return s.quoted(ctx, sub.DocumentID, sub.Seq, sheet(v), locale, func(read reviewapi.Sheet, locale string) (*reviewapi.Hints, error) {
		return s.hintsOf(ctx, sub, read, locale)
	})
}

// hintsOf reads a sheet against the policy of a submission.
func (s *Service) hintsOf(ctx context.Context, sub Submission, read reviewapi.Sheet, locale string) (*reviewapi.Hints, error) {
	if sub.PolicySource != reviewapi.PolicyEmployer {
		return s.screened(read, sub.PolicyText, locale)
	}
	p, err := pinOf(ctx, s.Pool, sub.ID)
	if err != nil {
		return nil, err
	}
	own, err := s.ownScreener(ctx, p.OrganisationID, p.Number)
	if err != nil {
		return nil, err
	}
	return screenedBy(read, own, locale)
}

func (s *Service) quoted(ctx context.Context, documentID string, seq int, read reviewapi.Sheet, locale string, screened func(reviewapi.Sheet, string) (*reviewapi.Hints, error)) (*reviewapi.Hints, error) {
	if locale == "" {
		me, err := s.People.Me(ctx)
		if err != nil {
			return nil, err
		}
		locale = me.Locale
	}
	out, err := screened(read, locale)
	if err != nil {
		return nil, err
	}
	out.DocumentID, out.Seq, out.Digest, out.Sheet = documentID, seq, read.Digest, read
	return out, nil
}

// screened reads a sheet against a policy's text; "" is the starter. Whatever the text says, what the law protects is looked for.
func (s *Service) screened(read reviewapi.Sheet, policy, locale string) (*reviewapi.Hints, error) {
	if policy == "" {
		return screenedBy(read, nil, locale)
	}
	supplied, err := s.screeners.of(policy)
	if err != nil {
		return nil, fmt.Errorf("a policy that an author supplied: %w", err)
	}
	out, err := screenedBy(read, supplied, locale)
	if err == nil && supplied != nil {
		out.Rules, out.PolicyDigest = reviewapi.PolicyAuthor, canon.Sum([]byte(canon.Text(policy)))
	}
	return out, err
}

// screenedBy reads a sheet against a policy of the employer's own; nil is the starter.
func screenedBy(read reviewapi.Sheet, own *screen.Screener, locale string) (*reviewapi.Hints, error) {
	starter, err := screen.StarterScreener()
	if err != nil {
		return nil, fmt.Errorf("the starter policy: %w", err)
	}
	out := &reviewapi.Hints{Rules: reviewapi.PolicyStarter, PolicyDigest: starter.Digest(), Routes: []string{}, Hits: []reviewapi.Hint{}}
	by := []*screen.Screener{starter}
	if own != nil {
		out.Rules, out.PolicyDigest, by = reviewapi.PolicyEmployer, own.Digest(), []*screen.Screener{starter, own}
	}
	for _, r := range readings(read) {
		for i, screener := range by {
			v, err := screener.Screen(r.post(read, locale))
			if err != nil {
				return nil, fmt.Errorf("pre-screen: %w", err)
			}
			for _, h := range v.Hits {
				// Beside an employer's own rules the starter says what the law protects and nothing else, and says it alone.
				if len(by) == 1 || (h.Kind == screen.Protected) == (i == 0) {
					out.Hits = append(out.Hits, r.hint(h))
					out.Routes = append(out.Routes, h.Route...)
				}
			}
			if i == 0 {
				out.Protected, out.Whistleblowing = out.Protected || v.Protected, out.Whistleblowing || v.Whistleblowing()
			}
		}
	}
	slices.Sort(out.Routes)
	out.Routes = slices.Compact(out.Routes)
	slices.SortStableFunc(out.Hits, func(a, b reviewapi.Hint) int { return cmp.Compare(rank(a), rank(b)) })
	return out, nil
}

// rank orders hints: what is protected, then by how serious it is.
func rank(h reviewapi.Hint) int {
	if h.Kind == string(screen.Protected) {
		return -1
	}
	return slices.Index([]string{string(screen.High), string(screen.Medium), string(screen.Low)}, h.Severity)
}

// reading is what is read in one go: a label that stands in the caption counts for the text.
type reading struct {
	parts []readPart
	text  strings.Builder
}

type readPart struct {
	name, text string
	at         int // in the reading's text, in bytes
}

func (r *reading) add(name, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if r.text.Len() > 0 {
		r.text.WriteString("\n\n")
	}
	r.parts = append(r.parts, readPart{name, text, r.text.Len()})
	r.text.WriteString(text)
}

// readings of a sheet: the post with all that is shown in it, and each entry of a product.
func readings(s reviewapi.Sheet) []*reading {
	post := &reading{}
	post.add("title", s.Title)
	post.add("text", s.Text)
	post.add("caption", s.Caption)
	for i, m := range s.Media {
		post.add(fmt.Sprintf("media.%d.alt", i), m.Alt)
		post.add(fmt.Sprintf("media.%d.transcript", i), m.Transcript)
	}
	all := []*reading{post}
	for i, e := range s.Entries {
		r := &reading{}
		r.add(fmt.Sprintf("entries.%d.title", i), e.Title)
		r.add(fmt.Sprintf("entries.%d.summary", i), e.Summary)
		r.add(fmt.Sprintf("entries.%d.text", i), e.Text)
		all = append(all, r)
	}
	return slices.DeleteFunc(all, func(r *reading) bool { return len(r.parts) == 0 })
}

func (r *reading) post(s reviewapi.Sheet, locale string) screen.Post {
	p := screen.Post{Text: r.text.String(), Quote: locale, Disclosure: s.Disclosure, Paid: s.Paid}
	for _, d := range s.Destinations {
		p.Channel = cmp.Or(p.Channel, d.Channel)
		p.Countries = append(p.Countries, d.Countries...)
	}
	return p
}

// hint is a hit as its author reads it: what lies across two parts is marked in both.
func (r *reading) hint(h screen.Hit) reviewapi.Hint {
	out := reviewapi.Hint{Kind: string(h.Kind), Severity: string(h.Severity), Rule: h.Rule, Clause: h.Clause, Lang: h.Lang, Marks: []reviewapi.Mark{}}
	for _, part := range r.parts {
		var here []screen.Span
		for _, span := range h.Spans {
			from, until := max(span.Start-part.at, 0), min(span.End-part.at, len(part.text))
			if from < until {
				here = append(here, screen.Span{Start: from, End: until})
			}
		}
		runes := []rune(part.text)
		for _, at := range screen.Characters(part.text, here) {
			out.Marks = append(out.Marks, reviewapi.Mark{Part: part.name, From: at[0], Until: at[1], Words: string(runes[at[0]:at[1]])})
		}
	}
	return out
}
