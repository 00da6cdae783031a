package account

import (
	"net/url"

	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/web/shell"
)

func (h *pages) notices(v *shell.Visit) error {
	list, err := h.inbox.Notices(v.Context(), v.Query("cursor"))
	if err != nil {
		return err
	}
	unread := 0
	for _, n := range list.Data {
		if n.Read == nil {
			unread++
		}
	}
	v.Page.Title = v.L.T("inbox.title")
	return v.Show(inbox(v.L, list, unread))
}

func (h *pages) readAll(v *shell.Visit) error {
	if _, err := h.inbox.ReadAll(v.Context()); err != nil {
		return err
	}
	return v.See("/inbox")
}

// read marks a notice and leads to where the person can act on it.
func (h *pages) read(v *shell.Visit) error {
	n, err := h.inbox.Read(v.Context(), v.Param("id"))
	if err != nil {
		return err
	}
	to := shell.Local(n.Path)
	if to == "/" {
		to = "/inbox"
	}
	return v.See(to)
}

// noticeIcons are the signs beside a notice; the sentence says the same.
var noticeIcons = map[notifyapi.Kind]string{
	notifyapi.KindReceipt: "book", notifyapi.KindSale: "card", notifyapi.KindRefund: "back", notifyapi.KindRefunded: "back",
	notifyapi.KindRefundFailed: "warn", notifyapi.KindRefundBack: "warn", notifyapi.KindRefundOff: "back",
	notifyapi.KindPayoutSent: "bank", notifyapi.KindPayoutPaid: "check", notifyapi.KindPayoutFailed: "warn", notifyapi.KindAnswer: "shield",
}

func noticeIcon(k notifyapi.Kind) string {
	if icon, ok := noticeIcons[k]; ok {
		return icon
	}
	return "mail"
}

func cursorQuery(cursor string) string { return "/inbox?cursor=" + url.QueryEscape(cursor) }
