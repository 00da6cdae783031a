// Package billing is the house's till: it opens checkouts, learns of payments, keeps the books, and moves the money on.
//
// It owns the money plan of every order, the fee schedule and the other terms as dated data, refunds, transfers to payees, payouts to
// their banks, and their Stripe accounts. Package ledger keeps the double-entry books and knows none of these nouns; package postings
// turns them into journals; package rail is the only road to Stripe.
//
// One sale, from left to right (separate charges and transfers, money.md §3):
//
//	OpenCheckout ─▶ plan stored ─▶ hosted page ─▶ paid ──risk window──▶ transfer ──weekly──▶ payout ─▶ bank
//	                                   │            │                       │
//	                                   ▼            ▼                       ▼
//	                                expired      refund ──────────────▶ reversal, or a receivable that new earnings settle
//
//	order   none ─▶ processing ─▶ paid            none, processing ─▶ failed, expired ─▶ paid
//	leg     waiting for the risk window ─▶ gates (account, dispute) ─▶ transferring ─▶ transferred
//	refund  requested ─▶ pending ─▶ succeeded ─▶ failed ─▶ reissued or reinstated
//	payout  requested ─▶ in_transit ─▶ paid ─▶ failed (returned by the bank)
//
// What always holds:
//
//   - A payment, refund, transfer, reversal or payout happens once. Each external effect is an operation (operation.go): a row reserved
//     in the transaction of the decision, claimed with a lease, sent under a key of its own, and committed in another transaction. An
//     unknown outcome is looked up and never guessed.
//   - A webhook is a hint (hint.go). It is verified, stored and answered; a worker reads the object again and applies what it says
//     under the order's lock. All events of one sale lead to one look. Whatever comes twice, early, late or never ends in the same
//     journals, since the sweep of balance transactions (sweep.go) is the authority for cash.
//   - Nothing of an order changes without its row's lock, and no lock is held while Stripe is asked.
//   - The sum of a person's payable legs is the ledger's creator_payable account.
//
// What somebody asks for (a refund, what becomes of one that failed, a payout, an account, a look at the books, an explanation) leaves a
// row in the append-only audit, in the same transaction. What Stripe and time do is told by operations and journals.
//
// Deadlines are columns in domain time (checkout_look_at, look_at, next_at); leases and retries are in wall time.
//
// It emits billing.order.money.v1 (the versioned facts of an order), billing.refund.updated.v1, billing.payout.updated.v1,
// billing.account.updated.v1 and billing.lookup.requested.v1, and consumes accounts.person.erased.v1 and storefront.order.erased.v1.
//
// Erasure (personal.go, docs/privacy.md): books, plans, payouts and refunds name people by id alone and stay, since accounts have to be
// kept; so does a payee's Stripe account, through which what is owed is still paid out or taken back. Details of the bank and of the
// identity check, notes on refunds, and the last digits of an erased buyer's card go.
package billing
