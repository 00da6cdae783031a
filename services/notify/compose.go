package notify

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/workfluence/workfluence/billing/billingapi"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/i18n"
	"github.com/workfluence/workfluence/services/notify/letter"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// addressed is a letter and whom it goes to.
type addressed struct {
	letter.Letter
	To string
}

// compose asks the owners for addresses and texts and writes the letter of a
// notice. problem.ErrNotFound says that it needs no mail any more.
func (s *Service) compose(ctx context.Context, n Notice) (addressed, error) {
	switch n.Kind {
	case kindLink:
		m, err := s.accounts.LinkForMail(ctx, n.Subject)
		if err != nil {
			return addressed{}, err
		}
		return addressed{s.linkLetter(m), m.Email}, nil
	case notifyapi.KindReceipt, notifyapi.KindRefund, notifyapi.KindRefundFailed, notifyapi.KindRefundOff, kindLookup, kindOwned:
		r, err := s.orders.Receipt(ctx, n.Data.Order)
		if err != nil {
			return addressed{}, err
		}
		if r.Email == "" { // the buyer is erased
			return addressed{}, problem.ErrNotFound
		}
		write := map[notifyapi.Kind]func(storefrontapi.Receipt, Notice) letter.Letter{
			notifyapi.KindReceipt: s.receiptLetter, notifyapi.KindRefund: s.refundLetter,
			notifyapi.KindRefundFailed: s.refundStrayLetter, notifyapi.KindRefundOff: s.refundStrayLetter, kindLookup: s.lookupLetter, kindOwned: s.ownedLetter,
		}
		return addressed{write[n.Kind](r, n), r.Email}, nil
	case kindReview:
		m, err := s.reviews.LinkForMail(ctx, n.Subject)
		if err != nil {
			return addressed{}, err
		}
		return addressed{s.reviewLetter(m), m.Mailbox}, nil
	case kindCode:
		m, err := s.reviews.CodeForMail(ctx, n.Subject)
		if err != nil {
			return addressed{}, err
		}
		return addressed{s.codeLetter(m), m.Mailbox}, nil
	case kindDesk:
		m, err := s.reviews.DeskNoteForMail(ctx, n.Subject)
		if err != nil {
			return addressed{}, err
		}
		return addressed{s.deskLetter(m), m.Mailbox}, nil
	case notifyapi.KindAnswer:
		c, err := s.accounts.Contact(ctx, n.Recipient)
		if err != nil {
			return addressed{}, err
		}
		return addressed{s.answerLetter(c, n), c.Email}, nil
	case notifyapi.KindRefundBack, notifyapi.KindPayoutSent, notifyapi.KindPayoutPaid, notifyapi.KindPayoutFailed:
		c, err := s.accounts.Contact(ctx, n.Recipient)
		if err != nil {
			return addressed{}, err
		}
		if n.Kind == notifyapi.KindRefundBack {
			return addressed{s.refundBackLetter(c, n), c.Email}, nil
		}
		return addressed{s.payoutLetter(c, n), c.Email}, nil
	}
	return addressed{}, fmt.Errorf("notify: no letter for a notice of kind %s", n.Kind)
}

// speak begins a letter in a language.
func speak(code, zone string) (locale.L, letter.Letter) {
	l := i18n.Messages().For(code).In(zone)
	return l, letter.Letter{Lang: l.BCP47(), Dir: l.Dir(), Footer: l.T("mail.footer")}
}

// button leads to a page of our own site.
func (s *Service) button(l locale.L, label, path string) *letter.Button {
	return &letter.Button{Label: label, URL: s.publicURL + path, Or: l.T("mail.button_or")}
}

// linkLetter is the mail of a link that accounts made. The link opens a page
// and does nothing by itself.
func (s *Service) linkLetter(m accountsapi.LinkMail) letter.Letter {
	l, out := speak(m.Locale, "")
	id, from := "mail."+m.Purpose, m.From
	if from == "" { // who invites may have given no name yet
		from = l.T("mail.somebody")
	}
	out.Subject = l.T(id+".subject", "From", from, "Organisation", m.Organisation)
	out.Heading = l.T(id+".heading", "From", from, "Organisation", m.Organisation)
	out.Body = []string{l.T(id+".body", "Organisation", m.Organisation)}
	out.Button = s.button(l, l.T(id+".button"), m.Path)
	out.Small = []string{l.T(id+".small", "From", from, "Organisation", m.Organisation)}
	if m.Code != "" {
		out.Code = &letter.Code{Label: l.T("mail.code"), Code: m.Code}
	}
	switch m.Purpose {
	case accountsapi.PurposeSignUp, accountsapi.PurposeSignIn, accountsapi.PurposeChangeEmail:
		// The life of a link is wall time, whatever the demo clock says.
		minutes := int(math.Round(m.Expires.Sub(s.clock.Wall()).Minutes()))
		if minutes < 120 {
			out.Body = append(out.Body, l.N("mail.minutes", max(minutes, 1)))
		} else {
			out.Body = append(out.Body, l.N("mail.hours", minutes/60))
		}
	}
	out.Preview = out.Body[0]
	return out
}

// receiptLetter is the proof of purchase and the way to what was bought.
func (s *Service) receiptLetter(r storefrontapi.Receipt, _ Notice) letter.Letter {
	l, out := speak(r.Locale, "")
	out.Subject = l.T("mail.receipt.subject", "Title", r.Title)
	out.Preview = l.T("mail.receipt.preview", "Amount", l.Money(r.Amount), "Number", r.Number)
	out.Heading = l.T("mail.receipt.heading", "Title", r.Title)
	out.Body = []string{l.T("mail.receipt.body")}
	out.Button = s.button(l, l.T("mail.receipt.button"), r.AccessURL)
	out.Table = append(orderRows(l, r), letter.Row{Label: l.T("mail.row.total"), Value: l.Money(r.Amount), Sum: true})
	w := r.Withdrawal
	switch {
	case w.Waived:
		out.Small = append(out.Small, l.T("mail.receipt.withdraw_waived"))
	case w.Applies && w.LastDay != "":
		out.Small = append(out.Small, l.T("mail.receipt.withdraw_until", "Day", l.In("UTC").Date(w.Day())))
	}
	if r.RefundDays > 0 {
		out.Small = append(out.Small, l.N("mail.refund_days", r.RefundDays))
	}
	if seller := filled(r.Seller.Name, r.Seller.Address, r.Seller.VATID, r.Seller.Email); seller != "" {
		out.Small = append(out.Small, l.T("mail.receipt.seller", "Seller", seller))
	}
	return out
}

// refundLetter says that money is coming back.
func (s *Service) refundLetter(r storefrontapi.Receipt, n Notice) letter.Letter {
	l, out := speak(r.Locale, "")
	amount := l.Money(*n.Data.Amount)
	out.Subject = l.T("mail.refund.subject", "Amount", amount)
	out.Heading = l.T("mail.refund.heading", "Amount", amount)
	out.Body = []string{l.T("mail.refund.body")}
	out.Preview = r.Title
	out.Table = append(orderRows(l, r),
		letter.Row{Label: l.T("mail.row.total"), Value: l.Money(r.Amount)},
		letter.Row{Label: l.T("mail.row.refunded"), Value: amount, Sum: true})
	return out
}

// refundStrayLetter tells a buyer of a refund that came back from their bank:
// that it waits for the creator, or that the creator gave it up.
func (s *Service) refundStrayLetter(r storefrontapi.Receipt, n Notice) letter.Letter {
	l, out := speak(r.Locale, "")
	id, amount := "mail."+string(n.Kind), l.Money(*n.Data.Amount)
	out.Subject = l.T(id+".subject", "Amount", amount)
	out.Heading = l.T(id+".heading", "Amount", amount)
	out.Body = []string{l.T(id+".body", "Amount", amount)}
	out.Preview = out.Body[0]
	out.Button = s.button(l, l.T(id+".button"), r.AccessURL)
	out.Table = append(orderRows(l, r), letter.Row{Label: l.T("mail.row.came_back"), Value: amount, Sum: true})
	if r.Seller.Email != "" {
		out.Small = []string{l.T(id+".small", "Email", r.Seller.Email, "Number", r.Number)}
	}
	return out
}

// refundBackLetter tells a creator that a refund came back, and that it is
// theirs to decide.
func (s *Service) refundBackLetter(c accountsapi.Contact, n Notice) letter.Letter {
	l, out := speak(c.Locale, c.Zone)
	amount := l.Money(*n.Data.Amount)
	out.Subject = l.T("mail.refund_back.subject", "Amount", amount)
	out.Heading = l.T("mail.refund_back.heading", "Amount", amount)
	out.Body = []string{l.T("mail.refund_back.body", "Title", n.Data.Title), l.T("mail.refund_back.choice")}
	out.Preview = out.Body[0]
	out.Button = s.button(l, l.T("mail.refund_back.button"), salePath(n.Data.Order))
	return out
}

// lookupLetter answers "what is this charge?" to the buyer alone, whoever
// asked.
func (s *Service) lookupLetter(r storefrontapi.Receipt, _ Notice) letter.Letter {
	l, out := speak(r.Locale, "")
	out.Subject = l.T("mail.lookup.subject")
	out.Heading = l.T("mail.lookup.heading")
	out.Body = []string{l.T("mail.lookup.body")}
	out.Preview = out.Body[0]
	out.Button = s.button(l, l.T("mail.lookup.button"), r.AccessURL)
	out.Table = append(orderRows(l, r), letter.Row{Label: l.T("mail.row.total"), Value: l.Money(r.Amount), Sum: true})
	return out
}

// ownedLetter opens what the buyer has, before they pay for it once more.
func (s *Service) ownedLetter(r storefrontapi.Receipt, _ Notice) letter.Letter {
	l, out := speak(r.Locale, "")
	out.Subject = l.T("mail.owned.subject", "Title", r.Title)
	out.Heading = l.T("mail.owned.heading")
	out.Body = []string{l.T("mail.owned.body")}
	out.Preview = out.Body[0]
	out.Button = s.button(l, l.T("mail.owned.button"), r.AccessURL)
	out.Table = orderRows(l, r)
	out.Small = []string{l.T("mail.owned.small")}
	return out
}

// orderRows name an order. Company and VAT id stand on the receipt because a
// buyer's books need them.
func orderRows(l locale.L, r storefrontapi.Receipt) []letter.Row {
	var rows []letter.Row
	for _, row := range []letter.Row{
		{Label: "product", Value: r.Title},
		{Label: "number", Value: r.Number},
		{Label: "paid", Value: l.Date(r.PaidAt)},
		{Label: "creator", Value: r.CreatorName},
		{Label: "buyer", Value: r.BuyerName},
		{Label: "company", Value: r.Company},
		{Label: "vat_id", Value: r.VATID},
	} {
		if row.Value != "" {
			rows = append(rows, letter.Row{Label: l.T("mail.row." + row.Label), Value: row.Value})
		}
	}
	return rows
}

// payoutLetter says what happened to money on its way to a bank.
func (s *Service) payoutLetter(c accountsapi.Contact, n Notice) letter.Letter {
	l, out := speak(c.Locale, c.Zone)
	id, amount := "mail."+string(n.Kind), l.Money(*n.Data.Amount)
	out.Subject = l.T(id+".subject", "Amount", amount)
	out.Heading = l.T(id+".heading", "Amount", amount)
	out.Body = []string{l.T(id + ".body")}
	if day, ok := parseDay(n.Data.Day); ok && n.Kind == notifyapi.KindPayoutSent {
		out.Body = []string{l.T(id+".body_day", "Day", l.Day(day))}
	}
	out.Preview = out.Body[0]
	out.Button = s.button(l, l.T(id+".button"), payoutsPath)
	return out
}

// sentence is a notice as one line of the inbox.
func sentence(l locale.L, n Notice) string {
	id, data := "inbox."+string(n.Kind), []any{"Title", n.Data.Title}
	if n.Kind == notifyapi.KindAnswer {
		return l.T(id + "_" + n.Data.State)
	}
	if n.Kind == notifyapi.KindSaleLost && n.Data.State == string(billingapi.RefusedByDays) {
		id += "_days"
	}
	if a := n.Data.Amount; a != nil {
		data = append(data, "Amount", l.Money(*a))
		if a.IsZero() && (n.Kind == notifyapi.KindReceipt || n.Kind == notifyapi.KindSale) {
			id += "_free"
		}
	}
	if day, ok := parseDay(n.Data.Day); ok && n.Kind == notifyapi.KindPayoutSent {
		id, data = id+"_day", append(data, "Day", l.Day(day))
	}
	return l.T(id, data...)
}

// parseDay reads a calendar day. Noon keeps it the same day in every zone but
// the outermost.
func parseDay(s string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, s)
	return day.Add(12 * time.Hour), err == nil
}

// filled joins what isn't empty.
func filled(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, strings.ReplaceAll(p, "\n", ", "))
		}
	}
	return strings.Join(out, ", ")
}
