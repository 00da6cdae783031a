// Package content owns documents: whatever may be published as a post, with every version of it, what each version is
// (its digest), who has to agree before it appears (its gates), and where and when it did appear.
//
// # Documents and versions
//
// A document belongs to one person. Saving adds an immutable version; restoring an old one adds a version that says the
// same and so has the same digest. Nothing is ever overwritten, and what a writer typed an hour ago can be had again.
//
//	draft ── withdraw ──► withdrawn   (kept, readable, closed for good)
//	  └───── delete ────► deleted     (its words are gone)
//
// A version is a row without a word in it, append-only by grant and trigger: seq, digest, who, when. Its words stand
// beside it and can be erased, so that a receipt still proves what was signed off after they are gone.
//
// The digest (package digest, docs/digest.md) is over the words, the addresses they lead to, the places where they may
// appear, the disclosure label and whether somebody paid. Addresses are brought into one spelling when a version is
// saved and are never fetched.
//
// # Events
//
// Emitted, ids and digests only: content.document.saved, .withdrawn, .deleted. Consumed: accounts.person.erased, which
// removes all words of a person's documents.
//
// The rooms: document.go, version.go, destination.go and link.go are the nouns; service.go and the files named after what
// people do (documents, versions, personal) the use cases; store.go with queries.sql the database.
package content
