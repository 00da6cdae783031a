package reviewapi

import "github.com/workfluence/workfluence/internal/problem"

// The problems of review. Each has a page in docs/errors.
var (
	// ErrMailboxPublic: anybody can have a mailbox there.
	ErrMailboxPublic = problem.Declare(problem.Invalid, "mailbox_public", "Anybody can have a mailbox there. Name the reviewer's mailbox at work.")
	// ErrMailboxOwn: it is the author's own address, or of somebody who acts for them.
	ErrMailboxOwn = problem.Declare(problem.Invalid, "mailbox_own", "This mailbox is yours, or of somebody who acts for you. Another person has to decide.")
	// ErrMailboxLookalike: its domain looks like the one of another employer.
	ErrMailboxLookalike = problem.Declare(problem.Invalid, "mailbox_lookalike", "This domain looks like that of an employer we know, and is another one. Check its spelling.")
	// ErrSubmissionOpen: this employer is being asked about the document already.
	ErrSubmissionOpen = problem.Declare(problem.Conflict, "submission_open", "This employer has been asked about the document already. Withdraw that first.")
	// ErrSubmissionState: its state does not allow this. State is the submission's.
	ErrSubmissionState = problem.Declare(problem.Conflict, "submission_state", "The state of this submission does not allow that.")
	// ErrReceiptPending: the decision is about to stand in the log.
	ErrReceiptPending = problem.Declare(problem.Unavailable, "receipt_pending", "This decision is being written into the log. Ask again in a moment.")
	// ErrReceiptErased: what the receipt would say was erased; who kept the file still has its proof.
	ErrReceiptErased = problem.Declare(problem.Gone, "receipt_erased", "What this receipt says has been erased. A copy that somebody kept still proves it.")
	// ErrSubmissionDecided: somebody was faster. State is the submission's.
	ErrSubmissionDecided = problem.Declare(problem.Conflict, "submission_decided", "This has been decided, or is no longer asked.")
	// ErrDocumentChanged: the document says something else by now than what was looked at.
	ErrDocumentChanged = problem.Declare(problem.Conflict, "document_changed", "The document has changed since. Look at what they will see once more.")
	// ErrDocumentNothing: there is nothing to read in it.
	ErrDocumentNothing = problem.Declare(problem.Conflict, "document_nothing", "There is nothing in this document that anybody could read.")
	// ErrSubmissionWhistleblowing: it reports wrongdoing, and its author has not said that it goes to the employer all the same.
	ErrSubmissionWhistleblowing = problem.Declare(problem.Conflict, "submission_whistleblowing", "This reads like a report of wrongdoing, which the law protects. Whoever opens it may be the one it is about. Send it once more if you want that.")
	// ErrSelfReview: nobody decides about what they wrote themselves.
	ErrSelfReview = problem.Declare(problem.Forbidden, "self_review", "You wrote this yourself. Another person has to decide.")
	// ErrSignInAtWork: whoever has that mailbox later would have the account.
	ErrSignInAtWork = problem.Declare(problem.Conflict, "sign_in_at_work", "Your account has an address at this employer. If you leave, somebody else has it: give the account a personal address first.")
	// ErrMailboxElsewhere: it proves nothing about this employer.
	ErrMailboxElsewhere = problem.Declare(problem.Invalid, "mailbox_elsewhere", "This mailbox is at another domain than the employer's.")
	// ErrEmploymentEnded: the author said that they left.
	ErrEmploymentEnded = problem.Declare(problem.Conflict, "employment_ended", "You said that you left this employer. If you work there again, say so first.")
	// ErrEmploymentCurrent: they work there now.
	ErrEmploymentCurrent = problem.Declare(problem.Conflict, "employment_current", "You work there, as far as you said.")
	// ErrProtectedReject: the law protects some of it, and what refusing it takes is not there. Fields say what.
	ErrProtectedReject = problem.Declare(problem.Invalid, "protected_reject", "The law protects some of this. Refusing it takes a written basis, and a second person who decides for legal and gives one too.")
	// ErrProtectedSecond: the same person refuses what the law protects a second time.
	ErrProtectedSecond = problem.Declare(problem.Conflict, "protected_second", "You have refused this already. It is refused once another person, who decides for legal, refuses it too.")
	// ErrPolicyRules: the text or the rules are no policy. Fields say which rule, where, and what is wrong.
	ErrPolicyRules = problem.Declare(problem.Invalid, "policy_rules", "These rules can't count. Nothing of what you wrote is lost.")
	// ErrPolicyDraft: one is being written.
	ErrPolicyDraft = problem.Declare(problem.Conflict, "policy_draft", "There is a draft already. Go on with it, or throw it away.")
	// ErrPolicySame: the draft says what the version in force says.
	ErrPolicySame = problem.Declare(problem.Conflict, "policy_same", "The draft says what is in force already.")
	// ErrPolicyWaiting: one version at a time waits for a second person.
	ErrPolicyWaiting = problem.Declare(problem.Conflict, "policy_waiting", "A version waits for a second person already. Withdraw it first.")
	// ErrPolicyOwn: a version counts by the word of a second person.
	ErrPolicyOwn = problem.Declare(problem.Forbidden, "policy_own", "You wrote at this version. Another person has to approve it.")
	// ErrPolicyAnswered: somebody was faster. State is the version's.
	ErrPolicyAnswered = problem.Declare(problem.Conflict, "policy_answered", "This version has been answered, or a later one is in force.")
	// ErrPolicyChanged: the policy in force is another than the one that was shown.
	ErrPolicyChanged = problem.Declare(problem.Conflict, "policy_changed", "The employer's policy has changed since. Look at what the new version says of it, and then decide.")
	// ErrSuggestionSame: the words suggested are the words that stand there.
	ErrSuggestionSame = problem.Declare(problem.Invalid, "suggestion_same", "These are the words that stand there already.")
	// ErrQuietPeriod: the employer has a quiet period, and this would open something within it.
	ErrQuietPeriod = problem.Declare(problem.Conflict, "quiet_period", "This employer has a quiet period. What is agreed to has to begin after its end.")
	// ErrStandingRevoked: it has been ended already.
	ErrStandingRevoked = problem.Declare(problem.Conflict, "standing_revoked", "This standing permission has been taken back already.")
	// ErrStageTurn: the stages of this employer ask somebody else now.
	ErrStageTurn = problem.Declare(problem.Conflict, "stage_turn", "It is not your turn: the stages of this submission ask somebody else now.")
	// ErrStageSpoken: a person speaks once in a stage.
	ErrStageSpoken = problem.Declare(problem.Conflict, "stage_spoken", "You have spoken in this stage already. The others are still to be heard.")
	// ErrStakeHeld: who has a stake in a post decides nothing about it.
	ErrStakeHeld = problem.Declare(problem.Forbidden, "stake_held", "You have a stake in this post, as you or another part of the house said. Another person has to decide.")
	// ErrDeputyUnfit: who is named can't stand in, or not for that long. Fields say why.
	ErrDeputyUnfit = problem.Declare(problem.Invalid, "deputy_unfit", "This person can't stand in for you as you said.")
	// ErrReviewLinkUsed: somebody opened it, in a browser that is not this one.
	ErrReviewLinkUsed = problem.Declare(problem.Gone, "review_link_used", "This link has been opened already. Ask for one of your own.")
	// ErrReviewLinkEnded: what it led to is no longer asked, or was decided a while ago.
	ErrReviewLinkEnded = problem.Declare(problem.Gone, "review_link_ended", "What this link led to is over.")
	// ErrReviewCodeWrong: no mail to this mailbox had this code.
	ErrReviewCodeWrong = problem.Declare(problem.Invalid, "review_code_wrong", "This code does not fit this mailbox.")
	// ErrReviewTooMany: more mails or tries than anybody needs. RetryAfter says when again.
	ErrReviewTooMany = problem.Declare(problem.RateLimited, "review_too_many", "Too many tries; wait a little.")
)
