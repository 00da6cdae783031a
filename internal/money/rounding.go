package money

import (
	"math/bits"
	"slices"
)

// Split divides total by weights so that the parts add up to total: each gets its share rounded toward zero, and
// the cents left go one by one to the largest remainders, ties to the earlier position (money case 34: 9001 by
// 50, 30, 20 is 4501, 2700, 1800; storefront cases 1, 2). A negative total splits as the positive one, negated.
// Weights are at least 0 and not all 0; their sum and the total fit an int64. Anything else is a defect of the
// caller and panics.
func Split(total int64, weights []int64) []int64 {
	var sum uint64
	for _, w := range weights {
		require(w >= 0, "negative weight")
		sum += uint64(w)
		require(sum <= maxInt64, "weights too large")
	}
	require(sum > 0, "no weight")

	parts := make([]int64, len(weights))
	remainders := make([]uint64, len(weights))
	left := magnitude(total)
	for i, w := range weights {
		hi, lo := bits.Mul64(magnitude(total), uint64(w))
		q, r := bits.Div64(hi, lo, sum) // hi < sum, because w <= sum and total < 2^63
		parts[i], remainders[i] = int64(q), r
		left -= q
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case remainders[i] > remainders[j]:
			return -1
		case remainders[i] < remainders[j]:
			return 1
		default:
			return 0
		}
	})
	for _, i := range order[:left] { // fewer cents are left than there are non-zero remainders
		parts[i]++
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// Instalments divides total into n equal parts, the remainder on the first: 3002 in 3 is 1002, 1000, 1000
// (storefront case 6). It panics unless n > 0 and total >= 0.
func Instalments(total int64, n int) []int64 {
	parts := equal(total, n)
	parts[0] += total % int64(n)
	return parts
}

// Cycles divides total into n equal parts, the remainder on the last, so that no cycle before the end costs more
// than was said. It panics unless n > 0 and total >= 0.
func Cycles(total int64, n int) []int64 {
	parts := equal(total, n)
	parts[n-1] += total % int64(n)
	return parts
}

func equal(total int64, n int) []int64 {
	require(n > 0, "no parts")
	require(total >= 0, "negative total")
	return slices.Repeat([]int64{total / int64(n)}, n)
}

// Prorate is part/whole of total, rounded down: what was used is paid, and the rest of a cent stays with the
// payer. It panics unless 0 <= part <= whole, whole > 0 and total >= 0.
func Prorate(total, part, whole int64) int64 {
	require(total >= 0, "negative total")
	require(whole > 0 && part >= 0 && part <= whole, "part not within whole")
	hi, lo := bits.Mul64(uint64(total), uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}

// Share is num/den of a running total, rounded half up. A fee on a series of refunds is Share of the refunded sum
// so far minus what was returned before, so that the parts of a whole add up to the whole, whatever the order
// (money case 13: fee parts of 3333, 3333, 3334 at 1000/10000 are 333, 334, 333; storefront case 7).
// It panics unless cum >= 0, num >= 0, den > 0 and the result fits an int64.
func Share(cum, num, den int64) int64 {
	require(cum >= 0 && num >= 0 && den > 0, "share of a negative amount")
	hi, lo := bits.Mul64(uint64(cum), uint64(num))
	require(hi < uint64(den), "share too large")
	q, r := bits.Div64(hi, lo, uint64(den))
	up := r >= uint64(den)-r
	require(q < maxInt64 || q == maxInt64 && !up, "share too large")
	if up {
		q++
	}
	return int64(q)
}

// Split divides a by weights as [Split] does, each part a multiple of the currency's step (policy P6).
// Errors: as [Amount.OnStep].
func (a Amount) Split(weights []int64) ([]Amount, error) {
	if err := a.OnStep(); err != nil {
		return nil, err
	}
	step := a.Currency.Step()
	parts := make([]Amount, len(weights))
	for i, part := range Split(a.Minor/step, weights) {
		parts[i] = New(part*step, a.Currency)
	}
	return parts, nil
}

// Share is num/den of the running total a as [Share] does, to the nearest multiple of the currency's step, half up
// (money case 37: 10 % of KWD 5.120 is 0.510). Errors: as [Amount.OnStep].
func (a Amount) Share(num, den int64) (Amount, error) {
	if err := a.OnStep(); err != nil {
		return Amount{}, err
	}
	step := a.Currency.Step()
	return New(Share(a.Minor/step, num, den)*step, a.Currency), nil
}

const maxInt64 = 1<<63 - 1

// require stops a caller whose arguments have no right answer: a wrong cent must not be computed quietly.
func require(ok bool, what string) {
	if !ok {
		panic("money: " + what)
	}
}
