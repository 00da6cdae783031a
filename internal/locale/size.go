package locale

import "strings"

// sizeUnits are the units of bytes, decimal as shops and systems of today count them. French says octets; Arabic spells them out,
// because Latin units would stand in the middle of its line.
var sizeUnits = map[Tag][]string{
	French: {"o", "ko", "Mo", "Go", "To"},
	Arabic: {"بايت", "كيلوبايت", "ميغابايت", "غيغابايت", "تيرابايت"},
}

var latinSizes = []string{"B", "kB", "MB", "GB", "TB"}

// Size writes a number of bytes as people read it: 3.4 MB. Below ten it has one decimal, unless that is zero; what is less is cut off, so
// that a file never looks larger than it is. A negative number is none.
func (l L) Size(bytes int64) string {
	units := sizeUnits[l.Tag]
	if units == nil {
		units = latinSizes
	}
	whole, tenths, unit := max(bytes, 0), int64(0), 0
	for whole >= 1000 && unit < len(units)-1 {
		whole, tenths = whole/1000, whole%1000/100
		unit++
	}
	figure := l.Number(whole)
	if unit > 0 && whole < 10 && tenths > 0 {
		figure = l.digits(uint64(whole*10+tenths), 1)
	}
	return strings.Join([]string{figure, units[unit]}, "\u00a0")
}
