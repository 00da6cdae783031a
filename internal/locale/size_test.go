package locale

import (
	"math"
	"testing"
)

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tag   Tag
		bytes int64
		want  string
	}{
		{English, 0, "0\u00a0B"}, {English, 999, "999\u00a0B"}, {English, 1000, "1\u00a0kB"}, {English, 1024, "1\u00a0kB"}, {English, 1999, "1.9\u00a0kB"},
		{English, 3_400_000, "3.4\u00a0MB"}, {English, 9_999_999, "9.9\u00a0MB"}, {English, 12_900_000, "12\u00a0MB"}, {English, 2 << 30, "2.1\u00a0GB"},
		{English, math.MaxInt64, "9,223,372\u00a0TB"}, {English, -5, "0\u00a0B"},
		{French, 2_100_000, "2,1\u00a0Mo"}, {French, 12, "12\u00a0o"}, {Dutch, 2_100_000, "2,1\u00a0MB"}, {Chinese, 1500, "1.5\u00a0kB"},
		{Arabic, 20_000_000, "20\u00a0ميغابايت"}, {Arabic, 1500, "1.5\u00a0كيلوبايت"},
	} {
		if got := (L{Tag: c.tag}).Size(c.bytes); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.tag, c.bytes, got, c.want)
		}
	}
}
