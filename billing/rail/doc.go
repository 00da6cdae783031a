// Package rail is the road between our books and Stripe: the only package that imports stripe-go.
//
// It speaks API version 2023-10-16 (the version stripe-go v76 is pinned to) and owns small types of its own, so that
// nothing of Stripe's library leaks into billing. It decides nothing: it sends, reads, verifies and classifies.
//
//	billing ──Op{Key,ID}──▶ rail ──HTTP──▶ Stripe (or the simulator of `serve --dev`)
//	   ▲                     │
//	   └──── Outcome(err) ◀──┘   done · failed · rate limited · in flight · unauthorised · unknown
//
// Rules that hold for every method:
//   - A write takes an Op. Its Key is sent as Idempotency-Key, its ID as metadata[op_id] on every object that has metadata;
//     that is how an operation whose answer was lost is found again (money.md §8, row 7). An empty key is an error before
//     any byte is sent: stripe-go would invent one for a call with params and send none for a call without.
//   - Each call has a deadline (Config.Timeout) under the caller's context, and the library retries nothing: its back-off ignores
//     the context, and a second attempt hides what happened to the first. Retrying is the work of the operation rows.
//   - Amounts are money.Amount in minor units; times are UTC; ids are Stripe's own strings.
//   - An error that leaves this package is classified by Outcome, never by its text.
package rail
