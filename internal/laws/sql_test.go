package laws

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSchemasStayApart: SQL names only the schema of the service that owns it.
// A join across schemas would tie two services to one database for ever.
func TestSchemasStayApart(t *testing.T) {
	t.Parallel()
	owned := sqlByOwner(t)
	schemas := slices.Collect(maps.Keys(owned))
	for owner, sources := range owned {
		for _, f := range sources {
			for _, name := range foreignTables(owner, string(f.text), schemas) {
				t.Errorf("%s belongs to %s but names %s: fetch it through that service's api", f.name, owner, name)
			}
		}
	}
}

// sqlByOwner sorts the SQL files of migrations and services by schema.
func sqlByOwner(t *testing.T) map[string][]file {
	t.Helper()
	owned := map[string][]file{}
	for _, f := range files(t, ".sql") {
		switch {
		case under(f.name, "migrations"):
			schema := path.Base(path.Dir(f.name))
			owned[schema] = append(owned[schema], f)
		case service(f.name) != "":
			schema := path.Base(service(f.name))
			owned[schema] = append(owned[schema], f)
		}
	}
	return owned
}

var (
	sqlComment = regexp.MustCompile(`--[^\n]*|(?s:/\*.*?\*/)`)
	sqlString  = regexp.MustCompile(`'(?:[^']|'')*'`)
	// tableName is schema.table where a table may stand: an alias of the same
	// name as a schema may still qualify a column.
	tableName = regexp.MustCompile(`(?i)\b(?:from|join|into|update|references|table|only|exists|on|using|truncate|function|procedure|type|view|sequence)\s+(?:if\s+(?:not\s+)?exists\s+)?"?([a-z_]+)"?\."?([a-z_]+)`)
	comma     = regexp.MustCompile(`(?i),\s*"?([a-z_]+)"?\."?([a-z_]+)"?\s+(?:as\s+)?[a-z_]+\s*(?:,|where\b|;|$)`)
)

// foreignTables lists the tables of other schemas that sql names.
func foreignTables(owner, sql string, schemas []string) []string {
	sql = sqlString.ReplaceAllString(sqlComment.ReplaceAllString(sql, " "), "''")
	var found []string
	for _, pattern := range []*regexp.Regexp{tableName, comma} {
		for _, m := range pattern.FindAllStringSubmatch(sql, -1) {
			schema := strings.ToLower(m[1])
			name := schema + "." + strings.ToLower(m[2])
			if schema != owner && slices.Contains(schemas, schema) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}

func TestForeignTables(t *testing.T) {
	t.Parallel()
	schemas := []string{"accounts", "billing", "review"}
	for _, c := range []struct {
		sql  string
		want []string
	}{
		{"select * from billing.entry", nil},
		{"select * from billing.entry join accounts.person p on true", []string{"accounts.person"}},
		{"create table billing.x (id text references accounts.person (id))", []string{"accounts.person"}},
		{"select 1 from billing.entry e, accounts.person p where true", []string{"accounts.person"}},
		{"insert into \"review\".decision values (1)", []string{"review.decision"}},
		{"create trigger t before update on review.decision", []string{"review.decision"}},
		{"select review.state from billing.review review", nil},
		{"-- not from accounts.person\nselect 'from accounts.person'", nil},
		{"select information_schema.x from information_schema.tables", nil},
	} {
		if got := foreignTables("billing", c.sql, schemas); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.sql, got, c.want)
		}
	}
}
