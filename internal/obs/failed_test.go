package obs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/obs"
	"github.com/workfluence/workfluence/internal/problem"
)

func TestFailedSaysWhatIsOursAlone(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, tt := range []struct {
		ctx  context.Context
		p    *problem.Error
		want string
	}{
		{t.Context(), problem.ErrInternal, "level=ERROR"},
		{t.Context(), problem.ErrNotFound, ""},
		{gone, problem.ErrInternal, "level=DEBUG"},
	} {
		var out bytes.Buffer
		log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		obs.Failed(tt.ctx, log, tt.p, errors.New("the disk is full"), "route", "/orders/:order")
		if got := out.String(); !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") ||
			strings.Contains(got, "the disk is full") != (tt.want == "level=ERROR") {
			t.Errorf("%s: logged %q", tt.p.Code, got)
		}
	}
}
