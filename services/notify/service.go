package notify

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/workfluence/workfluence/internal/clock"
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
	reviews  Reviews
	post     Post
	outcomes *pg.Group[outcome]
	stir     chan struct{} // wakes the sender of mails
	width    int           // mails at a time in this process

	publicURL string // of links in mails, without a trailing slash
	mailHost  string // the right side of Message-IDs
}

// tell writes notices, each once, in the transaction of the event that they come from, and the mails that are to be sent of them.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, all ...told) error {
	if len(all) == 0 {
		return nil
	}
	defer s.wake()
	return insertTold(ctx, tx, all, s.mailHost, s.clock.Now(), s.clock.Wall())
}

// quiet says that no mail waits. One that is tried again later doesn't count.
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
