// Package store holds the pages where people find something and buy it.
//
// A creator's page is a link in a bio: most readers come with a phone, without an account, and want one thing.
// From the link to the first lesson takes three screens of ours, and the hosted checkout between them:
//
//	/@handle/slug ─► /buy/@handle/slug ─► hosted checkout ─► /orders/ORDER/thanks, with the first lesson on it
//	      └─► /@handle/slug/lessons/LESSON, free to read before
//
// A guest proves that an order is theirs by its secret, which stands in the address that we mail and that the
// checkout returns to. The first page that sees it keeps it in a cookie for the paths of that order and of what
// it opened, and takes it out of the address bar.
//
// The form of a purchase carries a nonce made when it was rendered. The idempotency key is the nonce and a
// digest of the answers: the same press twice is one order, a corrected answer is another press.
package store
