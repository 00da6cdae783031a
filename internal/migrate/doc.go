// Package migrate brings a database to the shape this binary expects.
//
//	Up:   role wf_<schema> ─> schema ─> grants ─> River's tables ─> the schema's own files
//	Down: the same backwards; it fails if a file leaves something behind
//
// Each schema has a history of its own (<schema>.schema_migrations), so services
// are migrated and rolled back independently. One run at a time per database: an advisory
// lock serialises any number of callers. It is the only code that needs the
// rights of DATABASE_URL; services connect with the rights of their role.
//
// A file that fails leaves its schema dirty and every later Up refuses to
// continue until the operator has repaired it.
package migrate
