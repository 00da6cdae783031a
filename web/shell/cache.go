package shell

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/sync/singleflight"

	"github.com/workfluence/workfluence/internal/clock"
)

// The cache holds whole public pages, plain and compressed, for visitors who are not signed in. An edit drops the
// pages about what was edited, in every process, as soon as its event arrives. Events are only heard while Redis
// and the relay work, and nobody is told when they don't: so an entry is good for less than a second all the same,
// an edit shows within a second whatever is lost, and under load a page is made about once a second, by one of
// the visitors who ask at the same time.
const (
	freshFor  = 900 * time.Millisecond
	cacheRoom = 64 << 20 // bytes
)

type entry struct {
	plain, packed []byte
	etag          string
	about         []string // see Visit.About
	made          time.Time
}

func (e entry) size() int { return len(e.plain) + len(e.packed) }

type cache struct {
	clock   clock.Clock
	flight  singleflight.Group
	mu      sync.RWMutex
	entries map[string]entry
	used    int
	epoch   uint64 // grows with each change told, so that a page on its way is not kept
}

func newCache(c clock.Clock) *cache { return &cache{clock: c, entries: map[string]entry{}} }

// get returns a fresh entry. The epoch goes back to put with the page that is made instead of one.
func (c *cache) get(key string) (e entry, fresh bool, epoch uint64) {
	c.mu.RLock()
	e, ok := c.entries[key]
	epoch = c.epoch
	c.mu.RUnlock()
	return e, ok && c.clock.Wall().Sub(e.made) < freshFor, epoch
}

// put keeps a page, unless a change was told since it was begun: it may show what was before. A full cache is
// emptied: what is asked for is back within a request each.
func (c *cache) put(key string, e entry, epoch uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != epoch {
		return
	}
	if c.used+e.size() > cacheRoom {
		clear(c.entries)
		c.used = 0
	}
	c.used += e.size() - c.entries[key].size()
	c.entries[key] = e
}

// forget drops every page about one of the subjects, in all languages.
func (c *cache) forget(subjects []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	for key, e := range c.entries {
		if slices.ContainsFunc(subjects, func(s string) bool { return slices.Contains(e.about, s) }) {
			c.used -= e.size()
			delete(c.entries, key)
		}
	}
}

// Changed tells that pages about these subjects are other than before. It makes the change show at once; without
// it the change shows within a second.
func (s *Shell) Changed(subjects ...string) { s.cache.forget(subjects) }

// About names what a public page shows, by ids or words that [Shell.Changed] will be told: the page is made anew
// when one of them changes. To be called by the function that makes the page, see [Visit.ShowPublic].
func (v *Visit) About(subjects ...string) { v.about = append(v.about, subjects...) }

// ShowPublic answers with a page that looks the same to everybody who is not signed in. The page is made by the
// function, at most about once a second; for those who are signed in, and for htmx, it is made each time. The
// function sets the page's title on the visit that it is given and must not depend on cookies. What else the
// page depends on, of few values, is named by the variants: the reader's currency.
func (v *Visit) ShowPublic(build func(v *Visit) (templ.Component, error), variants ...string) error {
	if !v.Caller.Anonymous() || v.Page.Flash != nil || v.htmx() {
		body, err := build(v)
		if err != nil {
			return err
		}
		return v.Show(body)
	}
	e, err := v.shared(build, variants)
	if err != nil {
		return err
	}
	h := v.gin.Writer.Header()
	v.headers()
	h.Set("Cache-Control", "public, no-cache")
	h.Set("ETag", e.etag)
	if match := v.gin.GetHeader("If-None-Match"); match != "" && strings.Contains(match, e.etag) {
		v.gin.Status(http.StatusNotModified)
		v.gin.Writer.WriteHeaderNow()
		return nil
	}
	send(v.gin.Writer, v.gin.Request, http.StatusOK, e.plain, e.packed)
	return nil
}

// shared finds the page in the cache or makes it, once for all who wait for it.
func (v *Visit) shared(build func(v *Visit) (templ.Component, error), variants []string) (entry, error) {
	c := v.shell.cache
	key := v.gin.Request.URL.RequestURI() + " " + string(v.L.Tag) + " " + v.Page.Theme + " " + strings.Join(variants, " ")
	e, ok, epoch := c.get(key)
	if ok {
		return e, nil
	}
	// Who comes after a change doesn't wait for a page that was begun before it.
	made, err, _ := c.flight.Do(strconv.FormatUint(epoch, 36)+" "+key, func() (any, error) {
		e, ok, epoch := c.get(key)
		if ok {
			return e, nil
		}
		// One visitor who leaves must not take the page from the others who wait for it.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context()), 10*time.Second)
		defer cancel()
		was := v.gin.Request
		v.gin.Request = was.WithContext(ctx)
		defer func() { v.gin.Request = was }()
		now := c.clock.Wall()
		body, err := build(v)
		if err != nil {
			return nil, err
		}
		var plain bytes.Buffer
		if err := Layout(v.Page, body).Render(ctx, &plain); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(plain.Bytes())
		e = entry{plain: plain.Bytes(), packed: pack(plain.Bytes()), etag: `W/"` + hex.EncodeToString(sum[:8]) + `"`, about: v.about, made: now}
		c.put(key, e, epoch)
		return e, nil
	})
	if err != nil {
		return entry{}, err
	}
	return made.(entry), nil
}
