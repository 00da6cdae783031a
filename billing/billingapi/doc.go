// Package billingapi is what other parts may know of billing: the wire structs of its routes with their validation tags, the client
// that calls them, the problem codes it raises, and the events it emits. It holds no rule about money; those live in billing.
//
// Every amount is a money.Amount in minor units. Every write takes an idempotency key, and the same key with another body is an error.
package billingapi

// Name is billing's target: its host inside is "billing.svc".
const Name = "billing"

// Prefixes are the public paths that the gateway routes to billing.
var Prefixes = []string{
	"/api/v1/orders-money",
	"/api/v1/refunds",
	"/api/v1/balance",
	"/api/v1/payouts",
	"/api/v1/onboarding",
	"/api/v1/fees",
	"/api/v1/charge-lookups",
	"/webhooks/stripe",
	"/webhooks/stripe-connect",
}
