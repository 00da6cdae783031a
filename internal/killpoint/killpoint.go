// Package killpoint names the places in the code where a test kills the process, to prove that a crash there loses nothing and does
// nothing twice.
//
// A place is declared once, in a package variable, so that a test can list them all and walk them. Here does nothing unless the
// environment of the process names that very place and the process was started for development; then the process dies as by kill -9:
// no deferred function, no drain, no flush.
//
//	WORKFLUENCE_KILL=billing.transfer.answered        the first time
//	WORKFLUENCE_KILL=billing.transfer.answered:3      the third time
package killpoint

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Env is the variable that names the place.
const Env = "WORKFLUENCE_KILL"

// Point is one declared place. Why says what state a crash leaves behind there.
type Point struct {
	Name string
	Why  string
}

var registry = struct {
	sync.Mutex
	points []Point
}{}

var armed = parse(os.Getenv(Env))

type target struct {
	name string
	left atomic.Int64
}

func parse(s string) *target {
	if s == "" {
		return nil
	}
	name, nth, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(nth, 10, 64)
	if err != nil || n < 1 {
		n = 1
	}
	t := &target{name: name}
	t.left.Store(n)
	return t
}

var allowed atomic.Bool

// Allow lets the places kill this process. Only `serve --dev` calls it, so that an environment variable can't stop a production.
func Allow() { allowed.Store(true) }

// Declare registers places and returns them. It panics when a name is taken: two places of one name could not be told apart.
func Declare(points ...Point) []Point {
	registry.Lock()
	defer registry.Unlock()
	for _, p := range points {
		if slices.ContainsFunc(registry.points, func(q Point) bool { return q.Name == p.Name }) {
			panic("killpoint: declared twice: " + p.Name)
		}
		registry.points = append(registry.points, p)
	}
	return points
}

// All lists the declared places in order of declaration.
func All() []Point {
	registry.Lock()
	defer registry.Unlock()
	return slices.Clone(registry.points)
}

// Here kills the process if it was started to die at this place.
func Here(name string) {
	if armed == nil || armed.name != name || !allowed.Load() {
		return
	}
	if armed.left.Add(-1) == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way; nothing more may happen here
	}
}
