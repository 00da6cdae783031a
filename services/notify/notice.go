package notify

import (
	"time"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
)

// Kinds that are mails only, beside those of notifyapi.
const (
	kindLink   notifyapi.Kind = "link"      // whatever accounts wants mailed: sign-up, sign-in, a change of address
	kindLookup notifyapi.Kind = "lookup"    // "what is this charge?", to the buyer of one of the orders found
	kindReview notifyapi.Kind = "review"    // an employer is asked: to the mailbox of a reviewer's link
	kindCode   notifyapi.Kind = "work_code" // a code to a mailbox at work, which proves that somebody works there
	kindDesk   notifyapi.Kind = "desk"      // a member is told about a submission at their desk, at their mailbox there
	kindOwned  notifyapi.Kind = "owned"     // "you have this already", to the buyer of an order that somebody began to repeat
)

// Notice is one message to one recipient.
type Notice struct {
	ID        string
	EventID   string
	Kind      notifyapi.Kind
	Subject   string // the link, order, refund or payout it is about
	Recipient string // a person, or an order or link standing for the address it has
	Person    *string
	Data      Facts
	CreatedAt time.Time
	ReadAt    *time.Time
}

// Facts are what a notice's sentence needs and ids can't say. Title is a
// product's public name; nothing here names a person.
type Facts struct {
	Order  string        `json:"order,omitempty"`
	Title  string        `json:"title,omitempty"`
	Amount *money.Amount `json:"amount,omitempty"`
	Day    string        `json:"day,omitempty"` // 2006-01-02
	// Submission and State are of an answer of an employer. State alone is why a buyer was turned away.
	Submission string `json:"submission,omitempty"`
	State      string `json:"state,omitempty"`
}

// told is a notice with how it reaches its recipient.
type told struct {
	Notice
	mail bool
}

// mailed is a notice that is sent by mail; if it is somebody's, it stands in their inbox too.
func mailed(n Notice) told { return told{n, true} }

// unmailed stands in an inbox alone.
func unmailed(n Notice) told { return told{n, false} }

// newNotice says a thing to a recipient.
func newNotice(eventID string, kind notifyapi.Kind, subject, recipient string, facts Facts, at time.Time) Notice {
	return Notice{
		ID: id.New("notice"), EventID: eventID, Kind: kind, Subject: subject, Recipient: recipient, Data: facts, CreatedAt: at,
	}
}

// priority of the mail, 1 first: somebody waits in front of a page for a link,
// and a day of many sales must not keep them waiting.
func (n Notice) priority() int16 {
	if n.Kind == kindLink || n.Kind == kindReview || n.Kind == kindCode {
		return 1
	}
	return 2
}

// inInbox shows the notice to a person as well; "" is a guest, who has no
// inbox.
func (n Notice) inInbox(person string) Notice {
	if person != "" {
		n.Person = &person
	}
	return n
}

// path is the page of our site where the recipient can act on the notice.
func (n Notice) path() string {
	switch n.Kind {
	case notifyapi.KindReceipt, notifyapi.KindRefund:
		return "/library"
	case notifyapi.KindRefundFailed, notifyapi.KindRefundOff:
		return "/orders/" + n.Data.Order
	case notifyapi.KindSale, notifyapi.KindRefunded, notifyapi.KindRefundBack:
		return salePath(n.Data.Order)
	case notifyapi.KindAnswer:
		return "/submissions/" + n.Data.Submission
	case notifyapi.KindPayoutSent, notifyapi.KindPayoutPaid, notifyapi.KindPayoutFailed, notifyapi.KindSaleLost:
		return payoutsPath
	}
	return "/inbox"
}

const payoutsPath = "/payouts"

// salePath is a creator's page of an order.
func salePath(order string) string { return "/sales/" + order }
