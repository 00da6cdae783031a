// Package laws holds the house rules as tests: who may import whom, where the
// time comes from, that no float comes near money, that each error code is
// explained. It has no code of its own.
//
// A failing law prints the place and the reason. The rules are pure functions,
// each with a test that shows it something forbidden: a law that cannot fail
// protects nothing.
package laws
