package notify

import (
	"context"

	"github.com/workfluence/workfluence/internal/jobs"
)

// sendMail sends the mail of one notice.
type sendMail struct {
	NoticeID string `json:"notice_id"`
}

// Kind names the job.
func (sendMail) Kind() string { return "send_mail" }

func (s *Service) workSendMail(ctx context.Context, job *jobs.Job[sendMail]) error {
	return s.send(ctx, job.Args.NoticeID, job.Attempt >= job.MaxAttempts)
}
