// Package contract proves that what billing sends is what Stripe takes, and that what the simulator answers is what Stripe gives,
// by Stripe's own OpenAPI document (API 2023-10-16, embedded in stripe-mock v0.183.0).
//
//	F1  each recorded request passes stripe-mock, strict about the version, and the strict request schema: unknown names at any depth
//	F2  each answer and each event's object passes the strict response schema: required, type, enumeration, null, unknown property
//	F3  answers and webhooks decode with stripe-go's own types and ConstructEvent, without options
//
// The traffic is this package's own tour of every method of billing/rail, and whatever the tests of billing recorded into the
// directory that WORKFLUENCE_RECORD names.
//
// Limits: a schema does not prove behaviour. Minimums, exclusive parameters and the arithmetic of fees are rules of the simulator,
// tested beside it, each with its source. This module has a go.mod of its own so that nothing of stripe-mock reaches the product.
package contract
