// Package translog keeps the transparency log of decisions in review's schema: what package receipt proves, this package makes.
//
//	queued, in the transaction of the decision ──► sequenced, in batches, with a signed checkpoint ──► receipt
//
// [Log.Queue] writes a leaf beside the decision: the row of the log, which says nothing, and apart from it the salt and the statement, which can
// be erased. [Log.Sequence] is the one writer of the log: under a lock of the database it takes what is queued, gives each its place,
// stores the hashes of the tree and signs a checkpoint, all in one transaction, so that a process that dies leaves either all of a batch or
// nothing. [Log.Receipt] gives out what was queued once it has a place; before that there is nothing to prove.
//
// Rows, hashes and checkpoints are append-only by grant and trigger. Whoever changes them all the same is found by [Log.Check], which builds
// the tree again from the rows, and by everybody who kept a checkpoint (receipt.Audit).
package translog
