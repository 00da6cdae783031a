package outbox

import "github.com/prometheus/client_golang/prometheus"

// metrics count events, by service; consumed also by name and outcome (done,
// repeat, failed, parked).
type metrics struct {
	published, repeated prometheus.Counter
	consumed            *prometheus.CounterVec
}

func newMetrics(service string, reg prometheus.Registerer) *metrics {
	labels := prometheus.Labels{"service": service}
	m := &metrics{
		published: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "workfluence_events_published_total", Help: "Events relayed for the first time.", ConstLabels: labels}),
		repeated: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "workfluence_events_repeated_total", Help: "Events relayed again after Redis was lost.", ConstLabels: labels}),
		consumed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "workfluence_events_consumed_total", Help: "Events handled, by outcome.", ConstLabels: labels},
			[]string{"name", "outcome"}),
	}
	if reg != nil {
		for _, c := range []prometheus.Collector{m.published, m.repeated, m.consumed} {
			// A second bus of one service in one process (tests) shares the first one's numbers.
			_ = reg.Register(c)
		}
	}
	return m
}
