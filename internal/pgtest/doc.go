// Package pgtest gives each test a real PostgreSQL database of its own.
//
//	test process ──SH lock──> users.lock <──EX lock when idle── supervisor
//	      │                                                        │
//	      └──────────── CREATE DATABASE … TEMPLATE ────────────> cluster
//
// One cluster serves every `go test` process of this account. The first process
// that needs it starts it under a supervisor: this very test binary, executed
// again and detached. Each test process holds a shared file lock for as long as
// it lives (the kernel lets go of it, however the process ends); when the
// supervisor can take that lock alone for a while, it stops the cluster and
// exits. The data stays on disk, so that the next run starts in milliseconds.
//
// A database is a clone of a template that was migrated once per set of schemas
// and content of their migration files. WORKFLUENCE_TEST_PG (a DSN with the right
// to create databases and roles) replaces the private cluster.
package pgtest
