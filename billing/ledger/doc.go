// Package ledger keeps the books: double entry, append-only, in PostgreSQL. It knows neither Stripe nor products;
// the templates that turn a sale or a refund into journals stand in billing/postings.
//
// A [Journal] is one business effect: a key that names the effect, and entries that add up to zero. An [Entry] moves
// an amount on an [Account]: + is a debit, − a credit. An account's balance is the sum of its entries, and nothing
// else in the house stores one.
//
//	post:   Journal ──check──▶ ledger_journal, ledger_entry     (insert only, by grant and by trigger)
//	                     │
//	                     ├─ guarded account ──▶ ledger_balance  (one guarded update; never below zero)
//	                     └─ other account      (nothing: its balance is checkpoint + entries since)
//
//	fold:   entries of finished transactions ──▶ ledger_checkpoint, ledger_horizon
//
// What always holds, and who sees to it:
//
//   - The entries of a journal sum to zero per currency, at least two of them, in each of the two books on its own:
//     a deferred constraint of the database. [Journal.Check] says so earlier, with a better message.
//   - Nothing is ever changed or deleted: triggers, and grants that give the service INSERT and SELECT alone.
//     A mistake is corrected by another journal.
//   - One effect is booked once: the key is unique. Posting it again is a no-op if the body is the same, and
//     [ErrKeyReused] if it is not. An effect that two paths learn of (an answer and a webhook) has one key.
//   - A guarded account (what is owed to creators, what is held, what is on its way) never falls below zero on its
//     credit side: one UPDATE whose WHERE is the guard, so that of 320 concurrent requests for 10 parts exactly 10
//     win, without a read before the write. Rows are touched in ascending order of account, so posts don't deadlock
//     on them.
//   - No shared row is updated by a post. Accounts that every sale touches (stripe_balance, platform_fee) have no
//     balance row; [Fold] sums their entries up later, of transactions that are finished, so that it misses none.
//
// Reservations need no columns of their own: what is on its way stands on a clearing account per operation (TC, RC).
//
// The memo book (accounts whose names begin with M) mirrors the balances that creators hold at the rail. It is
// balanced on its own, and outside the platform's books.
//
// Everything runs at READ COMMITTED; a serialization failure or deadlock is tried again by pg.InTx. The database is
// the only truth; [Verify] sums everything up again and names what differs.
package ledger
