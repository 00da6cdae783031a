package ui

import (
	"strconv"

	"github.com/workfluence/workfluence/internal/locale"
)

// Size writes a number of bytes as people read it: 3.4 MB. Units are decimal, as shops and systems of today count.
func Size(l locale.L, bytes int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	if l.Tag == locale.French {
		units = []string{"o", "ko", "Mo", "Go", "To"}
	}
	whole, unit := bytes, 0
	var tenths int64
	for whole >= 1000 && unit < len(units)-1 {
		tenths = whole % 1000 / 100
		whole /= 1000
		unit++
	}
	figure := l.Number(whole)
	if unit > 0 && whole < 10 && tenths > 0 {
		mark := "."
		if l.Tag == locale.French || l.Tag == locale.Dutch {
			mark = ","
		}
		figure += mark + strconv.FormatInt(tenths, 10)
	}
	return figure + "\u00a0" + units[unit]
}
