package courses

import (
	"errors"
	"fmt"
	"strings"
)

// Codes of what stops an import.
const (
	BadZip        = "bad_zip"        // not a zip, damaged, or encrypted
	UnsafePath    = "unsafe_path"    // absolute, or outside the zip
	SpecialFile   = "special_file"   // a link or device
	NestedArchive = "nested_archive" // an archive inside the archive
	TooMuch       = "too_much"       // more than Limits allow, or a bomb
	BadText       = "bad_text"       // a name or lesson that is not UTF-8
	DuplicateSlug = "duplicate_slug" // two sections, lessons or files with one address
	NoLessons     = "no_lessons"     // nothing to import
)

// Codes of what is imported and remarked on.
const (
	TemplateTag    = "template_tag"     // {{ … }} or {% … %} of another system
	MissingFile    = "missing_file"     // an image, recording or file that is not in the zip
	RemoteImage    = "remote_image"     // an image on another site: offered as a link
	DeadLink       = "dead_link"        // a link to a lesson that is not there
	UnknownKey     = "unknown_key"      // front matter that means nothing here
	BadFrontMatter = "bad_front_matter" // front matter that can't be read
	UnusedFile     = "unused_file"      // a file that no lesson refers to
)

// Reasons that tell remarks of one code apart.
const (
	Stays       = "stays"        // TemplateTag: it stays as text
	AddressKept = "address_kept" // TemplateTag: the address in it was kept

	TooLong   = "too_long"   // BadFrontMatter: more than 64 KB
	NotYAML   = "not_yaml"   // BadFrontMatter
	NotKeys   = "not_keys"   // BadFrontMatter: YAML, but no keys with values
	NotText   = "not_text"   // BadFrontMatter: the value of ParamKey should be a line of text
	NotSlug   = "not_slug"   // … letters, digits and hyphens
	NotNumber = "not_number" // … a whole number
	NotBool   = "not_bool"   // … true or false
)

// Reasons that tell problems of one code apart, where the code alone does not say it.
const (
	Encrypted = "encrypted" // BadZip: this file is
	Damaged   = "damaged"   // BadZip: this file can't be unpacked

	Absolute    = "absolute"      // UnsafePath
	LongPath    = "long_path"     // UnsafePath: more than ParamLimit bytes
	BadName     = "name"          // BadText: the name, not the text, is no UTF-8
	TooMany     = "too_many"      // TooMuch: ParamCount files and folders, of which ParamLimit can be imported
	TooLarge    = "too_large"     // TooMuch: this file has more than ParamLimit bytes
	TooLargeAll = "too_large_all" // TooMuch: all files together
	TooDense    = "too_dense"     // TooMuch: more than ParamLimit times the size of the zip

	SameFile    = "file"    // DuplicateSlug: the zip holds it twice
	SameFolders = "folders" // DuplicateSlug: this folder and ParamOther have ParamAddress
	SameLessons = "lessons" // DuplicateSlug: this lesson and ParamOther
	SameFiles   = "files"   // DuplicateSlug: this file and another
)

// What a remark or a problem is about, by name: the author's own words, to be shown as they stand, and numbers.
const (
	ParamTag     = "tag"     // of TemplateTag
	ParamAddress = "address" // of TemplateTag with AddressKept, and of DuplicateSlug
	ParamTarget  = "target"  // of MissingFile, RemoteImage and DeadLink
	ParamKey     = "key"     // of UnknownKey and BadFrontMatter
	ParamLimit   = "limit"   // a whole number: of bytes, of files, or of times
	ParamCount   = "count"   // a whole number, of what there is
	ParamOther   = "other"   // another folder or file of the zip
)

// Problem stops an import. File is "" where the zip as a whole is meant. Code,
// Reason and Params say all that Text says in English.
type Problem struct {
	Code   string
	Reason string // "" for what the code alone says
	Params map[string]string
	File   string
	Text   string
}

// Warning is a remark on an imported file. Line is 0 where the file as a whole
// is meant; Times counts equal remarks that this one stands for. Code, Reason
// and Params say all that Text says in English, for a reader of another language.
type Warning struct {
	Code   string
	Reason string // "" for codes that need none
	Params map[string]string
	File   string
	Line   int
	Text   string
	Times  int
}

// ImportError is everything that stopped an import, so that a creator mends all
// of it at once. It holds at least one problem and at most 50.
type ImportError struct{ Problems []Problem }

func (e *ImportError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s: %s", p.File, p.Text)
	}
	return "course import: " + strings.Join(lines, "; ")
}

// Is matches another ImportError whose first code is among this one's, so that
// errors.Is(err, Refused(courses.UnsafePath)) reads as a sentence.
func (e *ImportError) Is(target error) bool {
	var t *ImportError
	if !errors.As(target, &t) || len(t.Problems) == 0 {
		return false
	}
	for _, p := range e.Problems {
		if p.Code == t.Problems[0].Code {
			return true
		}
	}
	return false
}

// Refused is an ImportError with one problem.
func Refused(code string) *ImportError { return refuse(Problem{Code: code}, "") }

func refuse(p Problem, format string, a ...any) *ImportError {
	p.Text = fmt.Sprintf(format, a...)
	return &ImportError{Problems: []Problem{p}}
}

const maxProblems = 50

// trouble gathers problems until there are enough to show.
type trouble []Problem

func (t *trouble) add(p Problem, format string, a ...any) {
	if len(*t) < maxProblems {
		p.Text = fmt.Sprintf(format, a...)
		*t = append(*t, p)
	}
}

func (t trouble) err() error {
	if len(t) == 0 {
		return nil
	}
	return &ImportError{Problems: t}
}
