package review

import (
	"github.com/workfluence/workfluence/internal/mailbox"
	"github.com/workfluence/workfluence/internal/problem"
)

// Mailbox is an address in one spelling: equal strings are equal mailboxes.
type Mailbox = mailbox.Mailbox

var errMailbox = problem.ErrInvalid.WithField("/mailbox", "email", "must be an e-mail address")

// newMailbox reads what a person typed: errMailbox for what is none.
func newMailbox(typed string) (Mailbox, error) {
	m, err := mailbox.Parse(typed)
	if err != nil {
		return "", errMailbox.Because(err)
	}
	return m, nil
}
