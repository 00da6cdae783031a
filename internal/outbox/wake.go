package outbox

import "sync"

// The relay of the same process is told that a transaction has appended, so
// that it looks again within milliseconds instead of at its next poll. It is
// only a hint: the transaction has not committed yet, may never do so, and in
// another replica nobody hears it. PostgreSQL's NOTIFY is not used for this:
// it takes a database-wide lock at commit and would line up every sale behind
// the disk.
var wakers struct {
	sync.Mutex
	m map[string][]chan struct{}
}

// stir hints every relay of a schema in this process.
func stir(schema string) {
	wakers.Lock()
	defer wakers.Unlock()
	for _, c := range wakers.m[schema] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// subscribe gives a channel that stir fills; the function ends it.
func subscribe(schema string) (<-chan struct{}, func()) {
	wakers.Lock()
	defer wakers.Unlock()
	if wakers.m == nil {
		wakers.m = map[string][]chan struct{}{}
	}
	c := make(chan struct{}, 1)
	wakers.m[schema] = append(wakers.m[schema], c)
	return c, func() {
		wakers.Lock()
		defer wakers.Unlock()
		for i, other := range wakers.m[schema] {
			if other == c {
				wakers.m[schema] = append(wakers.m[schema][:i:i], wakers.m[schema][i+1:]...)
				return
			}
		}
	}
}
