package translog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/workfluence/workfluence/internal/pg"
)

// step is how many rows Check reads at a time.
const step = 1000

// Finding is something in the log that is not as it was written.
type Finding struct {
	Row    int64 // of the log; -1 for what is about all of it
	Detail string
}

// String is "row 7: …".
func (f Finding) String() string {
	if f.Row < 0 {
		return f.Detail
	}
	return fmt.Sprintf("row %d: %s", f.Row, f.Detail)
}

// Check builds the tree again from the rows and holds it against the stored hashes and the newest checkpoint. A row that somebody rewrote
// is named, since its own hash stands beside it; whoever rewrote the hashes as well is found by the checkpoint, and who signed another one by
// all who kept one.
func (l *Log) Check(ctx context.Context) (rows int64, findings []Finding, err error) {
	err = pg.InTx(ctx, l.pool, func(ctx context.Context, tx pgx.Tx) error {
		rows, findings = 0, nil
		var fresh memory
		size, err := pg.Scalar[int64](ctx, tx, queries.SQL("Size"))
		if err != nil {
			return err
		}
		stored := &tree{ctx: ctx, db: tx, first: tlog.StoredHashCount(size)}
		for {
			lines, err := pg.Column[string](ctx, tx, queries.SQL("Rows"), pgx.NamedArgs{"from": rows, "limit": step})
			if err != nil {
				return err
			}
			if len(lines) == 0 {
				break
			}
			found, err := fresh.add(stored, rows, lines)
			if err != nil {
				return err
			}
			findings = append(findings, found...)
			rows += int64(len(lines))
		}
		return l.checkSigned(ctx, tx, rows, fresh, &findings)
	})
	return rows, findings, err
}

func (l *Log) checkSigned(ctx context.Context, tx pgx.Tx, rows int64, fresh memory, findings *[]Finding) error {
	c, err := pg.One[Signed](ctx, tx, queries.SQL("Checkpoint"))
	if pg.NoRows(err) {
		if rows > 0 {
			*findings = append(*findings, Finding{-1, "no checkpoint was ever signed"})
		}
		return nil
	}
	if err != nil {
		return err
	}
	signed, err := l.keys.Open(c.Signed)
	switch {
	case err != nil:
		*findings = append(*findings, Finding{-1, fmt.Sprintf("the checkpoint of %d rows: %v", c.Size, err)})
		return nil
	case signed.Size != rows || c.Size != rows:
		*findings = append(*findings, Finding{-1, fmt.Sprintf("the log has %d rows, and the newest checkpoint was signed for %d", rows, signed.Size)})
		return nil
	}
	root, err := tlog.TreeHash(rows, fresh)
	if err != nil {
		return err
	}
	if root != signed.Root {
		*findings = append(*findings, Finding{-1, fmt.Sprintf("the rows do not make the root that was signed for %d of them", rows)})
	}
	return nil
}

// memory is a tree built anew.
type memory []tlog.Hash

// ReadHashes is tlog.HashReader.
func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = m[at]
	}
	return out, nil
}

// add hashes rows, and names those whose stored hash is another one.
func (m *memory) add(stored tlog.HashReader, first int64, lines []string) ([]Finding, error) {
	var findings []Finding
	leaves := make([]int64, len(lines))
	for i, line := range lines {
		more, err := tlog.StoredHashes(first+int64(i), []byte(line), *m)
		if err != nil {
			return nil, err
		}
		leaves[i] = int64(len(*m))
		*m = append(*m, more...)
	}
	kept, err := stored.ReadHashes(leaves)
	if err != nil {
		return nil, err
	}
	for i, at := range leaves {
		if kept[i] != (*m)[at] {
			findings = append(findings, Finding{first + int64(i), "it is not what its hash was made of"})
		}
	}
	return findings, nil
}
