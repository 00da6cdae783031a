package notify

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/notify/i18n"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
)

// KillPoints are the places at which a test kills the process.
var KillPoints = killpoint.Declare(
	killpoint.Point{Name: "notify.mail.claimed", Why: "leased and not sent: sent when the lease is over"},
	killpoint.Point{Name: "notify.mail.sent", Why: "the server has it and we don't know: sent again under its Message-ID"},
)

// Service is notify's use cases.
type Service struct {
	pool     *pgxpool.Pool
	clock    clock.Clock
	log      *slog.Logger
	accounts Accounts
	orders   Orders
	lookups  Lookups
	post     Post
	queue    *jobs.Queue

	publicURL string // of links in mails, without a trailing slash
	mailHost  string // the right side of Message-IDs
}

// tell writes a notice, once, in the transaction of the event it comes from;
// with mail, also the mail and the job that sends it.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, n Notice, mail bool) error {
	fresh, err := insertNotice(ctx, tx, n)
	if err != nil || !fresh || !mail {
		return err
	}
	if err := insertMail(ctx, tx, n.ID, messageID(n.ID, s.mailHost), s.clock.Now()); err != nil {
		return err
	}
	return s.queue.Insert(ctx, tx, sendMail{NoticeID: n.ID}, &jobs.Opts{Priority: n.priority()})
}

// send writes and sends one mail: claims it, asks the owners, speaks SMTP, and
// commits the outcome. last says that no further try follows this one.
func (s *Service) send(ctx context.Context, noticeID string, last bool) error {
	c, ok, err := claimMail(ctx, s.pool, noticeID, s.clock.Wall())
	if err != nil {
		return err
	}
	if !ok {
		state, err := mailState(ctx, s.pool, noticeID)
		if err == nil && state == MailSending {
			return jobs.Snooze(5 * time.Second) // another process has the lease
		}
		return err
	}
	killpoint.Here("notify.mail.claimed")
	cause := s.deliver(ctx, c)
	killpoint.Here("notify.mail.sent")
	// The outcome is written even when the job's time is up: the answer of the server is known by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	at := s.clock.Now()
	var gone *problem.Error
	switch {
	case cause == nil:
		return finishMail(ctx, s.pool, noticeID, MailSent, nil, at)
	case errors.As(cause, &gone) && gone.Kind == problem.NotFound:
		return finishMail(ctx, s.pool, noticeID, MailDropped, nil, at)
	case errors.Is(cause, errRefused) || last:
		s.log.WarnContext(ctx, "mail failed", "notice", noticeID, "tries", c.Tries, "error", cause)
		return finishMail(ctx, s.pool, noticeID, MailFailed, cause, at)
	}
	if err := requeueMail(ctx, s.pool, noticeID, cause); err != nil {
		return err
	}
	return cause
}

// deliver writes the letter and hands it to the mail server, well within the
// lease.
func (s *Service) deliver(ctx context.Context, c claimed) error {
	ctx, cancel := context.WithTimeout(ctx, lease-2*time.Second)
	defer cancel()
	a, err := s.compose(ctx, c.notice())
	if err != nil {
		return err
	}
	return s.post.Send(ctx, c.MessageID, a, s.clock.Now())
}

// recover puts mails back into the queue whose sender died, and says how many.
// Their leases are wall time.
func (s *Service) recover(ctx context.Context, _ time.Time) (int, error) {
	n := 0
	err := pg.InTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		ids, err := pg.Column[string](ctx, tx, queries.SQL("AbandonedMails"), s.clock.Wall())
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.queue.Insert(ctx, tx, sendMail{NoticeID: id}, nil); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// quiet says that no mail waits. A job that a dead process has left running
// doesn't count: its mail is back in the queue when the lease is over.
func (s *Service) quiet(ctx context.Context) (bool, error) {
	return pg.Scalar[bool](ctx, s.pool, queries.SQL("NoMailWaits"))
}

// inboxPage is how many notices a page of the inbox has.
const inboxPage = 30

// inbox gives a page of a person's notices, newest first, from a cursor.
func (s *Service) inbox(ctx context.Context, person, cursor, lang string) (notifyapi.Notices, error) {
	rows, err := pg.Many[Notice](ctx, s.pool, queries.SQL("Inbox"), person, cursor, inboxPage+1)
	if err != nil {
		return notifyapi.Notices{}, err
	}
	out := notifyapi.Notices{Data: []notifyapi.Notice{}}
	if len(rows) > inboxPage {
		rows = rows[:inboxPage]
		out.Next = rows[inboxPage-1].ID
	}
	for _, n := range rows {
		out.Data = append(out.Data, shown(n, lang))
	}
	return out, nil
}

// personalData is what notify holds about a person: their inbox, in one language. Mails are letters about the same notices; their
// texts are not kept.
func (s *Service) personalData(ctx context.Context, person, lang string) (notifyapi.PersonalData, error) {
	out := notifyapi.PersonalData{Notices: []notifyapi.Notice{}}
	for cursor, more := "", true; more; more = cursor != "" {
		page, err := s.inbox(ctx, person, cursor, lang)
		if err != nil {
			return out, err
		}
		out.Notices, cursor = append(out.Notices, page.Data...), page.Next
	}
	return out, nil
}

func (s *Service) unread(ctx context.Context, person string) (notifyapi.Unread, error) {
	n, err := pg.Scalar[int](ctx, s.pool, queries.SQL("Unread"), person)
	return notifyapi.Unread{Count: n}, err
}

// read marks a notice of the person; the time of the first reading stays.
func (s *Service) read(ctx context.Context, person, noticeID, lang string) (notifyapi.Notice, error) {
	rows, err := pg.Many[Notice](ctx, s.pool, queries.SQL("MarkRead"), person, noticeID, s.clock.Now())
	if err != nil {
		return notifyapi.Notice{}, err
	}
	if len(rows) == 0 {
		return notifyapi.Notice{}, problem.ErrNotFound
	}
	return shown(rows[0], lang), nil
}

func (s *Service) readAll(ctx context.Context, person string) (notifyapi.Unread, error) {
	if _, err := pg.Exec(ctx, s.pool, queries.SQL("MarkAllRead"), person, s.clock.Now()); err != nil {
		return notifyapi.Unread{}, err
	}
	return s.unread(ctx, person)
}

// shown is a notice in the reader's language.
func shown(n Notice, lang string) notifyapi.Notice {
	return notifyapi.Notice{
		ID: n.ID, Kind: n.Kind, Text: sentence(i18n.Messages().For(lang), n), Path: n.path(), Created: n.CreatedAt, Read: n.ReadAt,
	}
}
