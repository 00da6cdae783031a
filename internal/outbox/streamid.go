package outbox

import (
	"strconv"
	"strings"
	"time"
)

// timeID is the smallest stream id of a moment: Redis ids are
// milliseconds-sequence.
func timeID(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) + "-0" }

// idLess orders stream ids, which don't sort as text.
func idLess(a, b string) bool {
	am, as := splitID(a)
	bm, bs := splitID(b)
	return am < bm || am == bm && as < bs
}

func splitID(id string) (ms, seq uint64) {
	m, s, _ := strings.Cut(id, "-")
	ms, _ = strconv.ParseUint(m, 10, 64)
	seq, _ = strconv.ParseUint(s, 10, 64)
	return ms, seq
}
