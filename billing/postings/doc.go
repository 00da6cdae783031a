// Package postings turns what happens to money into journals: one pure function per row of the posting table, from
// inputs to [ledger.Journal] values. Billing calls them and posts the result; package ledger knows none of them.
//
// Example: a sale of 10000 with a fee of 10 %, on which the rail takes 320.
//
//	sale paid               charge:CH       SB +10000, CP −9000, PF −1000
//	balance transaction     bt:TXN          SF +320, SB −320
//	transfer requested      op:ID:reserve   CP +9000, TC −9000
//	transfer confirmed      op:ID:post      TC +9000, SB −9000; memo MB +9000, MS −9000
//	transfer refused        op:ID:void      TC +9000, CP −9000
//	refund requested        op:ID:reserve   CP +what is there, CR +the rest, PF +1000, RC −10000
//	refund settled          bt:TXN          RC +10000, SB −10000 (FX: a difference by rate)
//	refund failed           bt:TXN          SB +10000, RC −10000
//	refund given up         op:ID:void      RC +10000, CP −9000, PF −1000
//	reversal confirmed      trr:ID          SB +x, CR −x; memo MB −x, MS +x
//	receivable netted       net:KEY:PERSON  CP +x, CR −x (or back: CR +x, CP −x)
//	payout made/paid/failed payout:ID:…     memo MT +p, MB −p / MK +p, MT −p / MB +p, MT or MK −p
//
// The key of a journal names the effect, not the message that told of it: an API answer, a webhook and the sweep of
// balance transactions all arrive at the same key, and the second is a no-op. Journals carry only ids.
//
// How a sum divides is decided once, in [Legs], when the order's money plan is made; afterwards only parts of it move.
// Legs of zero are left out. Amounts are in the currency of the balance transaction (the settlement currency).
// A call with amounts of different currencies gives a journal that doesn't balance, which ledger.Post refuses.
package postings
