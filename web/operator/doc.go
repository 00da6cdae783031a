// Package operator is the pages of those who run the platform: events that a part could not handle, and money that
// does not agree.
//
// They show ids and error texts, which no other page does: whoever looks into a fault searches the logs for them. They
// never show what an event carries, and no name or address of anybody. A press that changes something, or asks Stripe
// about everybody, is first written into the audit of accounts.
package operator
