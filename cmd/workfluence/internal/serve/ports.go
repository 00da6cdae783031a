package serve

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net"
	"os"
	"slices"
	"strconv"
	"syscall"

	"github.com/workfluence/workfluence/internal/devstack/statedir"
	"github.com/workfluence/workfluence/internal/identity"
)

// ports are the loopback ports of one state folder. They are chosen once and
// kept, so that links in caught mails and open pages survive a restart, and
// several processes find each other.
type ports struct {
	Host   string         `json:"host,omitempty"` // of the public address; "" is 127.0.0.1
	Public int            `json:"public"`
	Files  int            `json:"files"`
	Stripe int            `json:"stripe"`
	Parts  map[string]int `json:"parts"`
}

// first is where the search for a free public port begins. The others begin at
// a place of the state folder's own, so that two checkouts that start at the
// same moment do not reach for the same one.
const first = 8080

func elsewhere(path string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(path)) // never fails
	return 20000 + int(h.Sum32()%20000)
}

// choosePorts reads the folder's ports and, for the owner of the stack,
// replaces those that somebody else took meanwhile. The host and port of listen
// were asked for by name: they are used or refused, never replaced.
func choosePorts(path, listen string, owner bool, parts []string) (ports, error) {
	var p ports
	body, err := os.ReadFile(path)
	switch {
	case err == nil:
		if err := json.Unmarshal(body, &p); err != nil {
			return p, fmt.Errorf("%s: %w", path, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return p, err
	}
	if !owner {
		if p.Public == 0 {
			return p, errors.New("the first process of this state folder is still starting: try again in a moment")
		}
		return p, nil
	}
	taken := map[int]bool{}
	if listen != "" {
		if p.Host, p.Public, err = addressOf(listen); err != nil {
			return p, err
		}
		if err := refused(p.public()); err != nil {
			return p, err
		}
	}
	if !free(net.JoinHostPort(p.host(), "0")) {
		p.Host = "" // this machine has no such loopback any more
	}
	keep := func(port, next int, at func(int) string) (int, error) {
		if port != 0 && !taken[port] && free(at(port)) {
			taken[port] = true
			return port, nil
		}
		for ; next < 1<<16; next++ {
			if !taken[next] && free(at(next)) {
				taken[next] = true
				return next, nil
			}
		}
		return 0, errors.New("no free port on the loopback")
	}
	if p.Public, err = keep(p.Public, first, p.at); err != nil {
		return p, err
	}
	for _, port := range []*int{&p.Files, &p.Stripe} {
		if *port, err = keep(*port, elsewhere(path), loopback); err != nil {
			return p, err
		}
	}
	if p.Parts == nil {
		p.Parts = map[string]int{}
	}
	for _, name := range parts {
		if p.Parts[name], err = keep(p.Parts[name], elsewhere(path), loopback); err != nil {
			return p, err
		}
	}
	body, err = json.Marshal(p)
	if err != nil {
		return p, err
	}
	return p, os.WriteFile(path, body, 0o600)
}

// addressOf reads what --listen names. A name is the loopback of IPv4, as no host is.
func addressOf(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, fmt.Errorf("--listen: %w", err)
	}
	if net.ParseIP(host) == nil {
		host = ""
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("--listen: %q is no port; leave --listen out and a free one is found", text)
	}
	return host, int(n), nil
}

// refused says why the address that was asked for can't be listened on.
func refused(address string) error {
	door, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		host, port, _ := net.SplitHostPort(address)
		return fmt.Errorf("port %s is taken by another program: choose another with --listen %s, or leave --listen out and a free port is found",
			port, net.JoinHostPort(host, "PORT"))
	}
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	return door.Close()
}

// joinable says whether these parts can be served beside the first process of
// the state folder, which is another one.
func (p ports) joinable(state, listen string, parts []string) error {
	if slices.Contains(parts, identity.Gateway) && !free(p.public()) {
		return fmt.Errorf("serve --dev runs already for this state folder, at http://%s: open that, or stop it first; for a second world beside it set %s to another folder than %s",
			p.public(), statedir.Env, state)
	}
	if listen != "" {
		if host, port, err := addressOf(listen); err != nil || port != p.Public || (ports{Host: host}).host() != p.host() {
			return errors.Join(err, fmt.Errorf("the first process of this state folder said http://%s: leave --listen out (the folder is %s)", p.public(), state))
		}
	}
	for _, name := range parts {
		if !free(loopback(p.Parts[name])) {
			return fmt.Errorf("another process of this state folder serves %s already: stop it first, or leave %s out of --target (the folder is %s)", name, name, state)
		}
	}
	return nil
}

func free(address string) bool {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	return l.Close() == nil
}

const ipv4 = "127.0.0.1"

func (p ports) host() string { return cmp.Or(p.Host, ipv4) }

func (p ports) at(port int) string { return net.JoinHostPort(p.host(), strconv.Itoa(port)) }

// public is the address of the pages.
func (p ports) public() string { return p.at(p.Public) }

// loopback is the address of what only our own processes reach.
func loopback(port int) string { return net.JoinHostPort(ipv4, strconv.Itoa(port)) }
