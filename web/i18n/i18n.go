// Package i18n holds the words of the pages: one file per area and language, <area>.<en|fr|nl|ar|zh>.toml.
//
// An id is dotted, area first: "account.sign_in.title". Tables give the dots; a table of plural forms (one,
// other, and what the language needs besides) is one message:
//
//	[library]
//	title = "Your library"
//	[library.lessons]
//	one = "{{.N}} lesson"
//	other = "{{.N}} lessons"
//
// The test in this package compares the five files of each area: the same ids, the same placeholders, and a
// plural form for every number. The tests of package web find ids that no page uses and pages that use an id
// that isn't here.
package i18n

import (
	"embed"
	"sync"

	"github.com/workfluence/workfluence/internal/locale"
)

//go:embed *.toml
var files embed.FS

// Messages loads the words once and returns them.
var Messages = sync.OnceValue(func() *locale.Bundle { return locale.MustLoad(files) })
