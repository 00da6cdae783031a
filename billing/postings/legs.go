package postings

import (
	"errors"
	"fmt"

	"github.com/workfluence/workfluence/internal/money"
)

// What can be wrong with a division. Compare with errors.Is.
var (
	// ErrLegs: legs don't add up to their gross, are negative, or nobody is paid.
	ErrLegs = errors.New("postings: legs don't add up")
	// ErrExceeds: refunds would exceed what was paid.
	ErrExceeds = errors.New("postings: more than what is left")
)

// wholeFee is a fee of 100 %, in basis points.
const wholeFee = 10_000

// Legs is how a sum divides: Gross = Fee + Tax + the sum of Shares, exactly, all of one currency and none negative.
// A plan's legs divide an order; a refund's legs divide the refund, with the same payees in the same order.
type Legs struct {
	Gross  money.Amount
	Fee    money.Amount // the platform's
	Tax    money.Amount // collected for Jurisdiction
	Shares []Share

	Product      string // kind of product, for the platform's income: "course"
	Jurisdiction string // whose tax it is: "US-CA"; "" if there is none
}

// Share is one payee's part.
type Share struct {
	Payee  string // person
	Amount money.Amount
}

// Payee is somebody who shares in an order, by weight relative to the others.
type Payee struct {
	Person string
	Weight int64
}

// Divide makes the legs of an order: the fee is a Share of gross without tax, in basis points, and what is left is
// Split among the payees (money cases 1, 2, 34, 37). The caller names Product and Jurisdiction.
// Errors: ErrLegs; money.ErrStep and money's others.
func Divide(gross, tax money.Amount, feeBasisPoints int64, payees []Payee) (Legs, error) {
	net, err := gross.Sub(tax)
	if err != nil {
		return Legs{}, err
	}
	if tax.IsNegative() || net.IsNegative() || feeBasisPoints < 0 || feeBasisPoints > wholeFee || len(payees) == 0 {
		return Legs{}, fmt.Errorf("%w: gross %s, tax %s, fee %d bp, %d payees", ErrLegs, gross, tax, feeBasisPoints, len(payees))
	}
	fee, err := net.Share(feeBasisPoints, wholeFee)
	if err != nil {
		return Legs{}, err
	}
	weights := make([]int64, len(payees))
	for i, p := range payees {
		if p.Weight <= 0 || p.Person == "" {
			return Legs{}, fmt.Errorf("%w: payee %q of weight %d", ErrLegs, p.Person, p.Weight)
		}
		weights[i] = p.Weight
	}
	parts, err := minus(net, fee).Split(weights)
	if err != nil {
		return Legs{}, err
	}
	shares := make([]Share, len(payees))
	for i, p := range payees {
		shares[i] = Share{p.Person, parts[i]}
	}
	l := Legs{Gross: gross, Fee: fee, Tax: tax, Shares: shares}
	return l, l.Check()
}

// Check reports whether the legs keep what their type promises. Errors: ErrLegs.
func (l Legs) Check() error {
	sum := l.Fee.Minor + l.Tax.Minor
	c := l.Gross.Currency
	negative := l.Gross.IsNegative() || l.Fee.IsNegative() || l.Tax.IsNegative()
	mixed := l.Fee.Currency != c || l.Tax.Currency != c
	for _, s := range l.Shares {
		sum += s.Amount.Minor
		negative = negative || s.Amount.IsNegative()
		mixed = mixed || s.Amount.Currency != c
	}
	if negative || mixed || sum != l.Gross.Minor || l.Gross.Validate() != nil {
		return fmt.Errorf("%w: gross %s, fee %s, tax %s, shares %v", ErrLegs, l.Gross, l.Fee, l.Tax, l.Shares)
	}
	return nil
}

// Net is what the payees have of it together.
func (l Legs) Net() money.Amount { return minus(minus(l.Gross, l.Fee), l.Tax) }

// Settled is l in the currency in which the charge settled, where the rail converted it (money case 39): fee and tax
// keep their proportion, and what is left is split as the shares were. Errors: ErrLegs; money's own.
func (l Legs) Settled(gross money.Amount) (Legs, error) {
	if err := l.Check(); err != nil || l.Gross.IsZero() {
		return Legs{}, fmt.Errorf("%w: %s settled as %s", ErrLegs, l.Gross, gross)
	}
	out := Legs{Gross: gross, Product: l.Product, Jurisdiction: l.Jurisdiction}
	var err error
	if out.Fee, err = gross.Share(l.Fee.Minor, l.Gross.Minor); err != nil {
		return Legs{}, err
	}
	if out.Tax, err = gross.Share(l.Tax.Minor, l.Gross.Minor); err != nil {
		return Legs{}, err
	}
	// Where the payees have nothing, two halves rounded up or down would miss the whole by a unit: the fee is the rest.
	// Where they have something, fee and tax together never exceed the whole.
	if l.Net().IsZero() {
		out.Fee = minus(gross, out.Tax)
	}
	if out.Shares, err = divide(out.Net(), l.Shares); err != nil {
		return Legs{}, err
	}
	return out, out.Check()
}

// None is nothing of l: the sum of no refunds, to begin with.
func (l Legs) None() Legs {
	zero := money.New(0, l.Gross.Currency)
	n := Legs{Gross: zero, Fee: zero, Tax: zero, Product: l.Product, Jurisdiction: l.Jurisdiction}
	for _, s := range l.Shares {
		n.Shares = append(n.Shares, Share{s.Payee, zero})
	}
	return n
}

// Plus adds a refund's legs to the sum of those before.
func (l Legs) Plus(part Legs) Legs {
	sum := l
	sum.Gross, sum.Fee, sum.Tax = plus(l.Gross, part.Gross), plus(l.Fee, part.Fee), plus(l.Tax, part.Tax)
	sum.Shares = make([]Share, len(l.Shares))
	for i, s := range l.Shares {
		sum.Shares[i] = Share{s.Payee, plus(s.Amount, part.Shares[i].Amount)}
	}
	return sum
}

// Refund divides a refund of r, when refunds of before (their legs, added up) were requested already and stand.
// Fee and tax come back as Shares of the running total less what came back before; the payees bear the rest, split by
// what each still has (money cases 13, 14, 50). So parts never drift, are never negative, and end at nothing left.
// Errors: ErrExceeds if more than l would be refunded; money.ErrStep; ErrLegs for before that isn't a part of l.
func (l Legs) Refund(before Legs, r money.Amount) (Legs, error) {
	if err := r.OnStep(); err != nil {
		return Legs{}, err
	}
	if err := errors.Join(l.Check(), before.Check()); err != nil {
		return Legs{}, err
	}
	if r.Currency != l.Gross.Currency || before.Gross.Currency != l.Gross.Currency || len(before.Shares) != len(l.Shares) || !r.IsPositive() {
		return Legs{}, fmt.Errorf("%w: refund of %s after %s, of %s", ErrLegs, r, before.Gross, l.Gross)
	}
	left := minus(l.Gross, before.Gross)
	if r.Cmp(left) > 0 {
		return Legs{}, fmt.Errorf("%w: refund of %s, left %s", ErrExceeds, r, left)
	}
	part := Legs{Gross: r, Product: l.Product, Jurisdiction: l.Jurisdiction}
	total := plus(before.Gross, r)
	fee, err := total.Share(l.Fee.Minor, l.Gross.Minor)
	if err != nil {
		return Legs{}, err
	}
	tax, err := total.Share(l.Tax.Minor, l.Gross.Minor)
	if err != nil {
		return Legs{}, err
	}
	part.Tax = minus(tax, before.Tax)
	// A refund of a cent or two may see both round up; the fee then waits for the next refund.
	part.Fee = least(minus(fee, before.Fee), minus(r, part.Tax))

	remaining := make([]Share, len(l.Shares))
	for i, s := range l.Shares {
		remaining[i] = Share{s.Payee, minus(s.Amount, before.Shares[i].Amount)}
	}
	if part.Shares, err = divide(part.Net(), remaining); err != nil {
		return Legs{}, err
	}
	return part, part.Check()
}

// divide splits a among payees by the amounts that they have; nothing is split if nobody has anything.
func divide(a money.Amount, by []Share) ([]Share, error) {
	out := make([]Share, len(by))
	weights := make([]int64, len(by))
	var sum int64
	for i, s := range by {
		if s.Amount.IsNegative() {
			return nil, fmt.Errorf("%w: %s has %s left", ErrLegs, s.Payee, s.Amount)
		}
		out[i] = Share{s.Payee, money.New(0, a.Currency)}
		weights[i] = s.Amount.Minor
		sum += s.Amount.Minor
	}
	if sum == 0 && a.IsZero() {
		return out, nil
	}
	if sum == 0 {
		return nil, fmt.Errorf("%w: %s for payees who have nothing", ErrLegs, a)
	}
	parts, err := a.Split(weights)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Amount = parts[i]
	}
	return out, nil
}

// plus, minus and least are for amounts that were checked to be of one currency and between zero and a gross.
func plus(a, b money.Amount) money.Amount  { return money.New(a.Minor+b.Minor, a.Currency) }
func minus(a, b money.Amount) money.Amount { return money.New(a.Minor-b.Minor, a.Currency) }
func least(a, b money.Amount) money.Amount { return money.New(min(a.Minor, b.Minor), a.Currency) }
