package notify

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/killpoint"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/problem"
)

const (
	// gather is how long the sender waits once it was woken: the transaction is about to commit, and mails come in bursts.
	gather = 20 * time.Millisecond
	// poll is how often it looks unasked, for what another process queued and for what is tried again.
	poll = 200 * time.Millisecond
	// finish is how long mails under way are waited for at the end.
	finish = 10 * time.Second
)

// open makes what sends mails ready, width at a time.
func (s *Service) open(width int) {
	s.width, s.stir = width, make(chan struct{}, 1)
	s.outcomes = pg.NewGroup(mailsAtOnce, func(ctx context.Context, all []outcome) error { return saveOutcomes(ctx, s.pool, all) })
}

// wake stirs the sender of mails.
func (s *Service) wake() {
	select {
	case s.stir <- struct{}{}:
	default:
	}
}

// sendMails sends what is due until the context ends; mails under way are finished, for ten seconds. Any number of processes may.
func (s *Service) sendMails(ctx context.Context) error {
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(finish, cut) })()
	busy := make(chan struct{}, s.width)
	var under sync.WaitGroup
	defer under.Wait()
	pause := poll
	for {
		select {
		case <-ctx.Done():
			return nil
		case busy <- struct{}{}:
		}
		free := 1
		for ; free < s.width; free++ {
			select {
			case busy <- struct{}{}:
				continue
			default:
			}
			break
		}
		mails, err := claimMails(ctx, s.pool, s.clock.Wall(), free)
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "mails wait for the database", "error", err)
		}
		for _, c := range mails {
			under.Go(func() {
				s.send(work, c)
				<-busy
			})
		}
		for range free - len(mails) {
			<-busy
		}
		if len(mails) == free {
			continue // there may be more
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
			pause = min(2*pause, poll)
		case <-s.stir: // whoever woke us may commit after the first look: the next ones follow soon
			timer.Reset(gather)
			<-timer.C
			pause = gather
		}
		timer.Stop()
	}
}

// drain sends what is due, one after the other in the caller's goroutine, until nothing is: for tests.
func (s *Service) drain(ctx context.Context) error {
	for {
		mails, err := claimMails(ctx, s.pool, s.clock.Wall(), s.width)
		if err != nil || len(mails) == 0 {
			return err
		}
		for _, c := range mails {
			s.send(ctx, c)
		}
	}
}

// send writes and sends one mail that this process has claimed: asks the owners, speaks SMTP, and commits the outcome.
func (s *Service) send(ctx context.Context, c claimed) {
	killpoint.Here("notify.mail.claimed")
	o := s.judge(ctx, c, s.deliver(ctx, c))
	killpoint.Here("notify.mail.sent")
	if err := s.outcomes.Write(ctx, o); err != nil {
		s.log.ErrorContext(ctx, "the outcome of a mail is unknown to us: it is sent again when its lease is over", "notice", c.NoticeID, "error", err)
	}
}

// judge says what a try means for its mail.
func (s *Service) judge(ctx context.Context, c claimed, cause error) outcome {
	o := outcome{noticeID: c.NoticeID, tries: c.Tries, cause: cause}
	var gone *problem.Error
	switch {
	case cause == nil:
		o.state = MailSent
	case errors.As(cause, &gone) && gone.Kind == problem.NotFound:
		o.state, o.cause = MailDropped, nil
	case errors.Is(cause, errRefused) || c.Tries >= maxTries:
		s.log.WarnContext(ctx, "mail failed", "notice", c.NoticeID, "tries", c.Tries, "error", cause)
		o.state = MailFailed
	default:
		again := s.clock.Wall().Add(jobs.Pause(c.Tries))
		o.state, o.due = MailQueued, &again
		return o
	}
	at := s.clock.Now()
	o.done = &at
	return o
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
