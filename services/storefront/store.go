package storefront

import (
	"context"
	_ "embed"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/audit"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// schema holds all of storefront's tables.
const schema = "storefront"

var audits = audit.In(schema)

// guest is who acts in an audit row when nobody is signed in.
const guest = "guest"

//go:embed queries.sql
var queriesFile string

//go:embed queries_course.sql
var courseQueriesFile string

//go:embed queries_order.sql
var orderQueriesFile string

//go:embed queries_address.sql
var addressQueriesFile string

//go:embed queries_blob.sql
var blobQueriesFile string

//go:embed queries_person.sql
var personQueriesFile string

var queries = pg.MustLoad(queriesFile + "\n" + courseQueriesFile + "\n" + orderQueriesFile + "\n" + personQueriesFile + "\n" + addressQueriesFile + "\n" + blobQueriesFile)

// constraints names what a violated constraint means to the person who ran into it.
var constraints = map[string]*problem.Error{
	"product_slug_once": storefrontapi.ErrSlugTaken,
	"section_slug_once": storefrontapi.ErrSlugTaken,
	"lesson_slug_once":  storefrontapi.ErrSlugTaken,
	"order_key_once":    problem.ErrIdempotencyMismatch,
}

func known(err error) error {
	if p := constraints[pg.Constraint(err)]; p != nil {
		return p.Because(err)
	}
	return err
}

// exec runs a named statement; a violated constraint becomes its problem.
func exec(ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) (int64, error) {
	n, err := pg.Exec(ctx, db, queries.SQL(name), pg.Args(args))
	return n, known(err)
}

// one runs a named query for one row; no row is missing.
func one[T any](ctx context.Context, db pg.Querier, missing error, name string, args pgx.NamedArgs) (T, error) {
	row, err := pg.One[T](ctx, db, queries.SQL(name), pg.Args(args))
	if pg.NoRows(err) {
		return row, missing
	}
	return row, known(err)
}

// lockOrder takes an order's row and reads it with its access. Error: problem.ErrNotFound.
func lockOrder(ctx context.Context, tx pgx.Tx, orderID string) (Order, error) {
	rows, err := pg.LockThen[Order](ctx, tx, queries.SQL("LockOrder"), queries.SQL("LockedOrder"), pg.Args{"id": orderID})
	if err == nil && len(rows) == 0 {
		err = problem.ErrNotFound
	}
	if err != nil {
		return Order{}, err
	}
	return rows[0], nil
}

func many[T any](ctx context.Context, db pg.Querier, name string, args pgx.NamedArgs) ([]T, error) {
	rows, err := pg.Many[T](ctx, db, queries.SQL(name), pg.Args(args))
	return rows, known(err)
}

// changed makes no touched row a problem.
func changed(n int64, err, missing error) error {
	if err == nil && n == 0 {
		return missing
	}
	return err
}

// pageSize bounds lists.
const pageSize = 20

// cut takes the row that says whether there is more off a list that asked for
// one row too many.
func cut[T any](rows []T, limit int, cursor func(T) string) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], cursor(rows[limit-1])
}
