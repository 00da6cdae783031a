// Package migrations carries the SQL of every service's schema inside the
// binary: one folder per schema, each with a history of its own
// (000001_init.up.sql, 000001_init.down.sql, …). internal/migrate runs them.
//
// The schema and its role wf_<schema> exist before a folder's first file runs.
// What a file creates is readable and writable by that role; a table that is
// append-only takes UPDATE and DELETE away again in its own file.
package migrations

import (
	"embed"
	"io/fs"
	"path"
	"slices"
)

//go:embed */*.sql
var files embed.FS

// FS holds <schema>/<version>_<name>.<up|down>.sql.
func FS() fs.FS { return files }

// Schemas lists the schemas that have migrations, in order of name.
func Schemas() []string { return SchemasOf(files) }

// SchemasOf lists the folders of src that hold migrations.
func SchemasOf(src fs.FS) []string {
	found, err := fs.Glob(src, "*/*.up.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	var schemas []string
	for _, file := range found {
		if schema := path.Dir(file); !slices.Contains(schemas, schema) {
			schemas = append(schemas, schema)
		}
	}
	return schemas
}
