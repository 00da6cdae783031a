// Package money owns amounts: what one is, how it is written, how it is divided.
//
// An [Amount] is a whole number of minor units (cents, yen, fils) of one ISO 4217 currency. Arithmetic is
// checked: it answers an error instead of wrapping around or mixing currencies. There is no floating point
// here or anywhere near money; a law of the repository keeps it so.
//
// Where an amount doesn't divide evenly, somebody gets the odd cent. Only five rules may decide who, and each
// has a name:
//
//	Split        shares of one amount by weight: largest remainder, ties to the earlier share
//	Instalments  equal parts over time, the remainder on the first
//	Cycles       equal parts over time, the remainder on the last
//	Prorate      the used part of a period: rounded down, the rest stays with the payer
//	Share        a fraction of a running total: half up on the total, so that parts never drift
//
// Two sets of limits meet here and stay apart: what ISO 4217 says a currency is ([Currency.Exponent]) and what
// the payment rail accepts ([Amount.Chargeable], [Amount.Rail]). Both are data, in tables, with their source.
//
// Words for people ("149,00 €") are made by the locale package; [Amount.String] is for logs and tests.
package money
