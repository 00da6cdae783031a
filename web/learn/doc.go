// Package learn holds the pages of what a person has: their library, and the player of a course.
//
//	/library ─► /learn/ENTITLEMENT ─► /learn/ENTITLEMENT/lessons/LESSON ── done, 303 ──┐
//	                 ▲                        ▲                                         │
//	                 └── all done             └──────────── the next lesson ◄───────────┘
//
// A guest reads by the secret of their order, which the pages of the purchase keep in a cookie for the paths of
// the course (package store); a person reads by being signed in. A lesson's address ends in its id, because the
// links between lessons are ids alone.
//
// Access that is paused or closed still shows what was bought and why it doesn't open, never a bare refusal.
package learn
