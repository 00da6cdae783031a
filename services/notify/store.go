package notify

import (
	"context"
	_ "embed"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/pg"
)

//go:embed queries.sql
var queriesSQL string

var queries = pg.MustLoad(queriesSQL)

// insertTold writes notices of one event, each once, and the mails of those that are new.
func insertTold(ctx context.Context, tx pgx.Tx, all []told, mailHost string, now, wall time.Time) error {
	a := struct {
		ids, kinds, subjects, recipients, data, mails, messageIDs []string
		persons                                                   []*string
		priorities                                                []int16
	}{}
	for _, t := range all {
		data, err := json.Marshal(t.Data)
		if err != nil {
			return err
		}
		a.ids, a.kinds, a.subjects = append(a.ids, t.ID), append(a.kinds, string(t.Kind)), append(a.subjects, t.Subject)
		a.recipients, a.persons, a.data = append(a.recipients, t.Recipient), append(a.persons, t.Person), append(a.data, string(data))
		if t.mail {
			a.mails, a.messageIDs = append(a.mails, t.ID), append(a.messageIDs, messageID(t.ID, mailHost))
			a.priorities = append(a.priorities, t.priority())
		}
	}
	_, err := pg.Exec(ctx, tx, queries.SQL("Tell"), pg.Args{
		"event_id": all[0].EventID, "created_at": all[0].CreatedAt, "ids": a.ids, "kinds": a.kinds, "subjects": a.subjects,
		"recipients": a.recipients, "persons": a.persons, "data": a.data,
		"mails": a.mails, "message_ids": a.messageIDs, "priorities": a.priorities, "now": now, "wall": wall,
	})
	return err
}

// hasNotice says whether a notice of the kind about the subject exists.
func hasNotice(ctx context.Context, db pg.Querier, n Notice) (bool, error) {
	return pg.Scalar[bool](ctx, db, queries.SQL("HasNotice"), n.Kind, n.Subject)
}

// claimMails takes the leases of at most n mails that are due.
func claimMails(ctx context.Context, db pg.Querier, wall time.Time, n int) ([]claimed, error) {
	return pg.Many[claimed](ctx, db, queries.SQL("ClaimMails"), pg.Args{"wall": wall, "lease": wall.Add(lease), "n": n})
}

// saveOutcomes writes what became of mails that this process sent.
func saveOutcomes(ctx context.Context, db pg.Querier, all []outcome) error {
	n := len(all)
	ids, tries, states := make([]string, n), make([]int, n), make([]string, n)
	errs, due, done := make([]*string, n), make([]*time.Time, n), make([]*time.Time, n)
	for i, o := range all {
		ids[i], tries[i], states[i], errs[i], due[i], done[i] = o.noticeID, o.tries, string(o.state), textOf(o.cause), o.due, o.done
	}
	_, err := pg.Exec(ctx, db, queries.SQL("SaveOutcomes"), pg.Args{
		"ids": ids, "tries": tries, "states": states, "errors": errs, "due": due, "done": done,
	})
	return err
}

func textOf(err error) *string {
	if err == nil {
		return nil
	}
	s := err.Error()
	s = s[:min(len(s), 500)]
	return &s
}
