// Package stripesim is the till of `serve --dev`: a stateful simulator that speaks Stripe's API, version 2023-10-16, over HTTP.
//
// The code that talks to it is the code that talks to Stripe: billing reaches it through stripe-go by its base URL and nothing else.
// It owns accounts, hosted checkout and onboarding pages, payment intents, charges, refunds, transfers, reversals, payouts,
// balances, balance transactions, events and signed webhooks, on the domain clock.
//
//	 payer's browser ──form posts──▶ /c/pay/…     ┐
//	 payee's browser ──form posts──▶ /setup/…     ├─▶ one lock ─▶ rows ─▶ journal file ─▶ events ─▶ signed webhooks
//	 billing (rail)  ──────────────▶ /v1/…        │      ▲
//	 tests, demo     ──────────────▶ /_sim/…      ┘      └── due: settle funds, pay payouts, fail refunds, expire pages
//
//	checkout session   open ──pay──▶ complete        payment intent  requires_payment_method ─▶ requires_action ─▶ succeeded
//	                     └──clock──▶ expired                                 ▲└── declined ──┘
//	payout  pending ─▶ in_transit ─▶ paid ─▶ failed (late)      refund  pending ─▶ succeeded ─▶ failed (late)
//	           └──▶ canceled      └──▶ failed
//	balance transaction  pending ──available_on──▶ available
//
// Events: payment_intent.*, charge.*, checkout.session.*, refund.*, transfer.*, payout.*, account.*, capability.updated,
// balance.available. Their names are Stripe's, checked against its own enumeration in billing/contract.
//
// What it enforces it enforces by a rule with a source; what nobody could verify is marked [UNV] and listed in README.md.
// Nothing here is reachable in production: only `serve --dev` wires it, and its control API answers loopback alone.
package stripesim
