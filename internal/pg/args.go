package pg

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Args are the values of a statement's @names, as pgx.NamedArgs are, for
// statements that are constants: each is read once, and not again by every
// call.
type Args map[string]any

// rewritten holds what each statement came to: its text -> *numbered.
var rewritten sync.Map

// numbered is a statement with $1, $2, … and whose values they are.
type numbered struct {
	sql   string
	names []string
}

// RewriteQuery makes a statement with numbers of one with names. A name
// without a value is null.
func (a Args) RewriteQuery(ctx context.Context, conn *pgx.Conn, sql string, _ []any) (string, []any, error) {
	known, ok := rewritten.Load(sql)
	if !ok {
		n, err := number(ctx, conn, sql)
		if err != nil {
			return "", nil, err
		}
		known, _ = rewritten.LoadOrStore(sql, n)
	}
	n := known.(*numbered)
	values := make([]any, len(n.names))
	for i, name := range n.names {
		values[i] = a[name]
	}
	return n.sql, values, nil
}

// number lets pgx number the names, by giving it each name as its own value.
func number(ctx context.Context, conn *pgx.Conn, sql string) (*numbered, error) {
	names := pgx.NamedArgs{}
	for _, m := range namedArg.FindAllString(sql, -1) {
		names[m[1:]] = m[1:]
	}
	text, values, err := names.RewriteQuery(ctx, conn, sql, nil)
	if err != nil {
		return nil, err
	}
	n := &numbered{sql: text, names: make([]string, len(values))}
	for i, v := range values {
		n.names[i], _ = v.(string) // what stands in no value stays null
	}
	return n, nil
}
