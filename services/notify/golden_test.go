package notify

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

var update = flag.Bool("update", false, "write the golden mails")

// TestGoldenMails keeps every mail in every language as text, and as HTML in
// English and Arabic, for the eye.
func TestGoldenMails(t *testing.T) {
	b := &bundle{}
	b.Service = &Service{clock: clock.NewFake(noon), publicURL: "https://workfluence.example"}
	amount := money.New(13410, "EUR")
	until := noon.AddDate(0, 0, 14)
	for _, tag := range locale.All {
		lang := string(tag)
		r := storefrontapi.Receipt{Number: "W-1042", Locale: lang, Title: "Write posts that travel", Amount: money.New(14900, "EUR"), Company: "Analytical Ltd",
			VATID: "BE0123456789", CreatorName: "Mia", PaidAt: noon, AccessURL: "/a/secret", RefundDays: 14,
			Withdrawal: storefrontapi.Withdrawal{Applies: true, LastDay: until.Format(time.DateOnly), Until: &until}, Seller: storefrontapi.Seller{Name: "Workfluence Inc.", Email: "help@workfluence.example"}}
		letters := map[string]addressed{
			"receipt":       {b.receiptLetter(r, Notice{}), ""},
			"refund":        {b.refundLetter(r, Notice{Data: Facts{Amount: &amount}}), ""},
			"refund_failed": {b.refundStrayLetter(r, Notice{Kind: notifyapi.KindRefundFailed, Data: Facts{Amount: &amount}}), ""},
			"refund_off":    {b.refundStrayLetter(r, Notice{Kind: notifyapi.KindRefundOff, Data: Facts{Amount: &amount}}), ""},
			"refund_back":   {b.refundBackLetter(accountsapi.Contact{Locale: lang}, Notice{Kind: notifyapi.KindRefundBack, Data: Facts{Amount: &amount, Order: "order_1", Title: r.Title}}), ""},
			"lookup":        {b.lookupLetter(r, Notice{}), ""},
			"owned":         {b.ownedLetter(r, Notice{}), ""},
		}
		for _, purpose := range []string{"sign_up", "sign_in", "change_email", "email_changed", "mandate_invited", "organisation_invited", "organisation_role", "organisation_domain"} {
			m := accountsapi.LinkMail{Locale: lang, Purpose: purpose, Path: "/l/abc", Expires: noon.Add(30 * time.Minute)}
			switch purpose {
			case accountsapi.PurposeSignIn, accountsapi.PurposeSignUp:
				m.Code = "7Q2M9KDX"
			case accountsapi.PurposeMandateInvited, accountsapi.PurposeOrganisationRole, accountsapi.PurposeOrganisationDomain:
				m.From, m.Organisation = "Mia", "Acme Chairs"
			case accountsapi.PurposeOrganisationInvited:
				m.From, m.Organisation, m.Code = "Mia", "Acme Chairs", "7Q2M9KDX"
			}
			letters[purpose] = addressed{b.linkLetter(m), ""}
		}
		for _, kind := range []notifyapi.Kind{notifyapi.KindPayoutSent, notifyapi.KindPayoutPaid, notifyapi.KindPayoutFailed} {
			letters[string(kind)] = addressed{b.payoutLetter(accountsapi.Contact{Locale: lang, Zone: "Europe/Brussels"},
				Notice{Kind: kind, Data: Facts{Amount: &amount, Day: "2026-03-12"}}), ""}
		}
		due := noon.AddDate(0, 0, 14)
		letters["review"] = addressed{b.reviewLetter(reviewapi.LinkMail{
			Mailbox: "hr@acme.example", Locale: lang, Author: "Mia", Employer: "Acme Chairs", Path: "/r/abc", Code: "7Q2M9KDX", Own: true, Due: &due, Zone: "Europe/Brussels",
		}), ""}
		for _, kind := range []string{reviewapi.NoteAsked, reviewapi.NoteReminder, reviewapi.NoteEscalation, reviewapi.NoteNoReviewer} {
			letters["desk_"+kind] = addressed{b.deskLetter(reviewapi.DeskMail{
				Locale: lang, Zone: "Europe/Brussels", Kind: kind, Organisation: "Acme Chairs", Author: "Mia", Stage: "Legal", Path: "/desk/org_1/submission_1", Due: &due,
			}), ""}
		}
		letters["work_code"] = addressed{b.codeLetter(reviewapi.CodeMail{Mailbox: "mia@acme.example", Locale: lang, Employer: "Acme Chairs", Code: "012345"}), ""}
		letters["review_answer"] = addressed{b.answerLetter(accountsapi.Contact{Locale: lang}, Notice{Kind: notifyapi.KindAnswer, Data: Facts{
			Submission: "submission_1", State: reviewapi.StateChangesRequested,
		}}), ""}
		for name, l := range letters {
			text, err := l.Text()
			if err != nil {
				t.Fatal(err)
			}
			html, err := l.HTML()
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{"⟦", "{{", "<no value>"} {
				if strings.Contains(l.Subject+text+html, bad) {
					t.Errorf("%s in %s holds %s:\n%s", name, lang, bad, text)
				}
			}
			golden(t, fmt.Sprintf("%s.%s.txt", name, lang), l.Subject+"\n\n"+text)
			if name == "receipt" || name == "sign_in" {
				golden(t, fmt.Sprintf("%s.%s.html", name, lang), html)
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "mails", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-golden +got):\n%s", name, d)
	}
}
