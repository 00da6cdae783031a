// Package app turns modules into a running process: one binary, many targets.
//
// A module is a name, what it needs and how it starts. `serve` starts all,
// `serve --target=billing` one; a part that is not in this process is reached
// at its URL, and nothing in a module can tell the difference. Modules start
// in the order of their needs and stop in reverse, within a deadline.
//
//	parse config ─► connect ─► Init each ─► listen ─► ready ─► … ─► drain ─► stop in reverse
package app
