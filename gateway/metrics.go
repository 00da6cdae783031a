package gateway

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// targetKey is where the chain keeps which part answers.
const targetKey = "target"

// metrics counts answers by part and class of status; never by path, which
// may hold an id.
type metrics struct {
	seconds  *prometheus.HistogramVec
	mu       sync.RWMutex
	resolved map[label]prometheus.Observer
}

type label struct {
	target string
	class  int
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{resolved: map[label]prometheus.Observer{}, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "workfluence_http_seconds", Help: "Time to answer at the edge, by part and class of status.",
		Buckets: []float64{.001, .005, .025, .1, .5, 2, 10},
	}, []string{"target", "status"})}
	if reg != nil {
		reg.MustRegister(m.seconds)
	}
	return m
}

var classes = map[int]string{1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}

func (m *metrics) observe(target string, status int, took time.Duration) {
	l := label{target, status / 100}
	m.mu.RLock()
	o := m.resolved[l]
	m.mu.RUnlock()
	if o == nil {
		o = m.seconds.WithLabelValues(target, classes[l.class])
		m.mu.Lock()
		m.resolved[l] = o
		m.mu.Unlock()
	}
	o.Observe(took.Seconds())
}
