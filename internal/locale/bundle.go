package locale

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
)

// Bundle holds the messages of a set of files in all five languages. It is read-only after [Load] and safe
// for concurrent use.
type Bundle struct {
	speakers map[Tag]L
}

// Load reads every file of fsys that is named <area>.<language>.toml, in any folder. The area only keeps
// files apart, ids are shared: one id in two areas of the same language is an error, and so is a file in a
// language that isn't offered.
func Load(fsys fs.FS) (*Bundle, error) {
	files, err := messageFiles(fsys)
	if err != nil {
		return nil, err
	}
	all := i18n.NewBundle(bcp47[English])
	all.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	from := map[Tag]map[string]string{}
	for _, f := range files {
		raw, err := fs.ReadFile(fsys, f.path)
		if err != nil {
			return nil, fmt.Errorf("locale: %w", err)
		}
		// The library takes the language from the name's last part, so "zh" is handed over as Simplified Chinese.
		parsed, err := i18n.ParseMessageFileBytes(raw, f.area+"."+f.tag.BCP47()+".toml",
			map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			return nil, fmt.Errorf("locale: %s: %w", f.path, err)
		}
		if from[f.tag] == nil {
			from[f.tag] = map[string]string{}
		}
		for _, m := range parsed.Messages {
			if other, twice := from[f.tag][m.ID]; twice {
				return nil, fmt.Errorf("locale: %s is in %s and in %s", m.ID, other, f.path)
			}
			from[f.tag][m.ID] = f.path
			if err := plain(m); err != nil {
				return nil, fmt.Errorf("locale: %s: %w", f.path, err)
			}
		}
		if err := all.AddMessages(bcp47[f.tag], parsed.Messages...); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", f.path, err)
		}
	}
	b := &Bundle{speakers: map[Tag]L{}}
	for _, t := range All {
		b.speakers[t] = L{Tag: t, zone: time.UTC, messages: i18n.NewLocalizer(all, t.BCP47(), English.BCP47()), kept: newKept()}
	}
	return b, nil
}

// MustLoad is [Load] for embedded files, whose faults are a programmer's: it panics with the reason.
func MustLoad(fsys fs.FS) *Bundle {
	b, err := Load(fsys)
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
	return b.speakers[t]
}

type messageFile struct {
	path, area string
	tag        Tag
}

func messageFiles(fsys fs.FS) ([]messageFile, error) {
	var out []messageFile
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".toml" {
			return err
		}
		area, code, ok := strings.Cut(strings.TrimSuffix(path.Base(p), ".toml"), ".")
		tag := Tag(code)
		if _, known := bcp47[tag]; !ok || !known {
			return fmt.Errorf("%s: name a message file <area>.<en|fr|nl|ar|zh>.toml", p)
		}
		out = append(out, messageFile{path: p, area: area, tag: tag})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("locale: %w", err)
	}
	return out, nil
}
