package gateway

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Config is the gateway's own configuration.
type Config struct {
	// TrustedProxies are the networks whose X-Forwarded-For is believed; none by default.
	TrustedProxies string `env:"GATEWAY_TRUSTED_PROXIES"`
	// PerMinute is how many requests one session or address may make a minute.
	PerMinute int `env:"GATEWAY_LIMIT_PER_MINUTE" envDefault:"1200"`
	// StrictPerMinute is the same for sign-in, links, codes, checkout and uploads.
	StrictPerMinute int `env:"GATEWAY_STRICT_LIMIT_PER_MINUTE" envDefault:"30"`
	// AccessLog is "errors" (answers of 500 and more, and slow ones) or "all".
	AccessLog string `env:"GATEWAY_ACCESS_LOG" envDefault:"errors"`
	// Timeout ends a request that takes longer; uploads and downloads are free of it.
	Timeout time.Duration `env:"GATEWAY_TIMEOUT" envDefault:"30s"`
}

func (c Config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range strings.FieldsFunc(c.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("GATEWAY_TRUSTED_PROXIES: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}
