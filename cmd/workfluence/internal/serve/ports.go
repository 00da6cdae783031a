package serve

import (
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
// replaces those that somebody else took meanwhile. The port of listen was
// asked for by name: it is used or refused, never replaced.
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
		if p.Public, err = portOf(listen); err != nil {
			return p, err
		}
		if err := refused(p.Public); err != nil {
			return p, err
		}
	}
	keep := func(port, next int) (int, error) {
		if port != 0 && !taken[port] && free(port) {
			taken[port] = true
			return port, nil
		}
		for ; next < 1<<16; next++ {
			if !taken[next] && free(next) {
				taken[next] = true
				return next, nil
			}
		}
		return 0, errors.New("no free port on the loopback")
	}
	if p.Public, err = keep(p.Public, first); err != nil {
		return p, err
	}
	for _, port := range []*int{&p.Files, &p.Stripe} {
		if *port, err = keep(*port, elsewhere(path)); err != nil {
			return p, err
		}
	}
	if p.Parts == nil {
		p.Parts = map[string]int{}
	}
	for _, name := range parts {
		if p.Parts[name], err = keep(p.Parts[name], elsewhere(path)); err != nil {
			return p, err
		}
	}
	body, err = json.Marshal(p)
	if err != nil {
		return p, err
	}
	return p, os.WriteFile(path, body, 0o600)
}

func portOf(listen string) (int, error) {
	_, text, err := net.SplitHostPort(listen)
	if err != nil {
		return 0, fmt.Errorf("--listen: %w", err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("--listen: %q is no port; leave --listen out and a free one is found", text)
	}
	return int(port), nil
}

// refused says why the port that was asked for can't be listened on.
func refused(port int) error {
	door, err := net.Listen("tcp", loopback(port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %d is taken by another program: choose another with --listen 127.0.0.1:PORT, or leave --listen out and a free port is found", port)
	}
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	return door.Close()
}

// joinable says whether these parts can be served beside the first process of
// the state folder, which is another one.
func (p ports) joinable(state, listen string, parts []string) error {
	if slices.Contains(parts, identity.Gateway) && !free(p.Public) {
		return fmt.Errorf("serve --dev runs already for this state folder, at http://%s: open that, or stop it first; for a second world beside it set %s to another folder than %s",
			loopback(p.Public), statedir.Env, state)
	}
	if listen != "" {
		if port, err := portOf(listen); err != nil || port != p.Public {
			return errors.Join(err, fmt.Errorf("the first process of this state folder said http://%s: leave --listen out (the folder is %s)", loopback(p.Public), state))
		}
	}
	for _, name := range parts {
		if !free(p.Parts[name]) {
			return fmt.Errorf("another process of this state folder serves %s already: stop it first, or leave %s out of --target (the folder is %s)", name, name, state)
		}
	}
	return nil
}

func free(port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
