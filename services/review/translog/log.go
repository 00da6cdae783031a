package translog

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/receipt"
)

//go:embed queries.sql
var queriesFile string

var queries = pg.MustLoad(queriesFile)

// batch is how many leaves are given a place at once: one signature serves them all.
const batch = 256

const sequenced = "review.log.sequenced"

// KillPoints are the places of the sequencer at which a test kills the process.
var KillPoints = killpoint.Declare(
	killpoint.Point{Name: sequenced, Why: "rows, hashes and the checkpoint are written and not committed: the batch is taken again, whole"},
)

var (
	// errPending: the leaf has no place in the log yet.
	errPending = errors.New("translog: the leaf is queued")
	// errErased: statement and salt are gone, so there is nothing to hand out.
	errErased = errors.New("translog: the words of the leaf are erased")
)

// Pending says that an error of [Log.Receipt] is that the leaf has no place yet: a moment later it has.
func Pending(err error) bool { return errors.Is(err, errPending) }

// Erased says that an error of [Log.Receipt] is that what was committed to is gone.
func Erased(err error) bool { return errors.Is(err, errErased) }

// Log is the log of one house. It is safe for concurrent use, by any number of processes.
type Log struct {
	pool   *pgxpool.Pool
	clock  clock.Clock
	secret string
	keys   receipt.Keys
	file   string // of public keys
}

// New opens the log with its secret key (receipt.NewKey) and the lines of its former public keys, by which old checkpoints are known.
func New(pool *pgxpool.Pool, c clock.Clock, secret string, former ...string) (*Log, error) {
	public, err := receipt.Public(secret)
	if err != nil {
		return nil, err
	}
	file := "# The public keys of the log of decisions, the present one first: docs/receipts.md\n" + strings.Join(append([]string{public}, former...), "\n") + "\n"
	keys, err := receipt.ParseKeys([]byte(file))
	if err != nil {
		return nil, err
	}
	return &Log{pool: pool, clock: c, secret: secret, keys: keys, file: file}, nil
}

// KeyFile is the file of public keys, as it is published.
func (l *Log) KeyFile() string { return l.file }

// Queue writes a leaf in the transaction of what it is about. Parts is what the statement's digest is over, in RFC 8785 JSON. It is
// refused when they do not make that digest: such a receipt could never be proved.
func (l *Log) Queue(ctx context.Context, tx pgx.Tx, s receipt.Statement, parts json.RawMessage) error {
	canonical, err := canon.JSON(parts)
	if err != nil {
		return fmt.Errorf("translog: the parts of %s: %w", s.ID, err)
	}
	if canon.Sum(canonical) != s.Digest {
		return fmt.Errorf("translog: the parts of %s do not make its digest", s.ID)
	}
	salt := make([]byte, receipt.SaltSize)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	record, err := receipt.Commit(s, salt)
	if err != nil {
		return err
	}
	line, err := record.Line()
	if err != nil {
		return err
	}
	said, err := canon.JSON(s)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, queries.SQL("InsertLeaf"), pgx.NamedArgs{
		"id": s.ID, "line": string(line), "salt": salt, "statement": string(said), "parts": string(canonical),
	})
	return err
}

// queued is a leaf without a place.
type queued struct {
	ID   string
	Line string
}

// Sequence gives what is queued its places, a batch at most, and says how many that were.
func (l *Log) Sequence(ctx context.Context) (int, error) {
	n := 0
	err := pg.InTx(ctx, l.pool, func(ctx context.Context, tx pgx.Tx) error {
		n = 0
		if _, err := pg.Exec(ctx, tx, queries.SQL("LockLog")); err != nil {
			return err
		}
		leaves, err := pg.Many[queued](ctx, tx, queries.SQL("Queued"), pgx.NamedArgs{"limit": batch})
		if err != nil || len(leaves) == 0 {
			return err
		}
		n = len(leaves)
		return l.append(ctx, tx, leaves)
	})
	return n, err
}

// append adds leaves to the log and signs what it is then. The log is locked.
func (l *Log) append(ctx context.Context, tx pgx.Tx, leaves []queued) error {
	first, err := pg.Scalar[int64](ctx, tx, queries.SQL("Size"))
	if err != nil {
		return err
	}
	t := &tree{ctx: ctx, db: tx, first: tlog.StoredHashCount(first)}
	var ids, lines []string
	for i, leaf := range leaves {
		more, err := tlog.StoredHashes(first+int64(i), []byte(leaf.Line), t)
		if err != nil {
			return err
		}
		t.fresh = append(t.fresh, more...)
		ids, lines = append(ids, leaf.ID), append(lines, leaf.Line)
	}
	size := first + int64(len(leaves))
	root, err := tlog.TreeHash(size, t)
	if err != nil {
		return err
	}
	signed, err := receipt.Sign(l.secret, size, root)
	if err != nil {
		return err
	}
	hashes := make([][]byte, len(t.fresh))
	for i, h := range t.fresh {
		hashes[i] = h[:]
	}
	for name, args := range map[string]pgx.NamedArgs{
		"InsertRows":       {"first": first, "ids": ids, "lines": lines},
		"InsertHashes":     {"first": t.first, "hashes": hashes},
		"InsertCheckpoint": {"size": size, "signed": signed, "at": l.clock.Now()},
	} {
		if _, err := pg.Exec(ctx, tx, queries.SQL(name), args); err != nil {
			return err
		}
	}
	killpoint.Here(sequenced)
	return nil
}

// Quiet says that nothing is queued.
func (l *Log) Quiet(ctx context.Context) (bool, error) {
	waits, err := pg.Scalar[bool](ctx, l.pool, queries.SQL("AnyQueued"))
	return !waits, err
}

// Signed is a checkpoint as it was signed.
type Signed struct {
	Size   int64
	Signed string
}

// Checkpoint is the newest one. problem.ErrNotFound for a log without a row.
func (l *Log) Checkpoint(ctx context.Context) (Signed, error) {
	c, err := pg.One[Signed](ctx, l.pool, queries.SQL("Checkpoint"))
	if pg.NoRows(err) {
		return c, problem.ErrNotFound
	}
	return c, err
}

// Rows are lines of the log from an index on, limit at most.
func (l *Log) Rows(ctx context.Context, from int64, limit int) ([]string, error) {
	return pg.Column[string](ctx, l.pool, queries.SQL("Rows"), pgx.NamedArgs{"from": from, "limit": limit})
}

// leaf is what is known of one.
type leaf struct {
	Line      string
	Index     *int64
	Salt      []byte
	Statement *string
	Parts     *string
}

// Receipt is the file that proves a leaf. problem.ErrNotFound when there is none of that id; see [Pending] and [Erased].
func (l *Log) Receipt(ctx context.Context, id string) ([]byte, error) {
	var file []byte
	err := pg.InTx(ctx, l.pool, func(ctx context.Context, tx pgx.Tx) error {
		found, err := pg.One[leaf](ctx, tx, queries.SQL("Leaf"), pgx.NamedArgs{"id": id})
		switch {
		case pg.NoRows(err):
			return problem.ErrNotFound
		case err != nil:
			return err
		case found.Statement == nil || found.Parts == nil:
			return errErased
		case found.Index == nil:
			return errPending
		}
		c, err := pg.One[Signed](ctx, tx, queries.SQL("Checkpoint"))
		if err != nil {
			return err
		}
		file, err = put(ctx, tx, found, c)
		return err
	})
	return file, err
}

func put(ctx context.Context, tx pgx.Tx, found leaf, c Signed) ([]byte, error) {
	var s receipt.Statement
	if err := json.Unmarshal([]byte(*found.Statement), &s); err != nil {
		return nil, err
	}
	record, err := receipt.Commit(s, found.Salt)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(c.Size, *found.Index, &tree{ctx: ctx, db: tx, first: tlog.StoredHashCount(c.Size)})
	if err != nil {
		return nil, err
	}
	return receipt.New(s, json.RawMessage(*found.Parts), found.Salt, record, *found.Index, proof, c.Signed).File()
}

// Erase takes statement and salt of leaves away. Their rows stay, and say nothing about anybody.
func (l *Log) Erase(ctx context.Context, tx pgx.Tx, ids []string) error {
	_, err := pg.Exec(ctx, tx, queries.SQL("Erase"), pgx.NamedArgs{"ids": ids})
	return err
}

// tree reads stored hashes: those of the database, and behind them the fresh ones of a transaction.
type tree struct {
	ctx   context.Context //nolint:containedctx // tlog.HashReader takes none
	db    pg.Querier
	first int64 // index of the first fresh hash
	fresh []tlog.Hash
}

// ReadHashes is tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	var ask []int64
	for i, at := range indexes {
		if at >= t.first {
			out[i] = t.fresh[at-t.first]
		} else {
			ask = append(ask, at)
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	rows, err := pg.Many[struct {
		Index int64
		Hash  []byte
	}](t.ctx, t.db, queries.SQL("Hashes"), pgx.NamedArgs{"indexes": ask})
	if err != nil {
		return nil, err
	}
	known := map[int64]tlog.Hash{}
	for _, r := range rows {
		known[r.Index] = tlog.Hash(r.Hash)
	}
	for i, at := range indexes {
		if at >= t.first {
			continue
		}
		h, ok := known[at]
		if !ok {
			return nil, fmt.Errorf("translog: hash %d of the log is missing", at)
		}
		out[i] = h
	}
	return out, nil
}

// every is how often the sequencer looks by itself: what another process queued.
const every = 200 * time.Millisecond

// Run sequences until the context ends.
func (l *Log) Run(ctx context.Context) error {
	for {
		n, err := l.Sequence(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end of the context is not a failure
		}
		if err == nil && n == batch {
			continue
		}
		if clock.Sleep(ctx, every) != nil {
			return nil //nolint:nilerr // likewise
		}
	}
}
