package contentapi

import "github.com/workfluence/workfluence/internal/problem"

// The problems of content. Each has a page in docs/errors.
var (
	// ErrDocumentClosed: it was withdrawn. State is the document's.
	ErrDocumentClosed = problem.Declare(problem.Conflict, "document_closed", "This document was withdrawn. Its versions can be read, but nothing new can happen to it.")
	// ErrDocumentPublished: it has appeared, so it can't be deleted or scheduled.
	ErrDocumentPublished = problem.Declare(problem.Conflict, "document_published", "This document has been published, so it can't be deleted or scheduled. You can withdraw it.")
	// ErrDocumentBound: a contract puts a gate before it, so it can't be deleted.
	ErrDocumentBound = problem.Declare(problem.Conflict, "document_bound", "This document belongs to a contract, so it can't be deleted. You can withdraw it.")
	// ErrDocumentOfProduct: it is a product's publication, which is changed and published where the product is.
	ErrDocumentOfProduct = problem.Declare(problem.Conflict, "document_of_product", "This is the publication of a product. Change and publish the product.")
	// ErrDocumentEmpty: there is nothing to publish.
	ErrDocumentEmpty = problem.Declare(problem.Conflict, "document_empty", "There is nothing to publish.")
	// ErrDestinationUnknown: the place is none of the version's destinations, or several are and none was named.
	ErrDestinationUnknown = problem.Declare(problem.Invalid, "destination_unknown", "This is not one of the destinations that the version names.")
	// ErrAlreadyPublished: this very version has appeared there. State is when (RFC 3339).
	ErrAlreadyPublished = problem.Declare(problem.Conflict, "already_published", "This version has already been published there.")
	// ErrDisclosureMissing: it is paid for, and no label says so in a way that each country takes. Fields name the countries.
	ErrDisclosureMissing = problem.Declare(problem.Conflict, "disclosure_missing", "This is paid for, and its label does not say so everywhere it would appear.")
	// ErrGateWaiting: a party has not agreed yet. For this and the next four, fields name each gate that is not open, and why.
	ErrGateWaiting = problem.Declare(problem.Conflict, "gate_waiting", "Somebody has to agree before this can be published.")
	// ErrPolicyStale: a later version of a party's policy ended its agreement. A field for each rule by which it did: "/gates/gate_…/rules/…".
	ErrPolicyStale = problem.Declare(problem.Conflict, "policy_stale", "A new version of their policy touches this, and counts for what they agreed to before too. Ask again.")
	// ErrGateClosed: a party took its agreement away.
	ErrGateClosed = problem.Declare(problem.Conflict, "gate_closed", "Somebody has withdrawn their agreement, so this can't be published.")
	// ErrApprovalStale: a party agreed to other words.
	ErrApprovalStale = problem.Declare(problem.Conflict, "approval_stale", "This differs from what was approved. Restore the approved version, or ask again.")
	// ErrApprovalEarly: what was agreed holds from later on. State is from when (RFC 3339).
	ErrApprovalEarly = problem.Declare(problem.Conflict, "approval_early", "This is approved, but not to appear yet.")
	// ErrApprovalExpired: what was agreed held until earlier. State is until when (RFC 3339).
	ErrApprovalExpired = problem.Declare(problem.Conflict, "approval_expired", "The approval of this has expired. Ask again.")
	// ErrCommentSettled: the comment is closed, or no suggestion. State is the comment's.
	ErrCommentSettled = problem.Declare(problem.Conflict, "comment_settled", "This has been dealt with already.")
	// ErrPassageChanged: the newest version does not say any more what a suggestion was made for.
	ErrPassageChanged = problem.Declare(problem.Conflict, "passage_changed", "The passage has changed since this was suggested.")
	// ErrMediaEmpty: not one byte came. Of this and the next three nothing was kept.
	ErrMediaEmpty = problem.Declare(problem.Invalid, "media_empty", "The file is empty.")
	// ErrMediaUnknown: neither a picture nor a recording, by its bytes.
	ErrMediaUnknown = problem.Declare(problem.Unsupported, "media_unknown", "This is neither a picture (JPEG, PNG, GIF, WebP) nor a recording (MP4, MOV, WebM, M4A, MP3, Ogg, WAV).")
	// ErrMediaTooLarge: more bytes than its kind may have.
	ErrMediaTooLarge = problem.Declare(problem.TooLarge, "media_too_large", "The file is too large: a picture may have 20 MB, a recording 512 MB.")
	// ErrPictureUnreadable: damaged, or of more pixels than anybody could show.
	ErrPictureUnreadable = problem.Declare(problem.Invalid, "picture_unreadable", "This picture can't be read, or has more than 40 million pixels.")
	// ErrMediaTooMany: a document has no room for one more upload.
	ErrMediaTooMany = problem.Declare(problem.Conflict, "media_too_many", "A hundred files have been uploaded for this document. Take one away first.")
	// ErrMediaShown: a version shows it, and versions do not change.
	ErrMediaShown = problem.Declare(problem.Conflict, "media_shown", "A version shows this file, so it stays as long as the document.")
	// ErrMediaLinkExpired: an address of a file lives for five minutes.
	ErrMediaLinkExpired = problem.Declare(problem.Gone, "media_link_expired", "This address of the file has expired. Read the document again to get a fresh one.")
	// ErrGateBinding: only a gate that the owner chose can be taken back.
	ErrGateBinding = problem.Declare(problem.Conflict, "gate_binding", "A contract asks for this approval, so it can't be taken back.")
)
