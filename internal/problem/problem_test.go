package problem_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/workfluence/workfluence/internal/problem"
)

// A code raised in one process reaches another unchanged.
func TestParseOfRenderIsTheSame(t *testing.T) {
	t.Parallel()
	codes := problem.Codes()
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(codes).Draw(t, "code").WithDetail("%s", rapid.String().Draw(t, "detail"))
		for i := range rapid.IntRange(0, 3).Draw(t, "fields") {
			e = e.WithField(fmt.Sprintf("/f/%d", i), rapid.StringMatching(`[a-z_]{1,9}`).Draw(t, "rule"), rapid.String().Draw(t, "why"))
		}
		e = e.WithState(rapid.StringMatching(`[a-z]*`).Draw(t, "state")).WithRetryAfter(rapid.IntRange(0, 9999).Draw(t, "after"))
		got := problem.Parse(e.Status(), problem.Render(e))
		if diff := cmp.Diff(e, got, cmpopts.IgnoreUnexported(problem.Error{})); diff != "" {
			t.Fatalf("crossing changed the problem (-sent +got):\n%s", diff)
		}
	})
}

func TestFromHidesUnknownErrors(t *testing.T) {
	t.Parallel()
	secret := errors.New("password=hunter2")
	e := problem.From(fmt.Errorf("store: %w", secret))
	if e.Code != "internal" || e.Status() != 500 {
		t.Fatalf("got %v", e)
	}
	if string(problem.Render(e)) != string(problem.Render(problem.ErrInternal)) {
		t.Fatal("the text of an unknown error was rendered")
	}
	if !errors.Is(e, secret) {
		t.Fatal("the cause is lost to the log")
	}
}

func TestSentinelsAreNeverChanged(t *testing.T) {
	t.Parallel()
	_ = problem.ErrInvalid.WithField("/a", "b", "c").WithState("x").Because(errors.New("y"))
	if len(problem.ErrInvalid.Fields) != 0 || problem.ErrInvalid.State != "" || errors.Unwrap(problem.ErrInvalid) != nil {
		t.Fatal("a With method changed its receiver")
	}
	if !errors.Is(problem.ErrInvalid.WithDetail("other"), problem.ErrInvalid) {
		t.Fatal("a copy is no longer its sentinel")
	}
}

func TestParseOfForeignBodies(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]*problem.Error{404: problem.ErrNotFound, 502: problem.ErrUpstream, 500: problem.ErrInternal, 418: problem.ErrInternal} {
		if got := problem.Parse(status, []byte("<html>")); got.Code != want.Code {
			t.Errorf("%d: got %s", status, got.Code)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(500, []byte(`{"type":"/docs/errors/internal","code":"internal","status":500}`))
	f.Add(0, []byte(`{`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if e := problem.Parse(status, body); e == nil || e.Status() < 400 {
			t.Fatalf("not an error: %v", e)
		}
	})
}
