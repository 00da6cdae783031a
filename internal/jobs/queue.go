package jobs

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/pg"
)

// Args are a job's arguments: a struct with json tags whose Kind names the
// work. They carry ids, never names, addresses or text.
type Args = river.JobArgs

// Job is one piece of work with its arguments.
type Job[A Args] = river.Job[A]

// Opts of an insertion: unique keys, a later time on the wall, a priority.
type Opts = river.InsertOpts

// Cancel wraps an error so that the job is given up at once.
func Cancel(err error) error { return river.JobCancel(err) }

// Snooze puts the job off without counting a try.
func Snooze(d time.Duration) error { return river.JobSnooze(d) }

// Worker does one kind of job. Made by On.
type Worker struct {
	kind string
	add  func(*river.Workers)
	work func(ctx context.Context, row *rivertype.JobRow) error
}

// On makes a Worker of a function. Its context ends after 20 s.
func On[A Args](fn func(ctx context.Context, job *Job[A]) error) Worker {
	var zero A
	return Worker{
		kind: zero.Kind(),
		add:  func(ws *river.Workers) { river.AddWorker(ws, river.WorkFunc(fn)) },
		work: func(ctx context.Context, row *rivertype.JobRow) error {
			job := &Job[A]{JobRow: row}
			if err := json.Unmarshal(row.EncodedArgs, &job.Args); err != nil {
				return err
			}
			return fn(ctx, job)
		},
	}
}

// Config is what a Queue needs.
type Config struct {
	Schema string // where River's tables are
	Pool   *pgxpool.Pool
	Clock  clock.Clock
	Log    *slog.Logger
	Width  int // jobs at a time in this process; default 8
}

// maxTries with pause make the last try come about two days after the first.
const maxTries = 12

// Queue inserts and works the jobs of one service.
type Queue struct {
	cfg     Config
	client  *river.Client[pgx.Tx]
	workers map[string]Worker
	sql     pg.Queries
}

//go:embed queries.sql
var queriesSQL string

// New makes the queue of a service. Nothing is worked until Run.
func New(cfg Config, workers ...Worker) (*Queue, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Width == 0 {
		cfg.Width = 8
	}
	q := &Queue{cfg: cfg, workers: map[string]Worker{}, sql: pg.MustLoad(strings.ReplaceAll(queriesSQL, "{schema}", cfg.Schema))}
	known := river.NewWorkers()
	for _, w := range workers {
		w.add(known)
		q.workers[w.kind] = w
	}
	rc := &river.Config{
		Schema: cfg.Schema, Logger: quieted(cfg.Log), Workers: known, MaxAttempts: maxTries,
		JobTimeout: 20 * time.Second, RescueStuckJobsAfter: 60 * time.Second,
		FetchPollInterval: 200 * time.Millisecond, RetryPolicy: pause{cfg.Clock},
	}
	if len(workers) > 0 {
		rc.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cfg.Width}}
	}
	client, err := river.NewClient(riverpgxv5.New(cfg.Pool), rc)
	if err != nil {
		return nil, fmt.Errorf("jobs of %s: %w", cfg.Schema, err)
	}
	q.client = client
	return q, nil
}

// quieted drops River's remarks below a warning: it tells of each start and
// each leader.
func quieted(log *slog.Logger) *slog.Logger {
	return slog.New(atLeastWarn{log.With("part", "jobs").Handler()})
}

type atLeastWarn struct{ slog.Handler }

func (h atLeastWarn) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}
func (h atLeastWarn) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeastWarn{h.Handler.WithAttrs(a)}
}
func (h atLeastWarn) WithGroup(n string) slog.Handler { return atLeastWarn{h.Handler.WithGroup(n)} }

// Pause is how long work that failed for the nth time waits: 2 s, growing fourfold to at most 8 hours.
func Pause(tries int) time.Duration {
	return min(2*time.Second<<min(2*max(tries-1, 0), 20), 8*time.Hour)
}

// pause is the retry policy of jobs.
type pause struct{ clock clock.Clock }

// NextRetry says when a failed job is tried again.
func (p pause) NextRetry(job *rivertype.JobRow) time.Time {
	return p.clock.Wall().Add(Pause(len(job.Errors) + 1))
}

// Insert adds a job in the caller's transaction: it exists if and only if that
// commits.
func (q *Queue) Insert(ctx context.Context, tx pgx.Tx, args Args, opts *Opts) error {
	_, err := q.client.InsertTx(ctx, tx, args, opts)
	return err
}

// Run works jobs until the context ends, then lets those that run finish for
// ten seconds. A database that can't be reached is waited for.
func (q *Queue) Run(ctx context.Context) error {
	if len(q.workers) == 0 {
		<-ctx.Done()
		return nil
	}
	work := context.WithoutCancel(ctx)
	for {
		err := q.client.Start(work)
		if err == nil {
			break
		}
		q.cfg.Log.WarnContext(ctx, "jobs wait for the database", "error", err)
		if clock.Sleep(ctx, time.Second) != nil {
			return nil
		}
	}
	<-ctx.Done()
	soft, cancel := context.WithTimeout(work, 10*time.Second)
	defer cancel()
	if q.client.Stop(soft) == nil {
		return nil
	}
	hard, cancelHard := context.WithTimeout(work, 2*time.Second)
	defer cancelHard()
	return q.client.StopAndCancel(hard)
}

// Quiet reports whether no job is running or could run now. Jobs put off to
// a later time of the wall, retries among them, don't count.
func (q *Queue) Quiet(ctx context.Context) (bool, error) {
	return pg.Scalar[bool](ctx, q.cfg.Pool, q.sql.SQL("Quiet"), q.cfg.Clock.Wall())
}

// Drain works every job that is waiting, one after the other in this
// goroutine, whatever time it was put off to, until none is left: for tests,
// instead of Run. The first failure ends it.
func (q *Queue) Drain(ctx context.Context) error {
	type waiting struct {
		ID      int64
		Kind    string
		Args    []byte
		Attempt int
	}
	for {
		rows, err := pg.Many[waiting](ctx, q.cfg.Pool, q.sql.SQL("Waiting"))
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			w, ok := q.workers[row.Kind]
			if !ok {
				return fmt.Errorf("jobs: nobody works %s", row.Kind)
			}
			job := &rivertype.JobRow{ID: row.ID, Kind: row.Kind, EncodedArgs: row.Args, Attempt: row.Attempt + 1, MaxAttempts: maxTries}
			if err := w.work(ctx, job); err != nil {
				return fmt.Errorf("job %s: %w", row.Kind, err)
			}
			if _, err := pg.Exec(ctx, q.cfg.Pool, q.sql.SQL("Complete"), row.ID, q.cfg.Clock.Wall()); err != nil {
				return err
			}
		}
	}
}
