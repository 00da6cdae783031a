// Package screen reads a post before anyone else does and tells its author, and only its author, which clauses of a
// policy it touches.
//
// A policy is a text that people read and rules that stand on its sentences. A rule is data: what it is about (Kind), who
// should look (routes), signs in five languages that are worth points (cues), a condition in CEL over what was found,
// and examples that must come out as they say before the policy is accepted at all. Rules of the kind Protected mark
// speech that the law protects, such as one's own pay, hours and safety, organising, or reporting wrongdoing; they
// outrank every other hit.
//
//	text ──Fold──▶ folded text ──Matcher, detect──▶ terms ──cues──▶ points ──CEL──▶ hits ──▶ Verdict
//	      (and Squeezed, where something hides between letters)      policy ──Compile──┘
//
// Folding undoes what makes equal words look different (case, accents, widths, digits of other scripts, look-alike
// letters, invisible characters) and keeps the way back: every hit names the bytes of the author's own text. One pass of
// an automaton over the folded text finds all phrases of a language; cues then ask which terms stand near each other.
// Everything takes time in proportion to the text, so that neither a long post nor a spiteful one can stop a service.
//
// The package does no IO, knows no clock and keeps no text. The same post under the same policy gives the same verdict,
// on any machine, which is what lets a receipt name a policy by its digest. It is a reader with a list and not a lawyer:
// docs/prescreen.md says how often it is right, measured, and where it isn't.
package screen
