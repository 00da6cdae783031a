package stripesim

import (
	"net/http"
	"strings"
)

// route is one endpoint of the API: what it is called, what it takes, what it does.
type route struct {
	method, path string
	params       fields
	platformOnly bool
	do           func(*call) (any, *failure)
}

// object is the kind of object that the endpoint answers, alone or in a list.
func (rt *route) object() string {
	segments := strings.Split(rt.path, "/")
	for i := len(segments) - 1; i > 0; i-- {
		if o, ok := objectNames[segments[i]]; ok {
			return o
		}
	}
	return ""
}

var objectNames = map[string]string{
	"account": "account", "accounts": "account", "capabilities": "capability", "external_accounts": "bank_account", "login_links": "login_link",
	"account_links": "account_link", "sessions": "checkout.session", "line_items": "item", "payment_intents": "payment_intent",
	"charges": "charge", "refunds": "refund", "transfers": "transfer", "reversals": "transfer_reversal", "payouts": "payout",
	"balance": "balance", "balance_transactions": "balance_transaction", "events": "event", "webhook_endpoints": "webhook_endpoint",
}

// apiRoutes lists every endpoint that is simulated. Anything else is Stripe's own "unrecognized request URL".
func apiRoutes() []route {
	labelled := fields{"metadata": facts}
	none := fields{}
	return []route{
		{"POST", "/v1/accounts", accountParams, true, (*call).createAccount},
		{"GET", "/v1/accounts", timed, true, (*call).listAccounts},
		{"GET", "/v1/accounts/{id}", none, false, (*call).getAccount},
		{"GET", "/v1/account", none, false, (*call).getOwnAccount},
		{"POST", "/v1/accounts/{id}", accountUpdateParams, true, (*call).updateAccount},
		{"GET", "/v1/accounts/{id}/capabilities", none, true, (*call).listCapabilities},
		{"GET", "/v1/accounts/{id}/capabilities/{capability}", none, true, (*call).getCapability},
		{"GET", "/v1/accounts/{id}/external_accounts", paging.and(fields{"object": oneOf("bank_account", "card")}), true, (*call).listBanks},
		{"GET", "/v1/accounts/{id}/external_accounts/{bank}", none, true, (*call).getBank},
		{"POST", "/v1/accounts/{id}/login_links", none, true, (*call).createLoginLink},
		{"POST", "/v1/account_links", accountLinkParams, true, (*call).createAccountLink},

		{"POST", "/v1/checkout/sessions", sessionParams, true, (*call).createSession},
		{"GET", "/v1/checkout/sessions", timed.and(fields{"payment_intent": text}), true, (*call).listSessions},
		{"GET", "/v1/checkout/sessions/{id}", none, true, (*call).getSession},
		{"GET", "/v1/checkout/sessions/{id}/line_items", paging, true, (*call).listLines},
		{"POST", "/v1/checkout/sessions/{id}/expire", none, true, (*call).expireSession},

		{"GET", "/v1/payment_intents", timed, true, (*call).listIntents},
		{"GET", "/v1/payment_intents/{id}", none, true, (*call).getIntent},
		{"GET", "/v1/charges", timed.and(fields{"payment_intent": text, "transfer_group": text}), false, (*call).listCharges},
		{"GET", "/v1/charges/{id}", none, false, (*call).getCharge},

		{"POST", "/v1/refunds", refundParams, true, (*call).createRefund},
		{"GET", "/v1/refunds", timed.and(fields{"charge": text, "payment_intent": text}), false, (*call).listRefunds},
		{"GET", "/v1/refunds/{id}", none, false, (*call).getRefund},
		{"POST", "/v1/refunds/{id}", labelled, true, (*call).updateRefund},

		{"POST", "/v1/transfers", transferParams, true, (*call).createTransfer},
		{"GET", "/v1/transfers", timed.and(fields{"destination": text, "transfer_group": text}), true, (*call).listTransfers},
		{"GET", "/v1/transfers/{id}", none, true, (*call).getTransfer},
		{"POST", "/v1/transfers/{id}", labelled.and(fields{"description": text}), true, (*call).updateTransfer},
		{"POST", "/v1/transfers/{id}/reversals", reversalParams, true, (*call).createReversal},
		{"GET", "/v1/transfers/{id}/reversals", paging, true, (*call).listReversals},
		{"GET", "/v1/transfers/{id}/reversals/{reversal}", none, true, (*call).getReversal},

		{"POST", "/v1/payouts", payoutParams, false, (*call).createPayout},
		{"GET", "/v1/payouts", timed.and(fields{"arrival_date": moments, "destination": text, "status": text}), false, (*call).listPayouts},
		{"GET", "/v1/payouts/{id}", none, false, (*call).getPayout},
		{"POST", "/v1/payouts/{id}/cancel", none, false, (*call).cancelPayout},

		{"GET", "/v1/balance", none, false, (*call).getBalance},
		{"GET", "/v1/balance_transactions", timed.and(fields{"currency": text, "payout": text, "source": text, "type": text}), false, (*call).listTxns},
		{"GET", "/v1/balance_transactions/{id}", none, false, (*call).getTxn},

		{"GET", "/v1/events", timed.and(fields{"type": text, "types": listOf(text), "delivery_success": yesNo}), false, (*call).listEvents},
		{"GET", "/v1/events/{id}", none, false, (*call).getEvent},
		{"POST", "/v1/webhook_endpoints", endpointParams, true, (*call).createEndpoint},
		{"GET", "/v1/webhook_endpoints", paging, true, (*call).listEndpoints},
		{"GET", "/v1/webhook_endpoints/{id}", none, true, (*call).getEndpoint},
		{"DELETE", "/v1/webhook_endpoints/{id}", none, true, (*call).deleteEndpoint},
	}
}

// routes builds the one handler: API, hosted pages, control.
func (s *Sim) routes() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range apiRoutes() {
		mux.HandleFunc(rt.method+" "+rt.path, s.api(&rt))
	}
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		f := &failure{Status: 404, Kind: invalidRequest, Message: "Unrecognized request URL (" + r.Method + ": " + r.URL.Path + ")."}
		write(w, (&call{}).fail(f))
	})
	s.pages(mux)
	s.control(mux)
	return mux
}
