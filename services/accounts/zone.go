package accounts

import (
	"context"
	"net"
	"strings"
	"sync"

	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

// Zone is the demo's DNS: names with the TXT records that somebody published there. It lives as long as the process.
type Zone struct {
	mu      sync.Mutex
	records map[string][]string
	down    bool
}

// Set publishes the TXT records of a name; none takes them away.
func (z *Zone) Set(name string, values ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.records == nil {
		z.records = map[string][]string{}
	}
	z.records[host(name)] = values
}

// LookupTXT answers as a name server does: a name without records is not found.
func (z *Zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.down {
		return nil, &net.DNSError{Err: "timeout", Name: name, IsTimeout: true}
	}
	if found := z.records[host(name)]; len(found) > 0 {
		return found, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func host(name string) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
}

// Routes lets a developer publish records. They exist under serve --dev alone.
func (z *Zone) Routes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/organisations/dev/records", Summary: "Publish TXT records in the demo's DNS", Access: rest.Any(rest.Dev)},
		func(_ context.Context, in *accountsapi.Record) (*rest.Empty, error) {
			z.Set(in.Name, in.Values...)
			return &rest.Empty{}, nil
		})
}
