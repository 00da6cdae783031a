package app

import (
	"crypto/tls"

	"github.com/redis/go-redis/v9"
)

// OpenRedis makes the client of the house. It keeps to the deadlines of contexts, which go-redis does only when told to: without it a server that
// hangs holds every sign-in for the five seconds of its own time-outs, whatever patience its caller has.
func OpenRedis(o *redis.Options) *redis.Client {
	o.ContextTimeoutEnabled = true
	if o.TLSConfig != nil {
		o.TLSConfig.MinVersion = tls.VersionTLS12
	}
	return redis.NewClient(o)
}
