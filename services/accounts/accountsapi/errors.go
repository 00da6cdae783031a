package accountsapi

import "github.com/workfluence/workfluence/internal/problem"

// The error codes of accounts. Each has a page in docs/errors.
var (
	// ErrSignInFailed is one answer for an unknown address, a wrong password and an account without a password.
	ErrTokensMany = problem.Declare(problem.Conflict, "tokens_many",
		"You have as many API tokens as one person may have. Revoke one that you no longer use.")
	ErrSignInFailed = problem.Declare(problem.Unauthenticated, "sign_in_failed",
		"That address and password don't match. Try again, or sign in with a link by e-mail.")
	ErrCodeWrong = problem.Declare(problem.Unauthenticated, "code_wrong",
		"That code isn't right. Look at the newest mail from us and type its 8 characters.")
	ErrCodeLocked = problem.Declare(problem.RateLimited, "code_locked",
		"Too many wrong codes. Press the link in the mail, or ask for a new mail.")
	ErrLinkUnknown = problem.Declare(problem.NotFound, "link_unknown",
		"We don't know this link. It may have been cut when it was copied.")
	ErrLinkUsed = problem.Declare(problem.Gone, "link_used",
		"This link has been used already. Ask for a new one.")
	ErrLinkReplaced = problem.Declare(problem.Gone, "link_replaced",
		"A newer link has been used in the meantime. Ask for a new one if you still need it.")
	ErrLinkExpired = problem.Declare(problem.Gone, "link_expired",
		"This link is too old. Ask for a new one.")
	ErrTooManyTries = problem.Declare(problem.RateLimited, "too_many_tries",
		"Too many tries for this address. Wait a while, or sign in with a link by e-mail.")

	ErrPasswordWeak = problem.Declare(problem.Invalid, "password_weak",
		"This password is too easy to guess. Use at least 10 characters; a few unrelated words work well.")
	ErrPasswordWrong = problem.Declare(problem.Forbidden, "password_wrong",
		"Your present password isn't right, so the new one was not set.")

	ErrProveAgain = problem.Declare(problem.Forbidden, "prove_again",
		"It is a while since you signed in here. Give your password, or sign in again with a link by e-mail, then repeat this.")

	ErrHandleInvalid = problem.Declare(problem.Invalid, "handle_invalid",
		"A handle has 3 to 30 letters (a to z) or digits; a single - or _ may stand between them.")
	ErrHandleReserved = problem.Declare(problem.Invalid, "handle_reserved",
		"This handle is kept for the platform. Choose another.")
	ErrHandleTaken = problem.Declare(problem.Conflict, "handle_taken",
		"Someone has this handle, or one that looks the same. Choose another.")

	ErrEmailTaken = problem.Declare(problem.Conflict, "email_taken",
		"This address belongs to another account. Sign in there, or use another address.")
	ErrCountryFirst = problem.Declare(problem.Conflict, "country_first",
		"Tell us your country first: where you live decides how you can be paid.")
	ErrPayoutsPossible = problem.Declare(problem.Conflict, "payouts_possible",
		"Payouts already work in your country, so there is nothing to wait for.")
	ErrEraseUnconfirmed = problem.Declare(problem.Invalid, "erase_unconfirmed",
		"Type the address of your account exactly to erase it.")

	ErrMandateSelf = problem.Declare(problem.Invalid, "mandate_self",
		"This is your own address. A mandate is for somebody else.")
	ErrMandateExists = problem.Declare(problem.Conflict, "mandate_exists",
		"This person already has a mandate or an invitation from you. End it first to change what it allows.")
	ErrMandateApproveName = problem.Declare(problem.Invalid, "mandate_approve_name",
		"To let somebody approve in your name, type their name.")
	ErrMandatePayLimit = problem.Declare(problem.Invalid, "mandate_pay_limit",
		"To let somebody pay for you, say up to how much a payment; without that permission there is no limit to set.")
	ErrMandateClosed = problem.Declare(problem.Conflict, "mandate_closed",
		"This mandate is no longer open to that.")
	ErrMandateMissing = problem.Declare(problem.Forbidden, "mandate_missing",
		"You don't have a mandate for this.")
	ErrMandateLimit = problem.Declare(problem.Forbidden, "mandate_limit",
		"This payment is above what your mandate allows, or in another currency. The person you act for has to pay it.")

	ErrOrganisationName = problem.Declare(problem.Invalid, "organisation_name",
		"Give the organisation the name that people know it by, without a web address.")
	ErrRoleMissing = problem.Declare(problem.Forbidden, "role_missing",
		"Your role in this organisation doesn't cover that. Ask an owner.")
	ErrRoleKind = problem.Declare(problem.Invalid, "role_kind",
		"This kind of organisation has no such role.")
	ErrLastOwner = problem.Declare(problem.Conflict, "last_owner",
		"An organisation needs an owner. Make somebody else an owner first.")
	ErrInvitationOpen = problem.Declare(problem.Conflict, "invitation_open",
		"This mailbox has an invitation already. Take it back first to send another.")
	ErrInvitationClosed = problem.Declare(problem.Conflict, "invitation_closed",
		"This invitation has been answered, taken back, or is too old. Ask for a new one.")

	ErrDomainInvalid = problem.Declare(problem.Invalid, "domain_invalid",
		"This is no domain that an organisation can own. Name one such as acme.com.")
	ErrDomainPublic = problem.Declare(problem.Invalid, "domain_public",
		"Anybody can have a mailbox there, so nobody can claim it.")
	ErrDomainKind = problem.Declare(problem.Conflict, "domain_kind",
		"Only an organisation that employs people can claim a domain.")
	ErrDomainAsked = problem.Declare(problem.Conflict, "domain_asked",
		"Your organisation has named this domain already.")
	ErrDomainMany = problem.Declare(problem.Conflict, "domain_many",
		"Your organisation has named as many domains as it can. Give one up first.")
	ErrDomainUnproved = problem.Declare(problem.Conflict, "domain_unproved",
		"We don't see the record yet. DNS can take an hour; we look again by ourselves.")
	ErrDomainTaken = problem.Declare(problem.Conflict, "domain_taken",
		"Another organisation has claimed this domain. Write to us: an operator decides.")
	ErrDomainClosed = problem.Declare(problem.Conflict, "domain_closed",
		"The state of this domain doesn't allow that.")
	ErrWorkMailbox = problem.Declare(problem.Invalid, "work_mailbox",
		"This is a mailbox at work. If you leave, somebody else has it: use a personal address for your account.")
)
