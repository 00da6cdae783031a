package ledger

import (
	"fmt"
	"strings"
)

// Account names a ledger account: its class, and for most classes whose it is, as in "CP:person_01h…".
// Make them with the constants and functions below.
type Account string

// Accounts of the platform that exist once per currency.
const (
	SB   Account = "SB"   // asset: stripe_balance, the platform's balance at the rail
	PB   Account = "PB"   // asset: platform_bank
	BT   Account = "BT_T" // asset: bank_transit, platform payouts under way
	DH   Account = "DH"   // asset: dispute_hold, disputed money that the rail took back
	SUSP Account = "SUSP" // asset: suspense, movements nobody explained yet; an alert while it isn't zero
	SF   Account = "SF"   // expense: stripe_fee
	DF   Account = "DF"   // expense: dispute_fee
	DL   Account = "DL"   // expense: dispute_loss
	BD   Account = "BD"   // expense: bad_debt, receivables written off
	FX   Account = "FX"   // expense: fx_diff, refunds and disputes at another rate than the sale
	AD   Account = "AD"   // expense: adjustment
)

// CR is an asset, creator_receivable: what a creator owes, after a refund of money that is gone.
func CR(creator string) Account { return of("CR", creator) }

// CP is a guarded liability, creator_payable: what is owed to a creator and may be transferred.
func CP(creator string) Account { return of("CP", creator) }

// HR is a guarded liability: a retainer held until it is released.
func HR(id string) Account { return of("HR", id) }

// HE is a guarded liability: a deal's money held until it is released.
func HE(id string) Account { return of("HE", id) }

// HB is a guarded liability: a booking's money held until it is released.
func HB(id string) Account { return of("HB", id) }

// TC is a guarded liability, transfer_clearing: reserved for the transfer of one operation.
func TC(operation string) Account { return of("TC", operation) }

// RC is a guarded liability, refund_clearing: reserved for the refund of one operation.
func RC(operation string) Account { return of("RC", operation) }

// DR is a guarded liability, dispute_reserve: a creator's share while a dispute is open.
func DR(dispute string) Account { return of("DR", dispute) }

// TX is a liability, tax_payable: tax collected for a jurisdiction.
func TX(jurisdiction string) Account { return of("TX", jurisdiction) }

// PF is income: platform_fee on a kind of product.
func PF(product string) Account { return of("PF", product) }

// MB, in the memo book, is connect_balance: what a holder has at the rail. The holder is whatever names one
// balance there; a creator who changed countries has two.
func MB(holder string) Account { return of("MB", holder) }

// MT, in the memo book, is payout_transit: a holder's payouts under way.
func MT(holder string) Account { return of("MT", holder) }

// MK, in the memo book, is creator_bank: what reached a holder's bank.
func MK(holder string) Account { return of("MK", holder) }

// MS, in the memo book, is connect_source: where a holder's balance came from, the other side of MB.
func MS(holder string) Account { return of("MS", holder) }

func of(class, owner string) Account { return Account(class + ":" + owner) }

// class is one row of the chart of accounts.
type class struct {
	owned   bool // belongs to somebody or something: "CP:person_…"
	guarded bool // never below zero on its credit side
}

// chart is the chart of accounts; the migration holds the same list (a test compares them).
var chart = map[string]class{
	"SB": {}, "PB": {}, "BT_T": {}, "DH": {}, "SUSP": {}, "CR": {owned: true},
	"CP": {owned: true, guarded: true},
	"HR": {owned: true, guarded: true},
	"HE": {owned: true, guarded: true},
	"HB": {owned: true, guarded: true},
	"TC": {owned: true, guarded: true},
	"RC": {owned: true, guarded: true},
	"DR": {owned: true, guarded: true},
	"TX": {owned: true}, "PF": {owned: true},
	"SF": {}, "DF": {}, "DL": {}, "BD": {}, "FX": {}, "AD": {},
	"MB": {owned: true}, "MT": {owned: true}, "MK": {owned: true}, "MS": {owned: true},
}

// Class is the account's class, "CP" of "CP:person_01h…".
func (a Account) Class() string { class, _, _ := strings.Cut(string(a), ":"); return class }

// Owner is whose account it is, or "" for an account that exists once.
func (a Account) Owner() string { _, owner, _ := strings.Cut(string(a), ":"); return owner }

// Guarded reports whether the account must never fall below zero on its credit side.
func (a Account) Guarded() bool { return chart[a.Class()].guarded }

// Memo reports whether the account is of the memo book.
func (a Account) Memo() bool { return strings.HasPrefix(string(a), "M") }

// Validate reports whether the account is on the chart and is named as its class is. Errors: ErrAccount.
func (a Account) Validate() error {
	c, known := chart[a.Class()]
	owner := a.Owner()
	switch {
	case !known, c.owned != strings.Contains(string(a), ":"), c.owned && owner == "", len(a) > 120, strings.ContainsFunc(owner, unfit):
		return fmt.Errorf("%w: %.130q", ErrAccount, string(a))
	}
	return nil
}

// unfit reports whether a character may not stand in an owner's id.
func unfit(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
}
