package pg_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
)

// What pgx makes of a statement with names, Args makes too, the first time and each other.
func TestArgsAreWhatPgxMakesOfThem(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		`select 1`,
		`select @a::text, @b, @a`,
		`select '@a', "@b", @b -- @a` + "\n, @missing",
		`select $tag$ @a $tag$, @a /* @b */`,
		`update x set a = @a where b = any(@b) and c @> '{}'`,
	} {
		for i := range 3 {
			values := map[string]any{"a": i, "b": []string{"x"}, "unused": true}
			want, wantValues, err := pgx.NamedArgs(values).RewriteQuery(t.Context(), nil, sql, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, gotValues, err := pg.Args(values).RewriteQuery(t.Context(), nil, sql, nil)
			if err != nil || got != want || !slices.EqualFunc(gotValues, wantValues, same) {
				t.Errorf("%s:\n%s %v, want\n%s %v (%v)", sql, got, gotValues, want, wantValues, err)
			}
		}
	}
}

func same(a, b any) bool {
	x, isList := a.([]string)
	y, areLists := b.([]string)
	if isList || areLists {
		return slices.Equal(x, y)
	}
	return a == b
}
