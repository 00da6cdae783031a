package obs

import (
	"context"
	"errors"
	"log/slog"

	"github.com/workfluence/workfluence/internal/problem"
)

// Failed logs what the answer to a request hides: a problem of ours, with its cause. That a caller closed the
// connection before the answer is no problem of ours, whatever broke off with it.
func Failed(ctx context.Context, log *slog.Logger, p *problem.Error, cause error, attrs ...any) {
	switch {
	case p.Status() < 500:
	case errors.Is(ctx.Err(), context.Canceled):
		log.DebugContext(ctx, "the caller went away", attrs...)
	default:
		log.ErrorContext(ctx, "request failed", append([]any{"code", p.Code, "error", cause}, attrs...)...)
	}
}
