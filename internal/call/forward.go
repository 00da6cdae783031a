package call

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/workfluence/workfluence/internal/problem"
)

// hopByHop are the headers that end at a hop (RFC 9110 §7.6.1).
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// Forward passes a request on to a part and its answer back, both bodies
// streaming. It is Do for a whole request: signed as the minter's target and
// for the person in the context. In the process the handler writes to w
// itself. The error says that nothing was written.
func (t *Transport) Forward(w http.ResponseWriter, req *http.Request, name string) error {
	local, base := t.dir.find(name)
	if local == nil && base == nil {
		return problem.ErrUnavailable
	}
	ctx := req.Context()
	out := req.WithContext(ctx)
	if local != nil {
		out = req.WithContext(stripped{ctx})
	}
	out.Header = req.Header.Clone()
	for _, h := range hopByHop {
		out.Header.Del(h)
	}
	if err := t.sign(ctx, out, name); err != nil {
		return err
	}
	if local != nil {
		local.ServeHTTP(w, out)
		return nil
	}
	out.URL = &url.URL{Scheme: base.Scheme, Host: base.Host, Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	out.Header.Set("X-Forwarded-Host", req.Host)
	out.Host, out.RequestURI = "", ""
	if out.ContentLength == 0 {
		out.Body = http.NoBody
	}
	resp, err := t.next.RoundTrip(out)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return problem.ErrUpstream.Because(err)
	}
	defer func() { _ = resp.Body.Close() }()
	copyAnswer(w, resp)
	return nil
}

func copyAnswer(w http.ResponseWriter, resp *http.Response) {
	head := w.Header()
	for name, values := range resp.Header {
		if !strings.EqualFold(name, "Connection") {
			head[name] = values
		}
	}
	w.WriteHeader(resp.StatusCode)
	if _, err := io.Copy(w, resp.Body); err != nil {
		panic(http.ErrAbortHandler) // the head is out: only a broken connection tells the truth
	}
}
