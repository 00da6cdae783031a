package pg

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Queries are the named statements of one queries.sql.
type Queries struct{ sql map[string]string }

var nameLine = regexp.MustCompile(`^-- name: ([A-Za-z][A-Za-z0-9]*) :(one|many|exec)\s*$`)

// MustLoad reads a file in sqlc's format: each statement follows its line
// "-- name: GetOrder :one". It panics on a doubled or empty name, because the
// file is embedded and was there when the program was built.
func MustLoad(file string) Queries {
	q := Queries{sql: map[string]string{}}
	var name string
	var body strings.Builder
	flush := func() {
		if name == "" {
			return
		}
		text := strings.TrimSuffix(strings.TrimSpace(body.String()), ";")
		if _, twice := q.sql[name]; twice || text == "" {
			panic("pg: query " + name + " is empty or stands twice")
		}
		q.sql[name] = text
		body.Reset()
	}
	for line := range strings.Lines(file) {
		if m := nameLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			flush()
			name = m[1]
			continue
		}
		if name != "" {
			body.WriteString(line)
		}
	}
	flush()
	return q
}

// SQL is the statement of that name; an unknown name panics (see Unprepared,
// which a test of each service runs).
func (q Queries) SQL(name string) string {
	s, ok := q.sql[name]
	if !ok {
		panic("pg: no query " + name)
	}
	return s
}

// Names lists the statements in order of name.
func (q Queries) Names() []string {
	names := make([]string, 0, len(q.sql))
	for n := range q.sql {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

var namedArg = regexp.MustCompile(`@[a-zA-Z_][a-zA-Z0-9_]*`)

// Unprepared prepares each statement against the database and returns what
// PostgreSQL refuses: a wrong column breaks a test and not a night.
func (q Queries) Unprepared(ctx context.Context, pool *pgxpool.Pool) []error {
	var faults []error
	err := pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		for _, name := range q.Names() {
			if _, err := c.Conn().Prepare(ctx, "check_"+name, positional(q.sql[name])); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", name, err))
			}
		}
		return nil
	})
	if err != nil {
		faults = append(faults, err)
	}
	return faults
}

// positional turns @name into $n, as pgx.NamedArgs does when it runs.
func positional(sql string) string {
	args := pgx.NamedArgs{}
	for _, m := range namedArg.FindAllString(sql, -1) {
		args[m[1:]] = nil
	}
	if len(args) == 0 {
		return sql
	}
	out, _, err := args.RewriteQuery(context.Background(), nil, sql, nil)
	if err != nil {
		return sql
	}
	return out
}

// Unused names the statements that no text refers to by SQL("Name").
func (q Queries) Unused(sources ...string) []string {
	var unused []string
	for _, name := range q.Names() {
		if !slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(s, `"`+name+`"`) }) {
			unused = append(unused, name)
		}
	}
	return unused
}
