// Package i18n holds the words of the mails (mail.<language>.toml) and of the
// inbox (inbox.<language>.toml) in five languages. The test compares the
// files: the same ids, the same placeholders, every plural form.
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
