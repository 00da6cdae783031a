// Package jobs does a service's work that outlives a request: River for what
// is retried, and sweeps for what is due.
//
// A job is inserted in the business transaction and works after its commit,
// at least once: what it does must be harmless a second time. Jobs live in
// wall time. They run at most 20 s; one whose process died is rescued after
// 60 s. An external effect that can't wait for that carries its own lease on
// its own row.
//
//	available ──► running ──► completed
//	    ▲            │ error
//	    └─ retryable ◄┘ … 12 tries (about two days) ──► discarded
//
// A deadline of the domain is never a job. It is a column on its row, claimed
// and cleared in the transition's own transaction, so that a person's decision
// and the timer race and the first commit wins. A Sweeper asks the service for
// what is due by clock.Now, twice a second, and again at once while there was
// something; any number of replicas may sweep, because a sweep claims its rows
// (for update skip locked).
//
//	queue, err := jobs.New(jobs.Config{Schema: "hooks", Pool: k.Pool, Clock: k.Clock, Log: k.Log},
//		jobs.On(func(ctx context.Context, job *jobs.Job[deliverHook]) error { … }))
//	part.Background = append(part.Background, queue.Run)
//	err = queue.Insert(ctx, tx, deliverHook{ID: d.ID}, nil)
package jobs
