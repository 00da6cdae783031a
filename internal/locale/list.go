package locale

import "strings"

// List joins parts as a sentence does: "a, b and c".
func (l L) List(parts ...string) string {
	comma, and := ", ", " and "
	switch l.Tag {
	case French:
		and = " et "
	case Dutch:
		and = " en "
	case Arabic:
		comma, and = " و", " و"
	case Chinese:
		comma, and = "、", "和"
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], comma) + and + parts[last]
}
