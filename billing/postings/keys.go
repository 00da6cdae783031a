package postings

// The keys of effects. Billing uses them to ask the books whether something happened.

// ChargeKey names the effect of a payment, by the rail's charge.
func ChargeKey(charge string) string { return "charge:" + charge }

// TxnKey names the effect of a balance transaction on the platform's balance at the rail.
func TxnKey(txn string) string { return "bt:" + txn }

// ReserveKey, PostKey and VoidKey name the effects of an operation: what it sets aside, that it happened, and that it
// did not.
func ReserveKey(op string) string { return "op:" + op + ":reserve" }

// PostKey: see [ReserveKey].
func PostKey(op string) string { return "op:" + op + ":post" }

// VoidKey: see [ReserveKey].
func VoidKey(op string) string { return "op:" + op + ":void" }

// ReversalKey names the effect of a transfer reversal, by the rail's id of it.
func ReversalKey(reversal string) string { return "trr:" + reversal }

// PayoutKey names a step (created, paid, failed) of a payout, by the rail's id of it.
func PayoutKey(payout, step string) string { return "payout:" + payout + ":" + step }

// NetKey names the netting of a person's receivable out of the earnings that the journal of key brought.
func NetKey(key, person string) string { return "net:" + key + ":" + person }
