package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/jobs"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/pg"
	"github.com/workfluence/workfluence/internal/pgtest"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// neighbours answer as accounts, storefront and billing would.
type neighbours struct {
	link    accountsapi.LinkMail
	contact accountsapi.Contact
	receipt storefrontapi.Receipt
	lookup  billingapi.Lookup
	err     error
}

func (n *neighbours) LinkForMail(context.Context, string) (accountsapi.LinkMail, error) {
	return n.link, n.err
}
func (n *neighbours) Contact(context.Context, string) (accountsapi.Contact, error) {
	return n.contact, n.err
}
func (n *neighbours) Receipt(_ context.Context, id string) (storefrontapi.Receipt, error) {
	r := n.receipt
	r.OrderID = id
	return r, n.err
}
func (n *neighbours) Lookup(context.Context, string) (billingapi.Lookup, error) {
	return n.lookup, n.err
}

// reviewer answers as review would.
type reviewer struct {
	mail reviewapi.LinkMail
	err  error
}

func (r *reviewer) LinkForMail(context.Context, string) (reviewapi.LinkMail, error) {
	return r.mail, r.err
}

// postbox keeps what is sent, and fails as it is told.
type postbox struct {
	sent []sent
	fail error
	hang func(ctx context.Context) // what happens between the server's answer and our commit
}

type sent struct {
	ID, To, Subject string
}

func (p *postbox) Send(ctx context.Context, messageID string, a addressed, _ time.Time) error {
	if p.fail != nil {
		return p.fail
	}
	p.sent = append(p.sent, sent{messageID, a.To, a.Subject})
	if p.hang != nil {
		p.hang(ctx)
	}
	return nil
}

type bundle struct {
	*Service
	bus      *outbox.Bus
	nb       *neighbours
	reviewer *reviewer
	post     *postbox
	clock    *clock.Fake
}

func setup(t *testing.T) *bundle {
	t.Helper()
	c := clock.NewFake(noon)
	pool := pgtest.DB(t, "notify")
	nb := &neighbours{
		link: accountsapi.LinkMail{Email: "ada@example.com", Locale: "en", Purpose: accountsapi.PurposeSignIn,
			Path: "/l/abc", Code: "7Q2M9KDX", Expires: noon.Add(30 * time.Minute)},
		contact: accountsapi.Contact{Email: "mia@example.com", Name: "Mia", Locale: "nl", Zone: "Europe/Brussels"},
		receipt: storefrontapi.Receipt{
			Number: "W-1042", Email: "ada@example.com", Locale: "en", Title: "Write posts that travel", Amount: money.New(14900, "EUR"),
			BuyerName: "Ada L.", Company: "Analytical Ltd", VATID: "BE0123456789", CreatorID: "person_mia", CreatorName: "Mia",
			PaidAt: noon, AccessURL: "/a/secret", RefundDays: 14, Withdrawal: storefrontapi.Withdrawal{Waived: true},
			Seller: storefrontapi.Seller{Name: "Workfluence Inc.", Address: "1 Main St\nDover", Email: "help@example.com"},
		},
	}
	b := &bundle{nb: nb, post: &postbox{}, clock: c, reviewer: &reviewer{}}
	b.Service = &Service{pool: pool, clock: c, log: slog.New(slog.DiscardHandler), accounts: nb, orders: nb, lookups: nb, reviews: b.reviewer, post: b.post,
		publicURL: "https://workfluence.example", mailHost: "workfluence.example"}
	b.open(4)
	b.bus = outbox.New(outbox.Config{Service: "notify", Pool: pool, Clock: c})
	b.consume(b.bus)
	return b
}

func (b *bundle) deliver(t *testing.T, id, name string, payload any) {
	t.Helper()
	ev := outbox.Event{ID: id, Name: name, Key: "key", Payload: payload, At: b.clock.Now()}
	if err := b.bus.Deliver(t.Context(), ev); err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) drain(t *testing.T) {
	t.Helper()
	if err := b.Service.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// mails counts mails by state.
func (b *bundle) mails(t *testing.T) map[MailState]int {
	t.Helper()
	type row struct {
		State MailState
		N     int
	}
	rows, err := pg.Many[row](t.Context(), b.pool, "select state, count(*) as n from notify.mail group by state")
	if err != nil {
		t.Fatal(err)
	}
	out := map[MailState]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out
}

var paidOrder = storefrontapi.OrderPaid{OrderID: "order_1", ProductID: "product_1", CreatorID: "person_mia"}

func TestQueriesArePreparedAndUsed(t *testing.T) {
	t.Parallel()
	for _, err := range queries.Unprepared(t.Context(), pgtest.DB(t, "notify")) {
		t.Error(err)
	}
	var sources []string
	files, _ := filepath.Glob("*.go")
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(text))
	}
	if unused := queries.Unused(sources...); len(unused) > 0 {
		t.Errorf("unused: %v", unused)
	}
}

func TestOnePurchaseOneReceiptHoweverOftenItIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 { // the same event thrice, then another event about the same order
		b.deliver(t, "evt_1", storefrontapi.EventOrderPaid, paidOrder)
		b.deliver(t, fmt.Sprintf("evt_other_%d", i), storefrontapi.EventOrderPaid, paidOrder)
		b.drain(t)
	}
	if len(b.post.sent) != 1 || b.post.sent[0].To != "ada@example.com" || !strings.HasSuffix(b.post.sent[0].ID, "@workfluence.example") {
		t.Fatalf("sent %+v", b.post.sent)
	}
	inbox, err := b.inbox(t.Context(), "person_mia", "", "en")
	if err != nil || len(inbox.Data) != 1 {
		t.Fatal(inbox, err)
	}
	n := inbox.Data[0]
	if n.Text != "Write posts that travel was sold for €149.00." || n.Path != "/sales/order_1" || n.Kind != notifyapi.KindSale {
		t.Fatalf("%+v", n)
	}
}

func TestRefundIsToldWhenTheMoneyHasLeft(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, status := range []billingapi.RefundStatus{billingapi.RefundRequested, billingapi.RefundPending, billingapi.RefundSucceeded, billingapi.RefundSucceeded} {
		b.deliver(t, fmt.Sprintf("evt_%d", i), billingapi.EventRefundUpdated,
			billingapi.RefundUpdated{OrderID: "order_1", RefundID: "refund_1", Amount: money.New(5000, "EUR"), Status: status})
		if i < 2 && len(b.mails(t)) > 0 {
			t.Fatalf("a mail at %s", status)
		}
	}
	b.drain(t)
	if d := cmp.Diff([]string{"Your refund: €50.00"}, subjects(b.post.sent)); d != "" {
		t.Fatal(d)
	}
}

func TestPayoutIsMailedOnceOnItsWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statuses []billingapi.PayoutStatus
		mails    int
	}{
		"announced":   {[]billingapi.PayoutStatus{"requested", "in_transit", "paid"}, 1},
		"unannounced": {[]billingapi.PayoutStatus{"paid"}, 1},
		"returned":    {[]billingapi.PayoutStatus{"in_transit", "failed"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			for i, status := range c.statuses {
				b.deliver(t, fmt.Sprintf("evt_%d", i), billingapi.EventPayoutUpdated, billingapi.PayoutUpdated{
					PayoutID: "payout_1", PersonID: "person_mia", Amount: money.New(13410, "EUR"), Status: status, ArrivalDate: "2026-03-12"})
			}
			b.drain(t)
			if len(b.post.sent) != c.mails || b.post.sent[0].To != "mia@example.com" {
				t.Fatalf("sent %+v", b.post.sent)
			}
		})
	}
}

func TestLookupMailsEachBuyerAndNobodyElse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.nb.lookup = billingapi.Lookup{OrderIDs: []string{"order_1", "order_2"}}
	b.deliver(t, "evt_1", billingapi.EventLookupRequested, billingapi.LookupRequested{LookupID: "lookup_1"})
	b.nb.lookup = billingapi.Lookup{}
	b.deliver(t, "evt_2", billingapi.EventLookupRequested, billingapi.LookupRequested{LookupID: "lookup_2"})
	b.drain(t)
	if len(b.post.sent) != 2 {
		t.Fatalf("sent %+v", b.post.sent)
	}
}

// Whoever begins to buy what their address has is answered in the mailbox alone, once a day.
func TestTheOwnerIsToldInTheirMailbox(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 {
		b.deliver(t, fmt.Sprintf("evt_%d", i), storefrontapi.EventOrderRepeated, storefrontapi.OrderRepeated{OrderID: fmt.Sprintf("order_%d", i), OwnedOrderID: "order_old"})
	}
	b.drain(t)
	if d := cmp.Diff([]string{"You have “Write posts that travel” already"}, subjects(b.post.sent)); d != "" || b.post.sent[0].To != "ada@example.com" {
		t.Fatal(d, b.post.sent)
	}
	b.clock.Advance(24 * time.Hour)
	b.deliver(t, "evt_9", storefrontapi.EventOrderRepeated, storefrontapi.OrderRepeated{OrderID: "order_9", OwnedOrderID: "order_old"})
	b.drain(t)
	if len(b.post.sent) != 2 {
		t.Fatal(b.post.sent)
	}
}

func TestFailedMailIsTriedAgainAndAtLastGivenUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post.fail = errors.New("451 try later")
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	for try := 1; try <= maxTries; try++ {
		if d := cmp.Diff(map[MailState]int{MailQueued: 1}, b.mails(t)); d != "" {
			t.Fatal(d)
		}
		b.drain(t)
		b.drain(t) // nothing is due before the pause is over
		if tries, err := pg.Scalar[int](t.Context(), b.pool, "select tries from notify.mail"); err != nil || tries != try {
			t.Fatal(tries, try, err)
		}
		b.clock.Advance(jobs.Pause(try))
	}
	if d := cmp.Diff(map[MailState]int{MailFailed: 1}, b.mails(t)); d != "" {
		t.Fatal(d)
	}
	b.post.fail = nil
	b.clock.Advance(24 * time.Hour)
	b.drain(t)
	if len(b.post.sent) != 0 {
		t.Fatal("a mail that was given up was sent")
	}
}

func TestRefusedMailFailsAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post.fail = fmt.Errorf("%w: 550 no such mailbox", errRefused)
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	b.drain(t)
	if d := cmp.Diff(map[MailState]int{MailFailed: 1}, b.mails(t)); d != "" {
		t.Fatal(d)
	}
}

func TestLinkThatNeedsNoMailIsDropped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.nb.err = problem.ErrNotFound
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	b.drain(t)
	if d := cmp.Diff(map[MailState]int{MailDropped: 1}, b.mails(t)); d != "" {
		t.Fatal(d)
	}
}

// The order of an erased buyer has no address: its mails are dropped.
func TestMailToAnErasedBuyerIsDropped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.nb.receipt.Email = ""
	b.deliver(t, "evt_1", storefrontapi.EventOrderPaid, paidOrder)
	b.drain(t)
	if d := cmp.Diff(map[MailState]int{MailDropped: 1}, b.mails(t)); d != "" || len(b.post.sent) != 0 {
		t.Fatal(d, b.post.sent)
	}
}

// A process that dies after the mail server took the mail and before we noted
// it leaves the mail in doubt: it is sent again, under the same Message-ID.
func TestMailInDoubtKeepsItsMessageID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	mails, err := claimMails(t.Context(), b.pool, b.clock.Wall(), 9)
	if err != nil || len(mails) != 1 {
		t.Fatal(mails, err)
	}
	if err := b.Service.deliver(t.Context(), mails[0]); err != nil { // and here the process dies
		t.Fatal(err)
	}
	b.drain(t)
	if len(b.post.sent) != 1 {
		t.Fatal("a live lease was broken")
	}
	b.clock.Advance(lease + time.Second)
	b.drain(t)
	if len(b.post.sent) != 2 || b.post.sent[0].ID != b.post.sent[1].ID {
		t.Fatalf("sent %+v", b.post.sent)
	}
	if d := cmp.Diff(map[MailState]int{MailSent: 1}, b.mails(t)); d != "" {
		t.Fatal(d)
	}
}

func TestTwoProcessesSendOneMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	var won atomic.Int32
	done := make(chan struct{})
	for range 8 {
		go func() {
			if mails, err := claimMails(context.Background(), b.pool, noon, 9); err == nil {
				won.Add(int32(len(mails)))
			}
			done <- struct{}{}
		}()
	}
	for range 8 {
		<-done
	}
	if won.Load() != 1 {
		t.Fatalf("%d processes hold the lease", won.Load())
	}
}

// A sender that comes back after its lease may say that the server took the mail; that it failed is for the next one to say.
func TestTheOutcomeOfALateSender(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		late outcome
		want MailState
	}{
		"taken":  {outcome{state: MailSent, done: &noon}, MailSent},
		"failed": {outcome{state: MailFailed, done: &noon}, MailSending},
		"again":  {outcome{state: MailQueued, due: &noon}, MailSending},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
			claim := func() claimed {
				mails, err := claimMails(t.Context(), b.pool, b.clock.Wall(), 9)
				if err != nil || len(mails) != 1 {
					t.Fatal(mails, err)
				}
				b.clock.Advance(lease + time.Second)
				return mails[0]
			}
			first, second := claim(), claim()
			if first.Tries != 1 || second.Tries != 2 {
				t.Fatal(first.Tries, second.Tries)
			}
			c.late.noticeID, c.late.tries = first.NoticeID, first.Tries
			if err := b.outcomes.Write(t.Context(), c.late); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(map[MailState]int{c.want: 1}, b.mails(t)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Who waits in front of a page for a link is served before the receipts of a busy day.
func TestALinkGoesFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 {
		p := paidOrder
		p.OrderID = fmt.Sprintf("order_%d", i)
		b.deliver(t, fmt.Sprintf("evt_%d", i), storefrontapi.EventOrderPaid, p)
	}
	b.clock.Advance(time.Second)
	b.deliver(t, "evt_link", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	mails, err := claimMails(t.Context(), b.pool, b.clock.Wall(), 1)
	if err != nil || len(mails) != 1 || mails[0].Kind != kindLink {
		t.Fatal(mails, err)
	}
}

// The sender that runs beside the requests sends what is told while it runs, and finishes what is under way when it is stopped.
func TestMailsAreSentAsTheyAreTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	arrived, leave := make(chan struct{}, 9), make(chan struct{})
	b.post.hang = func(context.Context) { arrived <- struct{}{}; <-leave }
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- b.sendMails(ctx) }()
	b.deliver(t, "evt_1", accountsapi.EventLinkRequested, accountsapi.LinkRequested{LinkID: "link_1"})
	<-arrived
	stop()
	close(leave)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[MailState]int{MailSent: 1}, b.mails(t)); d != "" {
		t.Fatal(d)
	}
}

func TestInboxPagesAndMarks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range inboxPage + 2 {
		p := paidOrder
		p.OrderID = fmt.Sprintf("order_%d", i)
		b.deliver(t, fmt.Sprintf("evt_%d", i), storefrontapi.EventOrderPaid, p)
	}
	ctx := t.Context()
	first, err := b.inbox(ctx, "person_mia", "", "ar")
	if err != nil || len(first.Data) != inboxPage || first.Next == "" {
		t.Fatal(len(first.Data), first.Next, err)
	}
	rest, err := b.inbox(ctx, "person_mia", first.Next, "ar")
	if err != nil || len(rest.Data) != 2 || rest.Next != "" {
		t.Fatal(len(rest.Data), rest.Next, err)
	}
	if other, err := b.inbox(ctx, "person_eve", "", "en"); err != nil || len(other.Data) != 0 {
		t.Fatal(other, err)
	}
	if _, err := b.read(ctx, "person_eve", first.Data[0].ID, "en"); !errors.Is(err, problem.ErrNotFound) {
		t.Fatal("someone else's notice was marked", err)
	}
	one, err := b.read(ctx, "person_mia", first.Data[0].ID, "en")
	if err != nil || one.Read == nil {
		t.Fatal(one, err)
	}
	if u, err := b.unread(ctx, "person_mia"); err != nil || u.Count != inboxPage+1 {
		t.Fatal(u, err)
	}
	if u, err := b.readAll(ctx, "person_mia"); err != nil || u.Count != 0 {
		t.Fatal(u, err)
	}
}

func subjects(all []sent) []string {
	var out []string
	for _, s := range all {
		out = append(out, s.Subject)
	}
	return out
}
