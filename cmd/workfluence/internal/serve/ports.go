package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net"
	"os"
	"strconv"
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
// replaces those that somebody else took meanwhile.
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
			return p, errors.New("the first process of this state folder has not started yet")
		}
		return p, nil
	}
	taken := map[int]bool{}
	if listen != "" {
		_, port, err := net.SplitHostPort(listen)
		if err != nil {
			return p, err
		}
		if p.Public, err = strconv.Atoi(port); err != nil {
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

func free(port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
