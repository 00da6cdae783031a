// Package crash holds the tests that run the real binary and take things away
// from it: the process by kill -9 at every named place between "the buyer
// pressed pay" and the creator's payout, Redis, PostgreSQL. Afterwards there is
// one charge, one order, one transfer, one payout, one receipt, and the books
// sum to zero.
package crash
