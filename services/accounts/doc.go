// Package accounts owns people: who they are, how they prove it, where they are signed in, and who may act for whom.
//
// # People
//
// One person, one account, many hats. An account needs nothing but an e-mail address, and exists from the moment that
// address is proved:
//
//	address ── POST sign-ups ──► link (mail) ── press, or type its code ──► person + session
//	                                                                          │
//	          name, country, "do you work for someone?", handle, password  ◄──┘ all later, none required
//
// Nobody learns from outside whether an address has an account: asking for a link, a wrong password and a wrong code
// answer alike and take alike, and too many tries are counted for unknown addresses too. A changed address counts once
// it is proved; only then is told whether somebody else has it.
//
// Country comes first for who wants to sell, because payouts depend on it (data/payout_countries.json, dated and with
// its source). Where they are not possible, free products work and a waiting list keeps the wish.
//
// # Proof
//
//	link      open ─► used | replaced | expired; five wrong codes lock the code, never the link     (link.go)
//	session   live ─► revoked | expired; only the hash of its token is stored                        (session.go)
//	password  argon2id, 19 MiB, as many at a time as there are places                               (password.go)
//
// Links and codes are HMACs of the link's id: they are stored nowhere, and notify asks for them when it writes the
// mail. Nothing is ever consumed by a GET or HEAD, since mail scanners send those; pages show a button, and its POST
// with our cookie acts. Times of proof are wall time. What could lock a person out (password, address, erasure) takes
// the password, or a session not older than half an hour.
//
// # Handles
//
// A handle is the address of a creator's page: unique without regard to case, and no two people hold look-alikes. A
// former handle leads to the present one for 90 days (handle.go, data/reserved_handles.txt).
//
// # Mandates
//
// A mandate lets an assistant act for the person represented: see, arrange, comment, pay up to a limit a payment, and
// approve, which is granted only by typing the assistant's name. Records of what they do read "A for B".
//
//	invited ─► active ─► ended | expired
//	   └─► declined | withdrawn | expired                                                           (mandate.go)
//
// Deadlines are domain time: a column on the row, cleared in the transition's own transaction, so that a person's
// decision and the timer race and the first commit wins.
//
// # Organisations
//
// An organisation is an employer, a brand, or a company that hires writers. Its members have roles, from and to, that cover
// what they do for it: owner, admin, hr_reviewer, legal_reviewer, principal, brand_manager, finance (organisation.go). One
// owner always stays. Members come by invitation to a mailbox, which proves the right to the role and opens no account;
// notices about the organisation go to that mailbox, and both end with the role. Other services re-read roles before they
// act by them.
//
//	invitation  open ─► accepted | revoked | expired                                                (invitation.go)
//	domain      pending ─► claimed ─► lost; pending ─► withdrawn | expired                          (domain.go)
//
// An employer claims its mail domain by a TXT record, looked for by a press and by itself, or by an operator who saw papers.
// One domain has one organisation. Only an operator takes a claimed domain away.
//
// # Events
//
// Emitted, ids only: accounts.person.created, .changed, .erased; accounts.email.verified; accounts.link.requested
// (notify writes the mail); accounts.session.revoked (gateways forget it); accounts.mandate.changed;
// accounts.organisation.created; accounts.role.changed; accounts.domain.claimed, .lost. Consumed: none.
//
// Every effect leaves a row in an append-only audit, with ids and our own words. Erasure removes the personal part of
// everything else and ends all sessions; the other services erase theirs on accounts.person.erased. The export asks them
// for what they hold. What stays and why: docs/privacy.md.
//
// # Employment
//
// A work mailbox may not be the address of a person who sells, writes or submits. Who begins to sell, or sells and changes
// their address, is refused one at a domain that an employer claimed; who submits is refused by review, which keeps for
// whom a person works (docs/adr/0012). At sign-up only the question "Do you work for someone?" is asked, once.
package accounts
