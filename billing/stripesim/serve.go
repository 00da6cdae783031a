package stripesim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// call is one API request while it is served.
type call struct {
	sim     *Sim
	http    *http.Request
	route   *route
	p       params
	account *account // whose objects are meant: the platform, or the Stripe-Account
	request string   // req_…
	key     string   // Idempotency-Key
	print   string   // fingerprint of method, path and parameters
}

func (c *call) path(name string) string { return c.http.PathValue(name) }

// reply is what goes back.
type reply struct {
	status   int
	body     []byte
	replayed bool
	request  string
}

const maxBody = 1 << 20

// api serves one route of /v1.
func (s *Sim) api(rt *route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Stripe-Version", Version)
		c := &call{sim: s, http: r, route: rt, request: "req_" + secret()[:14]}
		w.Header().Set("Request-Id", c.request)
		if err := c.read(); err != nil {
			write(w, c.fail(err))
			return
		}
		if c.key != "" {
			w.Header().Set("Idempotency-Key", c.key)
		}
		f := s.faults.take(r, c)
		if f.before(w, r) {
			return
		}
		out, done := s.begin(c)
		if !done {
			f.pause(r.Context())
			out = s.execute(c, f)
		}
		f.after(w, out)
	}
}

// read authenticates and decodes. Nothing it refuses is stored under a key.
func (c *call) read() *failure {
	if err := c.authenticate(); err != nil {
		return err
	}
	if v := c.http.Header.Get("Stripe-Version"); v != "" && v != Version {
		return invalid("", "", "This simulator speaks API version %s, not %s.", Version, v)
	}
	form, err := c.form()
	if err != nil {
		return err
	}
	n, err := decodeForm(form)
	if err != nil {
		return err
	}
	if c.p, err = c.route.params.and(fields{"expand": listOf(text)}).check(n, ""); err != nil {
		return err
	}
	if err := checkExpand(c.route.object(), c.p.strs("expand")); err != nil {
		return err
	}
	if c.http.Method != http.MethodGet {
		c.key = strings.TrimSpace(c.http.Header.Get("Idempotency-Key"))
		if len(c.key) > 255 {
			return invalid("", "", "Idempotency keys have at most 255 characters.")
		}
		c.print = c.http.Method + " " + c.http.URL.Path + "?" + form.Encode()
	}
	return c.pickAccount()
}

func (c *call) authenticate() *failure {
	key, _, basic := c.http.BasicAuth()
	if !basic {
		key = strings.TrimPrefix(c.http.Header.Get("Authorization"), "Bearer ")
	}
	want := c.sim.cfg.Key
	if key == "" {
		return &failure{Status: 401, Kind: invalidRequest, Message: "You did not provide an API key."}
	}
	if want != "" && key != want || !strings.HasPrefix(key, "sk_test_") && !strings.HasPrefix(key, "rk_test_") {
		return &failure{Status: 401, Kind: invalidRequest, Message: "Invalid API Key provided: " + firstRunes(key, 8) + "…"}
	}
	return nil
}

func (c *call) form() (url.Values, *failure) {
	raw := c.http.URL.RawQuery
	if c.http.Method == http.MethodPost {
		if raw != "" {
			return nil, invalid("", "", "Parameters of a POST belong in its body.")
		}
		body, err := io.ReadAll(io.LimitReader(c.http.Body, maxBody+1))
		if err != nil || len(body) > maxBody {
			return nil, invalid("", "", "The request body could not be read.")
		}
		if t := c.http.Header.Get("Content-Type"); len(body) > 0 && !strings.HasPrefix(t, "application/x-www-form-urlencoded") {
			return nil, invalid("", "", "Invalid request: send application/x-www-form-urlencoded, not %s.", t)
		}
		raw = string(body)
	}
	form, err := url.ParseQuery(raw)
	if err != nil {
		return nil, invalid("", "", "Invalid form: %s", err)
	}
	return form, nil
}

func (c *call) pickAccount() *failure {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	c.account = c.sim.platform
	id := c.http.Header.Get("Stripe-Account")
	if id == "" || id == c.account.ID {
		return nil
	}
	a, ok := c.sim.tables.accounts.get(id)
	if !ok {
		return &failure{
			Status: 403, Kind: invalidRequest, Code: "account_invalid",
			Message: "The provided key does not have access to account '" + id + "' (or that account does not exist).",
		}
	}
	if c.route.platformOnly {
		return invalid("", "", "This request can't be made on behalf of a connected account here.")
	}
	c.account = a
	return nil
}

// execute runs the use case, expands and encodes its answer, and files the answer under the key: all in one commit.
func (s *Sim) execute(c *call, f *fault) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	var out reply
	if stored, ok := f.stored(); ok && !f.execute() {
		out = c.fail(stored)
		s.keep(c, out, true)
	} else {
		out = c.run()
		if ok {
			out = c.fail(stored)
			s.keep(c, out, true)
		}
	}
	s.commit()
	return out
}

// run executes and renders, with the lock held.
func (c *call) run() reply {
	s := c.sim
	s.serving = c
	v, err := c.route.do(c)
	s.serving = nil
	if err != nil {
		out := c.fail(err)
		s.keep(c, out, err.stored)
		return out
	}
	for _, path := range c.p.strs("expand") {
		s.expand(v, strings.Split(path, "."))
	}
	body, fault := json.Marshal(v)
	if fault != nil {
		return c.fail(&failure{Status: 500, Kind: apiFault, Message: fault.Error()})
	}
	out := reply{status: 200, body: body, request: c.request}
	s.keep(c, out, true)
	return out
}

func (c *call) fail(f *failure) reply {
	body, _ := json.Marshal(f.body())
	return reply{status: f.Status, body: body, request: c.request}
}

func write(w http.ResponseWriter, out reply) {
	w.Header().Set("Content-Type", "application/json")
	if out.request != "" {
		w.Header().Set("Request-Id", out.request)
	}
	if out.replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body)
}
