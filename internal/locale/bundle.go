package locale

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
)

// Bundle holds the messages of a set of files in all five languages. It is safe for concurrent use.
type Bundle struct {
	words    map[Tag]func() ([]*i18n.Message, error)
	speakers map[Tag]func() L
}

// Load reads every file of fsys that is named <area>.<language>.toml, in any folder. The area only keeps
// files apart, ids are shared: one id in two areas of the same language is an error, and so is a file in a
// language that isn't offered.
func Load(fsys fs.FS) (*Bundle, error) {
	b, err := open(fsys)
	if err != nil {
		return nil, err
	}
	for _, t := range All {
		if _, err := b.words[t](); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// MustLoad is [Load] for embedded files, whose faults are a programmer's: it panics with the reason. It reads a
// language when it is first spoken: reading all five was a third of what the start of a process costs.
func MustLoad(fsys fs.FS) *Bundle {
	b, err := open(fsys)
	if err != nil {
		panic(err)
	}
	return b
}

// For returns the speaker of a language, or of English for a code that isn't offered. Its zone is UTC until
// [L.In] says otherwise.
func (b *Bundle) For(code string) L {
	t, ok := Parse(code)
	if !ok {
		t = English
	}
	return b.speakers[t]()
}

func open(fsys fs.FS) (*Bundle, error) {
	files, err := messageFiles(fsys)
	if err != nil {
		return nil, err
	}
	b := &Bundle{words: map[Tag]func() ([]*i18n.Message, error){}, speakers: map[Tag]func() L{}}
	for _, t := range All {
		b.words[t] = sync.OnceValues(func() ([]*i18n.Message, error) { return messagesOf(fsys, files, t) })
		b.speakers[t] = sync.OnceValue(func() L {
			messages := i18n.NewBundle(bcp47[English])
			for _, known := range slices.Compact([]Tag{English, t}) { // what a language lacks is said in English
				found, err := b.words[known]()
				if err == nil {
					err = messages.AddMessages(bcp47[known], found...)
				}
				if err != nil {
					panic(err)
				}
			}
			return L{Tag: t, zone: time.UTC, messages: i18n.NewLocalizer(messages, t.BCP47(), English.BCP47()), kept: newKept()}
		})
	}
	return b, nil
}

// messagesOf reads the files of one language.
func messagesOf(fsys fs.FS, files []messageFile, t Tag) ([]*i18n.Message, error) {
	var all []*i18n.Message
	from := map[string]string{}
	for _, f := range files {
		if f.tag != t {
			continue
		}
		raw, err := fs.ReadFile(fsys, f.path)
		if err != nil {
			return nil, fmt.Errorf("locale: %w", err)
		}
		found, err := i18n.ParseMessageBytes(raw, toml.Unmarshal)
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %w", f.path, err)
		}
		for _, m := range found {
			if other, twice := from[m.ID]; twice {
				return nil, fmt.Errorf("locale: %s is in %s and in %s", m.ID, other, f.path)
			}
			from[m.ID] = f.path
			if err := plain(m); err != nil {
				return nil, fmt.Errorf("locale: %s: %w", f.path, err)
			}
		}
		all = append(all, found...)
	}
	return all, nil
}

type messageFile struct {
	path string
	tag  Tag
}

func messageFiles(fsys fs.FS) ([]messageFile, error) {
	var out []messageFile
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".toml" {
			return err
		}
		_, code, ok := strings.Cut(strings.TrimSuffix(path.Base(p), ".toml"), ".")
		tag := Tag(code)
		if _, known := bcp47[tag]; !ok || !known {
			return fmt.Errorf("%s: name a message file <area>.<en|fr|nl|ar|zh>.toml", p)
		}
		out = append(out, messageFile{path: p, tag: tag})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	return out, nil
}
