package stripesim

import "encoding/json"

// head is what every stored row has. Seq orders rows of one creation second; Created is Unix seconds of the domain clock.
type head struct {
	ID      string
	Seq     int64
	Created int64
}

func (h *head) base() *head { return h }

// row is one stored object. keys are the lists it appears in; they never change after it was made.
type row interface {
	base() *head
	kind() string
	keys() []string
}

type labels = map[string]string

// account is a connected account, or the platform itself.
type account struct {
	head
	Platform     bool
	Country      string
	Currency     string
	Email        string
	BusinessType string
	First, Last  string
	Interval     string // payout schedule: manual, daily
	Requested    bool   // transfers capability
	Transfers    string // active, inactive, pending
	Payouts      bool
	Submitted    bool
	Accepted     int64 // terms of service
	Due          []string
	Past         []string
	Checking     []string
	Disabled     string
	Verifies     int64 // when a verification under way ends; 0: none
	Banks        []bank
	Metadata     labels
}

// bank is an external account.
type bank struct {
	ID, Country, Currency, Last4, Routing, Status string
	Failure                                       string // failure_code that payouts to it end with; a test number
}

// link is an onboarding or login link; Token is the secret part of its address.
type link struct {
	head
	Account  string
	Purpose  string // setup, session, login
	Return   string
	Refresh  string
	Expires  int64
	Consumed bool
}

// session is a Checkout session with its single line.
type session struct {
	head
	Status, Payment       string // open complete expired; paid unpaid
	Reference             string
	Title, Description    string
	LineID, PriceID, Prod string
	Unit, Quantity        int64
	Currency              string
	Email, PayerEmail     string
	PayerName             string
	PayerCountry          string
	Locale                string
	Success, Cancel       string
	Expires               int64
	Group, Suffix, About  string
	Metadata              labels
	IntentMetadata        labels
	Intent                string // set when the payer first presses pay
}

func (s *session) total() int64 { return s.Unit * s.Quantity }

// intent is a payment intent.
type intent struct {
	head
	Status        string
	Amount        int64
	Received      int64
	Currency      string
	Group, Suffix string
	About         string
	Metadata      labels
	Session       string
	Charge        string
	Method        string
	Card          card
	Failure       *declined
	Secret        string
}

// card is what a page learned of a card: never its number.
type card struct {
	Brand, Last4, Country string
	Month, Year           int64
	Behaviour             string // what it does later: "", refund_fails, refund_pending, instant
	Challenged            bool
}

// declined says why a try failed.
type declined struct{ Code, Decline, Message string }

// charge is money taken from a card, or a payment that a transfer made on a connected account.
type charge struct {
	head
	Account        string
	Status         string // succeeded, failed
	Amount         int64
	Refunded       int64
	Transferred    int64 // Σ transfers with this source, less reversals
	Currency       string
	Intent         string
	Transfer       string // source_transfer, on the connected side
	Group, Suffix  string
	About          string
	Metadata       labels
	Method         string
	Card           card
	Email, Name    string
	PayerCountry   string
	Failure        *declined
	Txn            string
	Fee            int64
	AvailableSince int64
}

// refund is money on its way back to a card; on a connected account it mirrors a reversal.
type refund struct {
	head
	Account       string
	Status        string
	Amount        int64
	Currency      string
	Charge        string
	Intent        string
	Reason        string
	Failure       string
	Txn           string
	FailureTxn    string
	Metadata      labels
	FailsAt       int64 // 0: never
	SucceedsAt    int64
	SourceReverse string
}

// transfer is money moved from the platform to a connected account.
type transfer struct {
	head
	Amount, Reversed int64
	Currency         string
	Destination      string
	Payment          string // py_… on the destination
	Source           string // charge
	Group, About     string
	Metadata         labels
	Txn              string
}

// reversal takes money of a transfer back.
type reversal struct {
	head
	Transfer string
	Amount   int64
	Currency string
	Txn      string
	Refund   string // pyr_… on the destination
	Metadata labels
}

// payout is money on its way to a bank.
type payout struct {
	head
	Account             string
	Status              string
	Amount              int64
	Currency            string
	Arrival             int64
	Sends               int64 // when pending turns in_transit
	Bank                string
	BankFails           string
	About, Descriptor   string
	FailCode, FailText  string
	Txn, FailTxn        string
	Metadata            labels
	Automatic, Returned bool
}

// txn is one movement of one account's balance; net = Amount − Fee.
type txn struct {
	head
	Account   string
	Type      string
	Category  string
	Source    string
	About     string
	Amount    int64
	Fee       int64
	Currency  string
	Available int64
}

func (t *txn) net() int64 { return t.Amount - t.Fee }

// event is something that happened, as it looked then.
type event struct {
	head
	Type     string
	Account  string // connected account; empty is the platform
	Object   json.RawMessage
	Previous json.RawMessage `json:",omitempty"`
	Request  string
	Key      string
	Waiting  []string // endpoints that have not taken it
}

// waiting notes who has still not taken an event. It is only written to the journal, in place of the whole event; its id is the event's.
type waiting struct {
	head
	For []string
}

// endpoint is a webhook address.
type endpoint struct {
	head
	URL, Secret string
	Connect     bool
	Events      []string
	Fixed       bool // from Config, not made by the API
	About       string
	Metadata    labels
}

// answer is a stored result of a write under its idempotency key.
type answer struct {
	head
	Fingerprint string
	Status      int
	Body        json.RawMessage
	Request     string
}

func (*account) kind() string  { return "account" }
func (*link) kind() string     { return "link" }
func (*session) kind() string  { return "session" }
func (*intent) kind() string   { return "intent" }
func (*charge) kind() string   { return "charge" }
func (*refund) kind() string   { return "refund" }
func (*transfer) kind() string { return "transfer" }
func (*reversal) kind() string { return "reversal" }
func (*payout) kind() string   { return "payout" }
func (*txn) kind() string      { return "txn" }
func (*event) kind() string    { return "event" }
func (*waiting) kind() string  { return "waiting" }
func (*endpoint) kind() string { return "endpoint" }
func (*answer) kind() string   { return "answer" }

const all = "" // the key of the list that holds every row of a table

func (a *account) keys() []string {
	if a.Platform {
		return nil
	}
	return []string{all}
}
func (*link) keys() []string     { return nil }
func (*waiting) keys() []string  { return nil }
func (*answer) keys() []string   { return nil }
func (*endpoint) keys() []string { return []string{all} }
func (*session) keys() []string  { return []string{all} }
func (*intent) keys() []string   { return []string{all} }
func (c *charge) keys() []string {
	return []string{c.Account, "intent:" + c.Intent, "group:" + c.Group}
}
func (r *refund) keys() []string {
	return []string{r.Account, "charge:" + r.Charge, "intent:" + r.Intent}
}
func (r *reversal) keys() []string { return []string{r.Transfer} }
func (p *payout) keys() []string   { return []string{p.Account} }
func (e *event) keys() []string    { return []string{e.Account} }

func (t *transfer) keys() []string {
	return []string{all, "group:" + t.Group, "destination:" + t.Destination}
}

func (t *txn) keys() []string {
	return []string{t.Account, t.Account + " source:" + t.Source, t.Account + " type:" + t.Type}
}
