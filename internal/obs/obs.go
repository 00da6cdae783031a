// Package obs makes a running process visible: structured logs, Prometheus
// metrics and OpenTelemetry traces.
//
// Nothing personal is logged. Handlers log ids and codes; what slips through
// under a telling name is masked here, as a second line of defence and not as
// a licence.
package obs

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.26.0"
)

// masked are the attribute names whose values never reach a log.
var masked = map[string]bool{
	"email": true, "name": true, "address": true, "password": true, "token": true, "secret": true, "authorization": true,
	"cookie": true, "phone": true, "text": true, "body": true, "handle": true, "vat_id": true, "company": true, "ip": true,
}

// Logger writes JSON lines, or plain text for a person at a terminal.
func Logger(w io.Writer, plain bool, level slog.Level) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if masked[strings.ToLower(a.Key)] {
			return slog.String(a.Key, "***")
		}
		return a
	}}
	if plain {
		return slog.New(slog.NewTextHandler(w, opts))
	}
	return slog.New(slog.NewJSONHandler(w, opts))
}

// Registry is a metrics registry with the process's own figures.
func Registry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return reg
}

// Tracing says whether traces are exported: OTEL_EXPORTER_OTLP_ENDPOINT is set.
func Tracing() bool { return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" }

// StartTracing exports traces when asked to; stop flushes what is left.
func StartTracing(ctx context.Context) (stop func(context.Context) error, err error) {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	if !Tracing() {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(semconv.ServiceName("workfluence"))))
	otel.SetTracerProvider(provider)
	return provider.Shutdown, nil
}
