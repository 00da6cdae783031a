package files

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/pg"
)

// CollectAfter is how long content that nothing refers to is kept: an upload may
// still be going on, and somebody may put a file back. Wall time.
const CollectAfter = 7 * 24 * time.Hour

// deleteTime bounds the deletion of one content, during which its row is locked.
const deleteTime = 10 * time.Second

// Statements are what a service says about its contents, over a table of its own
// with a row for each (digest, unused_since). What refers to one, it alone knows.
type Statements struct {
	Claim  string // of @digest: makes its row, or says that it is not unused
	Mark   string // sets unused_since to @wall where nothing refers to the content
	Unmark string // clears it where something does again
	Unused string // some digests that are unused since @before
	Drop   string // deletes the row of @digest, if it is unused since @before and nothing refers to it
}

// Collector removes from a store what nothing refers to any more.
type Collector struct {
	Pool  *pgxpool.Pool
	Store *Store
	Statements
	// Known lists those of some uploads in parts that are known still; nil when nothing comes in parts.
	Known func(ctx context.Context, uploads []string) ([]string, error)
}

// Claim says that content is about to be kept and will be referred to. Its row
// stands before the content does, so that nothing in the file store is without
// one; and from here on the collector counts its days anew. When the collector
// is at it at this very moment, this waits for the row, and the content is
// written again after it is gone.
func (c *Collector) Claim(ctx context.Context, digest string) error {
	_, err := pg.Exec(ctx, c.Pool, c.Statements.Claim, pg.Args{"digest": digest})
	return err
}

// Collect removes content that nothing has referred to for CollectAfter, and what
// uploads that died left behind. Content that several share stays while one of
// them does.
func (c *Collector) Collect(ctx context.Context, wall time.Time) error {
	known := c.Known
	if known == nil {
		known = func(context.Context, []string) ([]string, error) { return nil, nil }
	}
	return errors.Join(c.Unused(ctx, wall), c.Store.DropStale(ctx, wall.Add(-CollectAfter), known))
}

// Unused removes content that nothing has referred to for CollectAfter.
func (c *Collector) Unused(ctx context.Context, wall time.Time) error {
	for _, sql := range []string{c.Unmark, c.Mark} {
		if _, err := pg.Exec(ctx, c.Pool, sql, pg.Args{"wall": wall}); err != nil {
			return err
		}
	}
	before := wall.Add(-CollectAfter)
	digests, err := pg.Column[string](ctx, c.Pool, c.Statements.Unused, pg.Args{"before": before})
	if err != nil {
		return err
	}
	for _, digest := range digests {
		if err := c.Remove(ctx, digest, before); err != nil {
			return err
		}
	}
	return nil
}

// Remove removes one content, if it is still unused: the row is deleted first,
// which locks it, and comes back when the content could not be removed. A claim
// waits meanwhile; it finds no row and makes one, and then writes the content.
func (c *Collector) Remove(ctx context.Context, digest string, before time.Time) error {
	return pg.InTx(ctx, c.Pool, func(ctx context.Context, tx pgx.Tx) error {
		n, err := pg.Exec(ctx, tx, c.Drop, pg.Args{"digest": digest, "before": before})
		if err != nil || n == 0 {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, deleteTime)
		defer cancel()
		return c.Store.Delete(ctx, digest)
	})
}
