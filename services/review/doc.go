// Package review asks employers before a post appears: what their people are asked, what they said, and when.
//
// It is the author's tool. The author names the employer and a reviewer's mailbox at work, sees exactly what that person will see, and
// sends. The reviewer needs no account: a mail without a word of the post, a page, one press, and a page to read and decide. They see
// that one submission and nothing else of its author.
//
// # Submissions
//
// A submission is one version of a document, by its digest, and one employer. Its words stay in content and are read there on behalf of
// this submission, each time.
//
//	draft ── send ──► submitted ── gate and mail ──► in_stage ──► approved, no_objection ── its end ──► lapsed
//	  │                   │                            │ │              ├── revoke ──► revoked
//	  │                   │                            │ │              └── a policy that counts for it too ──► stale
//	  │                   │                            │ ├──► changes_requested ── the exact words are taken ──► approved
//	  │                   │                            │ └──► rejected, not_ours
//	  │                   │                            └── 10 business days ──► no_decision
//	  └──── withdraw ─────┴───── withdraw ──► withdrawn                                    (submission.go)
//
// Silence ends a submission, and opens nothing. The first decision that is no objection counts: at the row of the submission decisions, the author and the
// timer meet, and the first commit wins.
//
// # Employers
//
// An employer is a registrable mail domain. It exists from the first time somebody names it, unclaimed. Domains of public mail
// (data/public_mail.txt), the author's own mailboxes, and domains that may be taken for another employer's are refused (mailbox.go,
// lookalike.go). What a mailbox answers is worth as much as the mailbox: each decision says "mailbox".
//
// An organisation that proves the domain in accounts claims the employer. What was sent to it before is on its desk, and nothing else; receipts
// stay what they are. Its members decide in the roles that accounts knows, re-read each time, by the rules of everybody else, and their decisions
// say "claimed". Nobody decides about their own post, by whatever account (desk.go).
//
// # Stages
//
// An organisation may say which stages a submission passes: one after the other or side by side, in which roles, whether one person agrees, one of each role,
// or several; always, or when the policy's rules hit. The setting is versioned, and copied to a submission when it is sent (stage.go, staging.go). Then nobody gets
// a link: members hear by mail, and each speaks once in a stage (stage_turn.go). An agreement that waits for others is a decision of kind "agree", which
// opens nothing and has no leaf; the last one decides, within the times that all agreed to, and its receipt names each signature with the role of its time.
// Any other word ends the submission: the worst one wins.
//
//	waiting ── the steps before it passed ──► open ── as many agreed as it needs ──► passed
//	                                           └── half of its days: reminder; all of them: escalation (timers in its row, each once)
//
// Who is away names a deputy for a span; who has left leaves them what was open by then. Nobody speaks about their own post, for its author, or about what
// they have a stake in. A stage in which too few may speak is visible to all and told to the owner, and passes nothing. The owner may take back what
// one person decided (deputy.go, deputies.go, stage_setting.go).
//
// # Employments
//
// For whom a person works begins with the first post that they send. Their own mailbox at work can prove it by a code, and opens nothing. They say
// when they leave; from that minute links, sessions and desks show nothing that is still open, because whoever reads carries the end out first, and a
// timer does for everybody else (employment.go):
//
//	since ── leave, now or at a time ──► until ── its minute has come ──► what is still asked is withdrawn
//
// # Links
//
// A link is mailed, opens a page and does nothing by itself; one press in the browser that opened the page makes a session for this one
// submission, once. Whoever it is passed on to asks for one of their own, which goes to a mailbox of the same employer; the author sees
// who joined. A code from the mail does the same. Links end with the submission: at once when it is withdrawn, at the end of an approval,
// and two weeks after any other answer (link.go).
//
// # Decisions
//
// A decision is a row without a name, append-only by grant and trigger; the typed name and role, the reason and the parts of the digest
// stand beside it and can be erased. "Exact words" are kept by content as a suggestion whose digest is known, and the employer agrees to
// that digest at once, so that taking it needs no second round (decision.go).
//
// # Protected talk
//
// Whether some of a submission is talk that the law protects is kept when it is sent; where in the words, never. One person alone
// refuses no such submission: their refusal, with a written basis, is an objection, and the submission stays in its stage with its deadline.
// It is rejected when another person refuses it for legal, with a basis too. Any other answer makes the objection history (guard.go).
//
// # Standing permissions
//
// A member who reviews signs a class of posts once: topics, channels, a period, so many a week, and hits of which kinds wait. What its author sends under
// it is asked like every other, and in the transaction that begins its stage the permission's signature answers it, if the class has it and the week a
// place; otherwise it waits, and its author reads why. The starter's rules count whatever policy an author supplied. The topic is the author's word, and
// the desk reads a sample afterwards, chosen by chance, and nothing else of what went through. Only organisations that claimed their employer sign: whoever
// has a mailed link has no place where they could read the sample or take the permission back (standing.go).
//
// # Quiet periods
//
// Days in which nothing opens at an organisation's employers: no permission lets through, and what is agreed to begins after the end. Posts reach the desk as
// always, since their authors' days run, and can be answered in every other way (quiet.go).
//
// # What an author proves alone
//
// That they asked, whom and about which digest, and that nobody answered in ten business days; and what was answered elsewhere, as they say. Both stand in the
// log under the author's name alone. They are no decisions: no gate and no desk hears of them (asked.go).
//
// # Policies
//
// An organisation that claimed an employer may keep a policy of its own: a draft, and versions that never change, which come into force by the word of a second
// person (policy.go). A submission is read by the version in force and says which; a newer one is read against it in the open: what is asked moves to it, and the reviewer
// sees what changed; what was agreed to stands, unless the version is retroactive and finds something new (policy_reading.go).
//
// # Proofs
//
// A decision queues its leaf in its own transaction (proof.go): a commitment that says nothing, and beside it, erasable, what it commits to. Package
// translog gives it its place in the log and signs a checkpoint; package receipt is the file that proves it to anybody. A gate follows
// the log: content hears nothing of a decision that does not stand there yet.
//
// # Gates
//
// What a decision opens stands in content, under numbers that grow (gate.go). A move is written with the decision and brought to content by
// whoever has its lease, as often as needed: pending ──► done. A revocation is committed, then content closes the gate and answers that
// nothing had appeared, or that it appeared at T, and that answer is committed.
//
// # Events
//
// Emitted, ids and digests only: review.link.requested, review.code.requested, review.submission.changed, review.desk.noted, review.standing.changed, review.policy.changed. Consumed: accounts.domain.claimed, .lost; accounts.role.changed; content.document.saved, .published,
// .withdrawn, .deleted, content.gate.taken_back; accounts.person.erased.
//
// The rooms: submission.go, decision.go, guard.go, standing.go, quiet.go, asked.go, link.go, employment.go, gate.go, policy.go, mailbox.go, lookalike.go and calendar.go are the nouns; service.go and the files
// named after what people do (submitting, entering, deciding, desk, policies, standing_granting, standing_using, employments, moves, hearing, personal) the use cases; store.go with queries.sql the
// database.
package review
