package notify

import (
	"time"

	"github.com/workfluence/workfluence/services/notify/notifyapi"
)

// lease is how long a process may take to write and send one mail. It is
// longer than the SMTP timeout, and short because a mail may be a sign-in.
const lease = 15 * time.Second

// Mail is the sending of one notice.
type Mail struct {
	NoticeID  string
	MessageID string
	State     MailState
	Tries     int
	Priority  int16
	QueuedAt  time.Time
	DueAt     *time.Time // wall: queued, when it may be tried; sending, when the lease ends
	DoneAt    *time.Time
	Error     *string
}

// MailState is how far a mail is.
type MailState string

// The states of a mail; the last three are final.
const (
	MailQueued  MailState = "queued"
	MailSending MailState = "sending"
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed"
	MailDropped MailState = "dropped"
)

// maxTries is how often a mail is tried; with jobs.Pause the last try comes about two days after the first.
const maxTries = 12

// mailsAtOnce is how many outcomes are written together at most.
const mailsAtOnce = 64

// outcome is what became of one try.
type outcome struct {
	noticeID string
	tries    int // which try it was
	state    MailState
	cause    error
	due      *time.Time // wall: when it is tried again, if it is
	done     *time.Time // when it ended, if it did
}

// messageID is a mail's RFC 5322 Message-ID without the angle brackets. It is
// made once, so that whoever receives a mail twice can tell.
func messageID(noticeID, host string) string { return noticeID + "@" + host }

// claimed is a mail that this process may send, with its notice.
type claimed struct {
	NoticeID  string
	MessageID string
	Tries     int
	Kind      notifyapi.Kind
	Subject   string
	Recipient string
	Person    *string
	Data      Facts
}

func (c claimed) notice() Notice {
	return Notice{ID: c.NoticeID, Kind: c.Kind, Subject: c.Subject, Recipient: c.Recipient, Person: c.Person, Data: c.Data}
}
