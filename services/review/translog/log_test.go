package translog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/migrate"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/translog"
)

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

type house struct {
	t     *testing.T
	pool  *pgxpool.Pool
	owner *pgxpool.Pool // of the tables
	log   *translog.Log
	keys  receipt.Keys
}

func newHouse(t *testing.T) *house {
	t.Helper()
	dsn := pgtest.DSN(t, "review")
	h := &house{t: t, pool: pgtest.Open(t, dsn, migrate.Role("review")), owner: pgtest.Open(t, dsn, "")}
	secret, err := receipt.KeyOf("workfluence.example/log", bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if h.log, err = translog.New(h.pool, clock.NewFake(noon), secret); err != nil {
		t.Fatal(err)
	}
	if h.keys, err = receipt.ParseKeys([]byte(h.log.KeyFile())); err != nil {
		t.Fatal(err)
	}
	return h
}

var parts = json.RawMessage(`{ "text_sha256": "` + canon.Sum([]byte("x\n")) + `", "v":1 }`)

func statement(id string) receipt.Statement {
	canonical, err := canon.JSON(parts)
	if err != nil {
		panic(err)
	}
	return receipt.Statement{
		V: 1, ID: id, Submission: "sub", Document: "doc", Digest: canon.Sum(canonical), Decision: receipt.Rejected, Reason: "No <b>", Author: "Ana",
		Employer: receipt.Employer{ID: "e", Name: "Acme", Domain: "acme.example"}, Policy: receipt.Policy{Digest: canon.Sum(nil), Source: "starter"},
		Signatures: []receipt.Signature{{Stage: "first", Role: "HR", Name: "Zoë", Assurance: receipt.Mailbox, At: noon}}, Decided: noon,
	}
}

func (h *house) queue(id string) {
	h.t.Helper()
	err := pg.InTx(h.t.Context(), h.pool, func(ctx context.Context, tx pgx.Tx) error { return h.log.Queue(ctx, tx, statement(id), parts) })
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) rows() []byte {
	h.t.Helper()
	rows, err := h.log.Rows(h.t.Context(), 0, 1<<20)
	if err != nil {
		h.t.Fatal(err)
	}
	return []byte(strings.Join(append(rows, ""), "\n"))
}

// Many who queue and sequence at the same time make one log: each leaf stands in it once, every checkpoint holds, every receipt verifies.
func TestOneLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 20 {
				h.queue(fmt.Sprintf("d_%d_%d", w, i))
				if _, err := h.log.Sequence(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for {
		n, err := h.log.Sequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	if quiet, err := h.log.Quiet(t.Context()); !quiet || err != nil {
		t.Error(quiet, err)
	}
	signed, err := pg.Column[string](t.Context(), h.pool, `select signed from review.checkpoint`)
	if err != nil {
		t.Fatal(err)
	}
	var receipts [][]byte
	for w := range 4 {
		for i := range 20 {
			file, err := h.log.Receipt(t.Context(), fmt.Sprintf("d_%d_%d", w, i))
			if err != nil {
				t.Fatal(err)
			}
			receipts = append(receipts, file)
		}
	}
	rep, err := receipt.Audit(h.keys, bytes.NewReader(h.rows()), signed, receipts)
	if err != nil || len(rep.Faults) != 0 || rep.Rows != 80 || rep.Receipts != 80 {
		t.Fatalf("%v %+v", err, rep)
	}
	if rows, findings, err := h.log.Check(t.Context()); err != nil || rows != 80 || len(findings) != 0 {
		t.Errorf("%d %v %v", rows, findings, err)
	}
}

// Before a leaf has a place there is nothing to prove, and after its words are erased neither.
func TestWhatHasNoReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.log.Checkpoint(t.Context()); problem.From(err).Kind != problem.NotFound {
		t.Error(err)
	}
	h.queue("d_1")
	if _, err := h.log.Receipt(t.Context(), "d_1"); !translog.Pending(err) {
		t.Error(err)
	}
	if _, err := h.log.Receipt(t.Context(), "d_2"); problem.From(err).Kind != problem.NotFound {
		t.Error(err)
	}
	if _, err := h.log.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	file, err := h.log.Receipt(t.Context(), "d_1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(h.keys, file, nil); err != nil {
		t.Error(err)
	}
	if err := pg.InTx(t.Context(), h.pool, func(ctx context.Context, tx pgx.Tx) error { return h.log.Erase(ctx, tx, []string{"d_1"}) }); err != nil {
		t.Fatal(err)
	}
	if _, err := h.log.Receipt(t.Context(), "d_1"); !translog.Erased(err) {
		t.Error(err)
	}
	// What could never be proved is not queued.
	wrong := statement("d_3")
	wrong.Digest = canon.Sum([]byte("other"))
	if err := pg.InTx(t.Context(), h.pool, func(ctx context.Context, tx pgx.Tx) error { return h.log.Queue(ctx, tx, wrong, parts) }); err == nil {
		t.Error("parts of another digest were taken")
	}
}

// Whoever rewrites a row as the owner of the database is named: the row by its hash, the log by its checkpoint.
func TestARewrittenRowIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, want string }{
		"a row":          {`update review.log_row set line = replace(line, '12:00:00', '12:00:01') where index = 2`, "row 2: it is not what its hash was made of"},
		"a hash":         {`update review.log_hash set hash = decode(repeat('00', 32), 'hex') where index = 0`, "row 0: "},
		"the last":       {`delete from review.log_row where index = 4`, "the log has 4 rows"},
		"one between":    {`delete from review.log_row where index = 1`, "row 1: it is not what its hash was made of"},
		"the checkpoint": {`update review.checkpoint set signed = replace(signed, E'\n5\n', E'\n4\n')`, "the checkpoint of 5 rows"},
		"no checkpoint":  {`delete from review.checkpoint`, "no checkpoint"},
	} {
		h := newHouse(t)
		for i := range 5 {
			h.queue(fmt.Sprint("d_", i))
		}
		if _, err := h.log.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := h.owner.Exec(t.Context(), `alter table review.log_row disable trigger all; alter table review.log_hash disable trigger all; alter table review.checkpoint disable trigger all; `+c.sql); err != nil {
			t.Fatal(err)
		}
		_, findings, err := h.log.Check(t.Context())
		if err != nil || !strings.Contains(fmt.Sprint(findings), c.want) {
			t.Errorf("%s: %v %v", name, findings, err)
		}
	}
}

// The queries fit the schema, and each is used.
func TestQueries(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("log.go")
	if err != nil {
		t.Fatal(err)
	}
	more, err := os.ReadFile("check.go")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("queries.sql")
	if err != nil {
		t.Fatal(err)
	}
	q := pg.MustLoad(string(file))
	if unused := q.Unused(string(body), string(more)); len(unused) > 0 {
		t.Errorf("no code runs %v", unused)
	}
}
