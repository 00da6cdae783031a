// Package content owns documents: whatever may be published as a post, with every version of it, what each version is
// (its digest), who has to agree before it appears (its gates), and where and when it did appear.
//
// # Documents and versions
//
// A document belongs to one person. Saving adds an immutable version; restoring an old one adds a version that says the
// same and so has the same digest. Nothing is ever overwritten, and what a writer typed an hour ago can be had again.
//
// A version is a row without a word in it, append-only by grant and trigger: seq, digest, who, when. Its words stand
// beside it and can be erased, so that a receipt still proves what was signed off after they are gone.
//
// The digest (package digest, docs/digest.md) is over the words, the addresses they lead to, the places where they may
// appear, the disclosure label and whether somebody paid. Addresses are brought into one spelling when a version is
// saved and are never fetched.
//
//	draft ◄──────► scheduled ── its time, all gates open ──► published
//	  │  ▲             │ its time, something against it         ▲
//	  │  └─────── missed_slot ── publish ───────────────────────┤
//	  └── publish ──────────────────────────────────────────────┘
//
//	any of them ── withdraw ──► withdrawn                        (kept, readable, closed for good)
//	any but published, and not bound by a contract ── delete ──► deleted   (its words are gone)
//
// # Media
//
// A picture or a recording is uploaded for a document, and a version shows it by the digest of its bytes, with alternative
// text, and of a recording with its transcript (internal/vtt); the version's digest is over all of it. What it is is told by its
// bytes; of a picture nothing is kept but itself. Without alternative text or transcript a version has a warning, and may appear
// all the same. Bytes are in the file store (internal/files), each content once; who may read the document gets an address that is good for five minutes.
//
//	uploaded ── a version shows it ──► stays as long as the document
//	    └── taken away, or the document's words go ──► a week later its bytes are collected, if no other document has them
//
// # Comments
//
// A comment is about a passage of one version, counted in characters, and is shown where the passage stands now; once the
// words changed it has only its quote. It may as well be about a picture, or about a moment of a recording, whose quote is
// what the transcript says then. A suggestion is a comment with exact words: accepting it is one press that makes a
// version, and its digest is known beforehand, so that a reviewer can agree to the outcome before the author takes it.
//
//	open ── accept ──► accepted (a new version)
//	  └──── settle ──► settled                                                            (comment.go, package compare)
//
// # Gates
//
// A gate is a party that must agree before a document may appear: the client of a writer, a brand, its principal, the
// holder of rights, an employer. Those of a contract are named when the document is made and bind; an employer whom the
// owner asked may be taken back, and then the publication says that it went without. A gate stands here and nowhere else.
//
//	waiting ── open ──► open ◄── open, close ──► closed
//	   └── taken back ──► waiting again once it is asked again                          (gate.go)
//
// Opening is news: it may come late, twice and out of order; each word of a party has a growing number and the highest
// counts. Closing is an operation: it takes the document's lock, as publishing does, and its answer is kept: nothing had
// appeared, or it appeared at T. Nobody has to tell that the words changed: the digest is another one. Restoring the words
// restores the agreement.
//
// A product's publication is a document too: storefront makes its versions, which are manifests, and publishes it. A party
// agrees to its entries (the page, each lesson, each file) by their own digests, and its gate is open when all of them are; so after an edit
// only what changed is asked about again, and another order of the same lessons asks nobody.            (manifest.go)
//
// Publish is one transaction: the document locked, every gate open for this digest and at this moment, the disclosure
// complete, and the person named the digest they had read. What a person scheduled is such a word for one digest too.
// Silence never opens anything.
//
// # The live text
//
// Networks let people edit what has appeared. The author may paste what can be read there now: it is compared by digest with what was
// published, the outcome is kept and told, and nothing of the text is kept.                                          (live.go)
//
// # Events
//
// Emitted, ids and digests only: content.document.saved, .published, .missed, .proved, .compared, .withdrawn, .deleted;
// content.gate.taken_back; content.comment.made, .settled. Consumed: accounts.person.erased, which removes all words of a
// person's documents.
//
// The rooms: document.go, version.go, medium.go, moment.go,
// destination.go, link.go, gate.go, manifest.go, publication.go, disclosure.go and comment.go are
// the nouns; service.go and the files named after what people do (documents, versions, changes, comments, media, gates,
// manifests, publishing, personal) the use cases; store*.go with queries*.sql the database.
package content
