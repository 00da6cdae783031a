package review

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// verifyView is the page on which anybody verifies a receipt.
type verifyView struct {
	keys     string
	in       reviewapi.VerifyReceipt
	verdict  *reviewapi.Verification
	row      *logRow
	faults   ui.Faults
	unknown  bool // the row that was asked for is not in the log
	rowAsked string
}

// logRow is a row of the log as everybody may read it.
type logRow struct {
	Number     int64  `json:"-"`
	At         string `json:"at"`
	Commitment string `json:"commitment"`
}

// verify is open to everybody: what it needs is the receipt, and the key file that stands on the page.
func (h *pages) verify(v *shell.Visit) error {
	view, err := h.verifyView(v)
	if err != nil {
		return err
	}
	v.Page.Title = v.L.T("review.verify.title")
	return v.Show(verifyPage(v.L, view))
}

func (h *pages) verifyView(v *shell.Visit) (verifyView, error) {
	log, err := h.desk.Log(v.Context())
	if err != nil {
		return verifyView{}, err
	}
	view := verifyView{keys: log.Keys, rowAsked: v.Query("row")}
	number, err := strconv.ParseInt(view.rowAsked, 10, 64)
	if view.rowAsked == "" {
		return view, nil
	}
	if err != nil || number < 1 || number > log.Size {
		view.unknown = true
		return view, nil
	}
	rows, err := h.desk.LogRows(v.Context(), number-1)
	if err != nil || len(rows.Rows) == 0 {
		return view, err
	}
	view.row = &logRow{Number: number}
	return view, json.Unmarshal([]byte(rows.Rows[0]), view.row)
}

// postVerify verifies for a browser that can't. Nothing is kept.
func (h *pages) postVerify(v *shell.Visit) error {
	view, err := h.verifyView(v)
	if err != nil {
		return err
	}
	view.in.Receipt = strings.TrimSpace(v.Form("receipt")) + "\n"
	for name, to := range map[string]**string{"title": &view.in.Title, "text": &view.in.Text, "caption": &view.in.Caption} {
		if words := v.Form(name); strings.TrimSpace(words) != "" {
			*to = &words
		}
	}
	v.Page.Title = v.L.T("review.verify.title")
	verdict, err := h.desk.VerifyReceipt(v.Context(), view.in)
	if p := problem.From(err); p != nil && p.Kind == problem.Invalid {
		view.faults = ui.FaultsOf(v.L, err)
		return v.ShowStatus(p.Status(), verifyPage(v.L, view))
	}
	if err != nil {
		return err
	}
	view.verdict = &verdict
	return v.Show(verifyPage(v.L, view))
}

// receipt shows a decision of the caller's as a page that can be printed and proves itself.
func (h *pages) receipt(v *shell.Visit) error {
	sub, err := h.desk.Submission(v.Context(), v.Param("submission"))
	if err != nil {
		return err
	}
	file, err := h.desk.Receipt(v.Context(), sub.ID, v.Param("decision"))
	if err != nil {
		return err
	}
	verdict, err := h.desk.VerifyReceipt(v.Context(), reviewapi.VerifyReceipt{Receipt: string(file.File())})
	if err != nil {
		return err
	}
	if verdict.Says == nil {
		return problem.ErrInternal
	}
	if d := verdict.Says.Decision; d == reviewapi.ReceiptRequested || d == reviewapi.ReceiptSelfReported {
		return v.See(pathOf(sub.ID) + "/decisions/" + url.PathEscape(v.Param("decision")) + "/receipt.json") // it is the author's word, and no page of the employer's
	}
	v.Page.Title, v.Page.NoIndex = v.L.T("review.receipt.title", "Employer", verdict.Says.Employer), true
	code, err := qrPath(h.publicURL + rowPath(verdict.Says.Row))
	if err != nil {
		return err
	}
	return v.Show(receiptPage(v.L, receiptView{sub: sub, decision: v.Param("decision"), says: *verdict.Says, code: code, address: h.publicURL + rowPath(verdict.Says.Row)}))
}

// receiptView is a receipt as a page.
type receiptView struct {
	sub      reviewapi.Submission
	decision string
	says     reviewapi.ReceiptSays
	code     qrCode
	address  string
}

func (w receiptView) filePath() string {
	return pathOf(w.sub.ID) + "/decisions/" + url.PathEscape(w.decision) + "/receipt.json"
}

// rowPath is the public page of a row of the log: rows are counted from 1 for people.
func rowPath(row int64) string { return "/verify?row=" + strconv.FormatInt(row+1, 10) }

// receiptFile hands the receipt out as it is, byte by byte.
func (h *pages) receiptFile(v *shell.Visit) error {
	file, err := h.desk.Receipt(v.Context(), v.Param("submission"), v.Param("decision"))
	if err != nil {
		return err
	}
	w := v.Writer()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="receipt-`+v.Param("decision")+`.json"`)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_, err = w.Write(file.File())
	return err
}

// qrCode is a drawing of squares.
type qrCode struct {
	size int
	path string // of SVG
}

func qrPath(address string) (qrCode, error) {
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return qrCode{}, err
	}
	rows := code.Bitmap() // with the quiet zone around it
	var b strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); {
			wide := 0
			for x+wide < len(row) && row[x+wide] {
				wide++
			}
			if wide > 0 {
				b.WriteString("M" + strconv.Itoa(x) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(wide) + "v1h-" + strconv.Itoa(wide) + "z")
			}
			x += max(wide, 1)
		}
	}
	return qrCode{size: len(rows), path: b.String()}, nil
}

// decisionWord is what was decided, as a receipt says it.
func decisionWord(l locale.L, decision string) string {
	return l.T("review.verify.decision." + decision)
}

// saysFacts are what a receipt says, in the order in which people ask.
func saysFacts(l locale.L, s reviewapi.ReceiptSays) []ui.Fact {
	var facts []ui.Fact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Label: l.T("review.verify.fact." + name), Value: value})
		}
	}
	add("author", s.Author)
	add("employer", s.Employer+" · "+s.Domain)
	for _, g := range s.Signatures {
		add("by", l.T("review.verify.signed", "Name", g.Name, "Role", roleWord(l, g.Role)))
		add("assurance", l.T("review.verify.known."+g.Assurance))
	}
	add("decided", l.DateTime(s.Decided))
	if s.ValidFrom != nil {
		add("from", l.DateTime(*s.ValidFrom))
	}
	if s.ValidUntil != nil {
		add("until", l.DateTime(*s.ValidUntil))
	}
	if s.Published != nil {
		add("published", l.DateTime(*s.Published))
	}
	add("reason", s.Reason)
	add("policy", l.T("review.verify.policy."+s.PolicySource))
	add("digest", s.Digest)
	add("row", l.Number(s.Row+1))
	return facts
}

// verifyWords are the messages that the script on the page shows.
func verifyWords(l locale.L) (string, error) {
	list := func(prefix string, ids ...string) map[string]string {
		out := map[string]string{}
		for _, id := range ids {
			out[id] = l.T(prefix + id)
		}
		return out
	}
	words, err := json.Marshal(map[string]any{
		"same": l.T("review.verify.same"), "unread": l.T("review.verify.unread"),
		"decision":  list("review.verify.decision.", decisionsOfReceipts...),
		"assurance": list("review.verify.known.", "mailbox", "claimed", "sso", "none"),
		"role":      list("organisation.role.", accountsapi.RoleHRReviewer, accountsapi.RoleLegalReviewer, accountsapi.RolePrincipal),
		"policy":    list("review.verify.policy.", "starter", "author_supplied", "employer"),
		"part":      list("review.verify.part.", partsOfReceipts...),
	})
	return string(words), err
}

var (
	decisionsOfReceipts = []string{"approved", "no_objection", "not_ours", "changes_requested", "rejected", "objected", "revoked", "requested", "self_reported"}
	partsOfReceipts     = []string{"file", "statement", "parts", "record", "checkpoint", "proof", "post"}
	factsOfReceipts     = []string{"author", "employer", "by", "assurance", "decided", "from", "until", "published", "reason", "policy", "digest", "row"}
)

func word(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func comparedWord(v reviewapi.Verification) string {
	if v.Compared {
		return "same"
	}
	return "unread"
}
