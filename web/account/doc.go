// Package account holds the pages of a person's account: signing up and in, the first steps, settings, the
// inbox, and mandates.
//
// From nothing to a link that can be shared takes six screens:
//
//	/sign-up ─► /check-mail ─► /l/TOKEN (from the mail, one press) ─► /welcome ─► /welcome/page ─► /welcome/ready
//	                 └── or the code from the same mail, typed here ──┘     └─► /welcome/payouts, where none reach
//
// A link from a mail acts only when its button is pressed in a browser that has just opened its page: scanners
// that fetch or even post the address change nothing, because they lack the cookie that the page set.
package account
