package id

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// vectors reads the published test vectors of the specification.
func vectors[T any](t testing.TB, file string) (out []T) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

type valid struct{ Name, TypeID, Prefix, UUID string }

func TestPublishedVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors[valid](t, "valid.json") {
		prefix, u, err := Parse(v.TypeID)
		if err != nil || prefix != v.Prefix || u.String() != v.UUID {
			t.Errorf("%s: %s, %s, %v", v.Name, prefix, u, err)
		}
		if got := Format(v.Prefix, uuid.MustParse(v.UUID)); got != v.TypeID {
			t.Errorf("%s: %s, want %s", v.Name, got, v.TypeID)
		}
	}
	for _, v := range vectors[struct{ Name, TypeID string }](t, "invalid.json") {
		if _, _, err := Parse(v.TypeID); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %q was taken: %v", v.Name, v.TypeID, err)
		}
	}
}

func TestNewIsIncreasing(t *testing.T) {
	t.Parallel()
	last := ""
	for range 20_000 {
		next := New("order")
		if next <= last {
			t.Fatalf("%s after %s", next, last)
		}
		last = next
	}
	if err := Check("order", last); err != nil {
		t.Error(err)
	}
	if u, err := UUID(last); err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		t.Errorf("%s: %v, %v", last, u, err)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	at := time.Date(2031, 5, 6, 7, 8, 9, 123_456_789, time.UTC)
	one, other := At("journal", at), At("journal", at)
	if one == other {
		t.Error("two ids of one instant are equal")
	}
	u, err := UUID(one)
	if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		t.Fatalf("%s: %v, %v", one, u, err)
	}
	if sec, nsec := u.Time().UnixTime(); !time.Unix(sec, nsec).Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("its time is %v", time.Unix(sec, nsec).UTC())
	}
	if later := At("journal", at.Add(time.Microsecond)); later <= one || later <= other {
		t.Errorf("%s is not after %s", later, one)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	order := New("order")
	for _, bad := range []string{"", "order", "order_", New("person"), strings.ToUpper(order), order + "0", " " + order, order[len("order_"):]} {
		if err := Check("order", bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, prefix := range []string{"Order", "_order", "order_", "order1", strings.Repeat("a", 64)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%q) didn't panic", prefix)
				}
			}()
			New(prefix)
		}()
	}
}

func TestFormatIsTheInverseOfParse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var u uuid.UUID
		copy(u[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))
		prefix := rapid.StringMatching(`([a-z]([a-z_]{0,61}[a-z])?)?`).Draw(t, "prefix")
		gotPrefix, got, err := Parse(Format(prefix, u))
		if err != nil || gotPrefix != prefix || got != u {
			t.Fatalf("%q %s came back as %q %s, %v", prefix, u, gotPrefix, got, err)
		}
	})
}

func FuzzCheck(f *testing.F) {
	for _, v := range vectors[valid](f, "valid.json") {
		f.Add(v.Prefix, v.TypeID)
	}
	for _, v := range vectors[valid](f, "invalid.json") {
		f.Add("prefix", v.TypeID)
	}
	f.Fuzz(func(t *testing.T, prefix, s string) {
		if Check(prefix, s) != nil {
			return
		}
		u, err := UUID(s)
		if err != nil || Format(prefix, u) != s {
			t.Errorf("%q passed the check but isn't canonical (%v)", s, err)
		}
	})
}
