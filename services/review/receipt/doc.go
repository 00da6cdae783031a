// Package receipt is what a creator takes away from a review: a file that proves, to anyone and without us, that an employer decided this
// about exactly these words at that moment.
//
// # What a receipt is made of
//
//	statement   who decided what, about which digest, in which role, known how well, under which policy, valid when
//	parts       what the digest is over (docs/digest.md): hashes, addresses and labels, no word of the post
//	salt        32 random bytes
//	record      the row of the transparency log: the time, and SHA-256 over salt and statement
//	index       which row of the log it is, from 0
//	proof       the hashes that lead from the record to the root of the log's tree (RFC 9162, golang.org/x/mod/sumdb/tlog)
//	checkpoint  the root with the log's size, signed by the house (a signed note, golang.org/x/mod/sumdb/note)
//
// [Verify] follows that chain from the post to the signature and needs nothing but the file with the house's public keys, which is never
// taken from the receipt. The log holds commitments only: when a person is erased the statement and the salt are gone, nobody can tell what the
// row was about, and the sequence still proves that no row was changed, left out or put in between.
//
// # One form
//
// Receipts, records and checkpoints have exactly one spelling: RFC 8785 JSON with one line end, and a note with one signature. Any
// other bytes are refused, so that a change of a single byte is always found, and [Fault] says in which part.
//
// # The log
//
// A log is a file of records, one a line. [Audit] builds its tree and holds it against checkpoints that somebody kept: rows that were
// rewritten since are found, between which checkpoints, and by the receipts that somebody kept, which row it is. docs/receipts.md is the
// specification of all forms, for those who write a verifier of their own.
//
// The package does no IO but what it is handed, and never changes what version 1 means.
package receipt
