package app

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is the configuration of the process itself.
type Config struct {
	Listen      string        `env:"WORKFLUENCE_LISTEN" envDefault:":8080"`
	FilesListen string        `env:"WORKFLUENCE_FILES_LISTEN" envDefault:":8081"`
	AdminListen string        `env:"WORKFLUENCE_ADMIN_LISTEN" envDefault:":9090"`
	PublicURL   string        `env:"WORKFLUENCE_PUBLIC_URL"`
	FilesURL    string        `env:"WORKFLUENCE_FILES_URL"`
	BlobURL     string        `env:"WORKFLUENCE_BLOB_URL"`
	SMTPURL     string        `env:"WORKFLUENCE_SMTP_URL" secret:"true"`
	DatabaseURL string        `env:"DATABASE_URL" secret:"true"`
	RedisURL    string        `env:"REDIS_URL" secret:"true"`
	Secret      string        `env:"WORKFLUENCE_SECRET" secret:"true"`
	KeysDir     string        `env:"WORKFLUENCE_KEYS_DIR"`
	Drain       time.Duration `env:"WORKFLUENCE_DRAIN" envDefault:"20s"`
	LogLevel    string        `env:"WORKFLUENCE_LOG_LEVEL" envDefault:"info"`
}

// Parse fills a config struct from the environment, defaults first.
func Parse(cfg any) error { return env.Parse(cfg) }

// minSecret is the least length of the house's secret, in characters.
const minSecret = 32

// Missing names all that production needs and cfg lacks, so that a start
// fails once and not six times.
func (c Config) Missing(modules []Module) error {
	var missing []string
	need := func(value, name string) {
		if value == "" {
			missing = append(missing, name)
		}
	}
	need(c.PublicURL, "WORKFLUENCE_PUBLIC_URL")
	need(c.FilesURL, "WORKFLUENCE_FILES_URL")
	need(c.RedisURL, "REDIS_URL")
	if len(c.Secret) < minSecret {
		missing = append(missing, fmt.Sprintf("WORKFLUENCE_SECRET (at least %d characters)", minSecret))
	}
	for _, m := range modules {
		if m.Schema != "" && c.DSN(m.Schema) == "" {
			missing = append(missing, "DATABASE_URL or "+dsnName(m.Schema))
		}
		if own, ok := m.Config.(interface{ Missing() error }); ok {
			if err := own.Missing(); err != nil {
				missing = append(missing, err.Error())
			}
		}
		switch m.Name {
		case "storefront":
			need(c.BlobURL, "WORKFLUENCE_BLOB_URL")
		case "notify":
			need(c.SMTPURL, "WORKFLUENCE_SMTP_URL")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return errors.New("missing configuration: " + strings.Join(slices.Compact(missing), ", "))
}

func dsnName(schema string) string { return "DATABASE_URL_" + strings.ToUpper(schema) }

// DSN is where a schema lives: its own URL, else the common one.
func (c Config) DSN(schema string) string {
	if own := os.Getenv(dsnName(schema)); own != "" {
		return own
	}
	return c.DatabaseURL
}

// role is the role that a service acts as, "" when it has its own URL and
// signs in as itself.
func (c Config) role(schema string) string {
	if os.Getenv(dsnName(schema)) != "" {
		return ""
	}
	return "wf_" + schema
}

func derive(secret string) func(purpose string) []byte {
	return func(purpose string) []byte {
		key, err := hkdf.Key(sha256.New, []byte(secret), nil, "workfluence/"+purpose, 32)
		if err != nil { // 32 bytes are far below the limit of RFC 5869
			panic(err)
		}
		return key
	}
}

// Print writes NAME=value for each setting, secrets masked.
func Print(w io.Writer, configs ...any) error {
	for _, cfg := range configs {
		if cfg == nil {
			continue
		}
		v := reflect.Indirect(reflect.ValueOf(cfg))
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
			if name == "" {
				continue
			}
			value := fmt.Sprint(v.Field(i).Interface())
			if f.Tag.Get("secret") == "true" && value != "" {
				value = "***"
			}
			if _, err := fmt.Fprintf(w, "%s=%s\n", name, value); err != nil {
				return err
			}
		}
	}
	return nil
}
