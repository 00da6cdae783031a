// Package devstack is what `serve --dev` stands on: PostgreSQL, Redis and the
// mail catcher of one state folder, shared by every process that names it.
//
//	             stack.lock free                        stack.lock taken
//	Start ──────────────────────────> owner      Start ─────────────────> attached
//	                                    │                                    │
//	            Close or death: servers stop, lock falls        lock falls: takes over
//	                                                                         └──> owner
//
// The first process owns the servers and writes their addresses to stack.json;
// later ones read them. When the owner goes, by whatever cause, one of the
// attached starts the servers again over the same data and at the same
// addresses, so that the pools of the others reconnect.
//
// In the folder: pg/, redis/, mail/, clock.json (the demo clock), stack.json,
// and whatever else the parts of a development instance keep (Path).
package devstack
