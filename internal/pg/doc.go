// Package pg is how a service speaks to its PostgreSQL schema.
//
// One use case is one transaction in one schema. A Querier (pool or
// transaction) is always an explicit parameter; InTx runs a use case, tries
// serialization failures and deadlocks again, and marks its context so that
// no call can leave while rows are locked (internal/call refuses it).
//
// The SQL of a service stands in its queries.sql, in sqlc's comment format,
// loaded once by MustLoad and scanned by name into the service's structs.
package pg
