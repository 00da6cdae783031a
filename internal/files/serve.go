package files

import (
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"gocloud.dev/blob"
)

// Serve answers a request for content, whole or in ranges. The caller has
// checked the address. lasting content may be kept by any cache for good: its
// name is its digest.
func (s *Store) Serve(w http.ResponseWriter, r *http.Request, digest, name string, lasting bool) error {
	content, err := s.Content(r.Context(), digest)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	k := kindOf(name)
	h := w.Header()
	h.Set("Content-Type", k.mime)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("ETag", `"`+strings.TrimPrefix(digest, "sha256:")+`"`)
	h.Set("Cache-Control", "private, max-age=300")
	if lasting {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Del("Set-Cookie")
	h.Set("Content-Disposition", disposition(k.inline, name))
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

func disposition(inline bool, name string) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	if v := mime.FormatMediaType(kind, map[string]string{"filename": name}); v != "" {
		return v
	}
	return kind
}

// Handler serves both kinds of address below the folder of the signer. now is the wall's time:
// an address is a secret, not a deadline of the domain. fail renders the errors
// of this package.
func (s *Store) Handler(sign *Signer, now func() time.Time, fail func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.handle(w, r, sign, now()); err != nil {
			fail(w, r, err)
		}
	})
}

func (s *Store) handle(w http.ResponseWriter, r *http.Request, sign *Signer, now time.Time) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ErrBadLink
	}
	rest, ok := strings.CutPrefix(r.URL.Path, sign.path)
	if !ok {
		return ErrBadLink
	}
	rest, public := strings.CutPrefix(rest, "public/")
	hexed, name, ok := strings.Cut(rest, "/")
	digest := "sha256:" + hexed
	if !ok || !ValidDigest(digest) || strings.Contains(name, "/") {
		return ErrBadLink
	}
	var err error
	if public {
		err = sign.VerifyPublic(digest, name, r.URL.Query())
	} else {
		err = sign.Verify(digest, name, r.URL.Query(), now)
	}
	if err != nil {
		return err
	}
	return s.Serve(w, r, digest, name, public)
}

// Gone reports whether err means that there is nothing at the address.
func Gone(err error) bool { return errors.Is(err, ErrBadLink) || errors.Is(err, ErrNotFound) }

var _ interface {
	Seek(offset int64, whence int) (int64, error)
} = (*blob.Reader)(nil)
