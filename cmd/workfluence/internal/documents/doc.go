// Package documents holds the tests that start the whole house as production
// would and compare it with what is written about it: docs/openapi.json,
// docs/access.md, and who is really let in. Run with -update to write the
// documents again.
package documents
