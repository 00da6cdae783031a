// Package notify tells people what happened: by mail, and in their inbox.
//
// It owns notices and mails. A notice says one thing to one recipient, once:
// (kind, subject, recipient) is unique, whatever events arrive how often. Some
// notices stand in the inbox of a person, some are mails, some both.
//
//	event ──► notice ──► inbox: unread ──► read
//	             │
//	             ▼
//	mail: queued ──► sending ──► sent
//	        ▲  ▲        │  │
//	        │  └ retry ─┘  ├──► failed   refused for good, or 12 tries
//	        └ lease ends ──┘
//	        └────────────────► dropped   the link needs no mail any more
//
// A mail is sent at most once as far as SMTP allows. Who sends it holds a lease
// on its row; a process that dies between the server's answer and our commit
// leaves it in doubt, and it is sent again under the same Message-ID, which
// stands in the row before the first try.
//
// Addresses, names and texts are asked of their owners when the mail is
// written, outside any transaction; here stand only ids and amounts.
//
// Consumes accounts.link.requested.v1, accounts.person.erased.v1,
// storefront.order.paid.v1, storefront.order.repeated.v1, billing.refund.updated.v1,
// billing.payout.updated.v1, billing.lookup.requested.v1, review.link.requested.v1,
// review.code.requested.v1 and review.submission.changed.v1. Emits nothing.
package notify
