package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// consume registers the handlers. What they need to know of an order is
// fetched first, outside the transaction.
func (s *Service) consume(bus *outbox.Bus) {
	bus.Consume(notifyapi.Name, map[string]outbox.Handler{
		accountsapi.EventLinkRequested:   outbox.On(s.linkRequested),
		accountsapi.EventPersonErased:    outbox.On(s.personErased),
		storefrontapi.EventOrderPaid:     outbox.On(s.orderPaid),
		storefrontapi.EventOrderRepeated: outbox.On(s.orderRepeated),
		billingapi.EventRefundUpdated:    outbox.On(s.refundUpdated),
		billingapi.EventPayoutUpdated:    outbox.On(s.payoutUpdated),
		billingapi.EventLookupRequested:  outbox.On(s.lookupRequested),
		billingapi.EventSaleRefused:      outbox.On(s.saleRefused),
		reviewapi.EventLinkRequested:     outbox.On(s.reviewRequested),
		reviewapi.EventSubmissionChanged: outbox.On(s.submissionChanged),
		reviewapi.EventCodeRequested:     outbox.On(s.codeRequested),
		reviewapi.EventDeskNoted:         outbox.On(s.deskNoted),
	},
		outbox.Prepare(storefrontapi.EventOrderPaid, func(ctx context.Context, ev outbox.Received) (any, error) {
			p, err := outbox.Decode[storefrontapi.OrderPaid](ev)
			if err != nil {
				return nil, err
			}
			return s.orders.Receipt(ctx, p.OrderID)
		}),
		outbox.Prepare(billingapi.EventRefundUpdated, func(ctx context.Context, ev outbox.Received) (any, error) {
			p, err := outbox.Decode[billingapi.RefundUpdated](ev)
			if err != nil || !refundNews[p.Status] {
				return storefrontapi.Receipt{}, err
			}
			return s.orders.Receipt(ctx, p.OrderID)
		}),
		outbox.Prepare(billingapi.EventLookupRequested, func(ctx context.Context, ev outbox.Received) (any, error) {
			p, err := outbox.Decode[billingapi.LookupRequested](ev)
			if err != nil {
				return nil, err
			}
			return s.lookups.Lookup(ctx, p.LookupID)
		}),
	)
}

// linkRequested mails what accounts asks for. Whom, accounts says when the
// mail is written.
func (s *Service) linkRequested(ctx context.Context, tx pgx.Tx, ev outbox.Received, p accountsapi.LinkRequested) error {
	return s.tell(ctx, tx, mailed(newNotice(ev.ID, kindLink, p.LinkID, p.LinkID, Facts{}, ev.At)))
}

// reviewRequested mails a reviewer's link. To which mailbox, review says when the mail is written.
func (s *Service) reviewRequested(ctx context.Context, tx pgx.Tx, ev outbox.Received, p reviewapi.LinkRequested) error {
	return s.tell(ctx, tx, mailed(newNotice(ev.ID, kindReview, p.LinkID, p.LinkID, Facts{}, ev.At)))
}

// codeRequested mails a code to a mailbox at work. To which, review says when the mail is written.
func (s *Service) codeRequested(ctx context.Context, tx pgx.Tx, ev outbox.Received, p reviewapi.CodeRequested) error {
	return s.tell(ctx, tx, mailed(newNotice(ev.ID, kindCode, p.ProofID, p.ProofID, Facts{}, ev.At)))
}

// deskNoted mails a member what waits at their desk. To which mailbox, review says when the mail is written.
func (s *Service) deskNoted(ctx context.Context, tx pgx.Tx, ev outbox.Received, p reviewapi.DeskNoted) error {
	return s.tell(ctx, tx, mailed(newNotice(ev.ID, kindDesk, p.NoteID, p.NoteID, Facts{}, ev.At)))
}

// answers are the states of a submission that its author hears of: what an employer said, and that they said nothing.
var answers = []string{
	reviewapi.StateApproved, reviewapi.StateNoObjection, reviewapi.StateChangesRequested, reviewapi.StateRejected, reviewapi.StateNotOurs,
	reviewapi.StateNoDecision, reviewapi.StateRevoked, reviewapi.StateStale,
}

// submissionChanged tells an author what their employer answered, once for each state.
func (s *Service) submissionChanged(ctx context.Context, tx pgx.Tx, ev outbox.Received, p reviewapi.SubmissionChanged) error {
	if !slices.Contains(answers, p.State) {
		return nil
	}
	facts := Facts{Submission: p.SubmissionID, State: p.State}
	return s.tell(ctx, tx, mailed(newNotice(ev.ID, notifyapi.KindAnswer, p.SubmissionID+" "+p.State, p.AuthorID, facts, ev.At).inInbox(p.AuthorID)))
}

// orderPaid sends the receipt to the buyer and tells the creator.
func (s *Service) orderPaid(ctx context.Context, tx pgx.Tx, ev outbox.Received, p storefrontapi.OrderPaid) error {
	r := outbox.Prepared[storefrontapi.Receipt](ev)
	facts := Facts{Order: p.OrderID, Title: r.Title, Amount: &r.Amount}
	receipt := newNotice(ev.ID, notifyapi.KindReceipt, p.OrderID, p.OrderID, facts, ev.At).inInbox(r.BuyerID)
	sale := newNotice(ev.ID, notifyapi.KindSale, p.OrderID, p.CreatorID, facts, ev.At).inInbox(p.CreatorID)
	return s.tell(ctx, tx, mailed(receipt), unmailed(sale))
}

// orderRepeated mails the owner of a product that somebody began to buy it with
// their address, at most once a day. It is the owner's own mailbox that learns it,
// whoever typed the address.
func (s *Service) orderRepeated(ctx context.Context, tx pgx.Tx, ev outbox.Received, p storefrontapi.OrderRepeated) error {
	return s.tell(ctx, tx, mailed(newNotice(ev.ID, kindOwned, daily(p.OwnedOrderID, ev.At), p.OwnedOrderID, Facts{Order: p.OwnedOrderID}, ev.At)))
}

// daily is the subject of what is told about a thing once a day (UTC) at most.
func daily(about string, at time.Time) string { return about + " " + at.UTC().Format(time.DateOnly) }

// refundNews are the statuses of a refund that somebody hears of.
var refundNews = map[billingapi.RefundStatus]bool{billingapi.RefundSucceeded: true, billingapi.RefundFailed: true, billingapi.RefundReinstated: true}

// refundUpdated tells both sides when the money has left for the buyer: until
// then a promise would be early. When the bank returns it, the buyer hears why
// nothing came and the creator that they have to decide; when the creator gives
// it up, the buyer hears that too. A refund that is sent again is news again.
func (s *Service) refundUpdated(ctx context.Context, tx pgx.Tx, ev outbox.Received, p billingapi.RefundUpdated) error {
	if !refundNews[p.Status] {
		return nil
	}
	r := outbox.Prepared[storefrontapi.Receipt](ev)
	facts := Facts{Order: p.OrderID, Title: r.Title, Amount: &p.Amount}
	about := p.RefundID
	if p.Attempt > 1 {
		about += fmt.Sprintf(" %d", p.Attempt)
	}
	buyer := func(kind notifyapi.Kind) Notice {
		return newNotice(ev.ID, kind, about, p.OrderID, facts, ev.At).inInbox(r.BuyerID)
	}
	creator := func(kind notifyapi.Kind) Notice {
		return newNotice(ev.ID, kind, about, r.CreatorID, facts, ev.At).inInbox(r.CreatorID)
	}
	switch p.Status {
	case billingapi.RefundFailed:
		return s.tell(ctx, tx, mailed(buyer(notifyapi.KindRefundFailed)), mailed(creator(notifyapi.KindRefundBack)))
	case billingapi.RefundReinstated:
		return s.tell(ctx, tx, mailed(buyer(notifyapi.KindRefundOff)))
	default:
		return s.tell(ctx, tx, mailed(buyer(notifyapi.KindRefund)), unmailed(creator(notifyapi.KindRefunded)))
	}
}

// payoutUpdated tells a creator where their money is. One mail says that it is
// coming; that it came is a mail only if nothing announced it.
func (s *Service) payoutUpdated(ctx context.Context, tx pgx.Tx, ev outbox.Received, p billingapi.PayoutUpdated) error {
	kinds := map[billingapi.PayoutStatus]notifyapi.Kind{
		billingapi.PayoutInTransit: notifyapi.KindPayoutSent,
		billingapi.PayoutPaid:      notifyapi.KindPayoutPaid,
		billingapi.PayoutFailed:    notifyapi.KindPayoutFailed,
	}
	kind, ok := kinds[p.Status]
	if !ok {
		return nil
	}
	n := newNotice(ev.ID, kind, p.PayoutID, p.PersonID, Facts{Amount: &p.Amount, Day: p.ArrivalDate}, ev.At).inInbox(p.PersonID)
	if kind == notifyapi.KindPayoutPaid {
		announced, err := hasNotice(ctx, tx, Notice{Kind: notifyapi.KindPayoutSent, Subject: p.PayoutID})
		if err != nil {
			return err
		}
		if announced {
			return s.tell(ctx, tx, unmailed(n))
		}
	}
	return s.tell(ctx, tx, mailed(n))
}

// lookupRequested mails the buyer of each order that was found, at most once a
// day however often anybody asks: who asks learns nothing, and fills no mailbox.
func (s *Service) lookupRequested(ctx context.Context, tx pgx.Tx, ev outbox.Received, _ billingapi.LookupRequested) error {
	var letters []told
	for _, order := range outbox.Prepared[billingapi.Lookup](ev).OrderIDs {
		letters = append(letters, mailed(newNotice(ev.ID, kindLookup, daily(order, ev.At), order, Facts{Order: order}, ev.At)))
	}
	return s.tell(ctx, tx, letters...)
}

// saleRefused tells a creator that a buyer was turned away because Stripe does
// not know the creator yet, once a product and day at most. It stands in the
// inbox alone: whoever wants to fill a mailbox can press often, for many days.
func (s *Service) saleRefused(ctx context.Context, tx pgx.Tx, ev outbox.Received, p billingapi.SaleRefused) error {
	facts := Facts{Amount: &p.Price, State: string(p.Reason)}
	return s.tell(ctx, tx, unmailed(newNotice(ev.ID, notifyapi.KindSaleLost, daily(p.ProductID, ev.At), p.PersonID, facts, ev.At).inInbox(p.PersonID)))
}

// personErased forgets what was told to a person. The receipts of their orders
// stay without an inbox: they are the seller's records, and name nobody.
func (s *Service) personErased(ctx context.Context, tx pgx.Tx, _ outbox.Received, p accountsapi.PersonErased) error {
	for _, name := range []string{"EraseMails", "EraseNotices", "LeaveInbox"} {
		if _, err := pg.Exec(ctx, tx, queries.SQL(name), p.PersonID); err != nil {
			return err
		}
	}
	return nil
}
