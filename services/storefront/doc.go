// Package storefront owns what creators sell and what buyers own: pages,
// products, prices, publications, orders, entitlements, and the reading of
// courses. It knows amounts but moves no money: billing does, and tells.
//
// A product is a draft that its creator edits, and the publication that buyers
// have. Publishing copies the draft into an immutable publication with a
// manifest digest (docs/digest.md); edits reach nobody until the next one.
//
//	          publish            unpublish
//	draft ──────────────▶ published ◀────────▶ unpublished
//	                        │  ▲                 (buyers keep the last publication)
//	                        └──┘ publish again
//
// An order copies title, price and terms when it is made, and keeps its plan's id and digest. Its own states
// end when it is paid; what happens to its money later are versioned facts.
//
//	        checkout opened        bank debit           settled
//	placed ───────────────▶ open ─────────────▶ processing ───▶ paid
//	  │  free product         │  paid by card ───────────────▶   │ one entitlement
//	  └───────────────────────┼───────────────────────────────▶  │
//	                          └──▶ expired, failed (a late payment still becomes paid)
//
// Access is computed from those facts, never from the last event:
//
//	open ◀──▶ paused   while the buyer's bank disputes the payment
//	open ◀──▶ closed   while requested refunds reach the amount
//
// It emits storefront.order.placed, order.paid, access.changed,
// order.repeated, order.erased, product.published, product.changed and page.changed; it hears
// billing.order.money, accounts.email.verified, accounts.person.changed and
// accounts.person.erased.
//
// Erasure (erase.go, docs/privacy.md) takes the person out of orders, library,
// progress and page, deletes drafts, and takes products off the page. What stays
// is what tax law asks of a sale (number, title, amount, dates, country; company
// and VAT id of a business) and the publications, which their buyers keep.
//
// The rooms: page.go, product.go, price.go, order.go, entitlement.go,
// withdrawal.go are the nouns; service.go and the files named after what people
// do (pages, products, publish, lessons, imports, uploads, orders, checkout,
// money, library, learn, address, personal, erase, collect) the use cases; store.go with queries*.sql the database.
// Subpackage courses holds the rules of lessons; internal/files keeps the bytes, and internal/pictures knows what is
// taken out of a picture before it is kept.
package storefront
