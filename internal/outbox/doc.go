// Package outbox carries events from the transaction that caused them to the
// transactions of the services that care.
//
//	business tx ── Append ──► <schema>.outbox
//	                             │  relay: one leader per service, by advisory lock
//	                             ▼
//	                    Redis stream of the emitting service
//	                             │  consumer group = consuming service
//	                             ▼
//	handler's tx ◄── inbox row (consumer, event id) drops repeats ── ack after commit
//	     │ fails
//	     ▼
//	<schema>.parked: tried again with growing pauses ──► parked for good ── Replay ──► tried again
//
// The law: an event exists if and only if its transaction committed; each
// consumer's effect happens exactly once, because the inbox row and the effect
// share a transaction; delivery itself is at least once and in any order. For
// one object (Event.Key) events leave in the order of their transactions.
//
// Redis is a transport that the outbox can repeat. The stream has an epoch key
// beside it: if the key is gone (Redis was wiped) the relay publishes all kept
// days again; if only the connection or the server process was lost, the last
// ten minutes. Rows are selected by "published_at is null", never by "id >
// last": a transaction that took its number early and committed late would be
// skipped for ever. Inbox rows outlive outbox rows by a day, so that a repeat
// is always recognised.
//
// # For a service
//
// Emit inside the business transaction, with the domain time; the first word
// of the name is the emitting service and its schema:
//
//	err := outbox.Append(ctx, tx, outbox.Event{
//		Name: storefrontapi.EventOrderPaid, Key: order.ID, At: k.Clock.Now(),
//		Payload: storefrontapi.OrderPaid{OrderID: order.ID}})
//
// or, where a batch is sent anyway, by Queue in the same round trip.
//
// Consume in module.go, before Init returns; app.Run calls Bus.Run. A handler
// runs in the transaction that inserts its inbox row, perhaps together with
// other events of the batch, and may be run again: it must do nothing but
// database work. What must be fetched first is fetched by a Prepare step,
// outside any transaction:
//
//	k.Bus.Consume(notifyapi.Name, map[string]outbox.Handler{
//		storefrontapi.EventOrderPaid: outbox.On(s.orderPaid), // func(ctx, tx, ev, storefrontapi.OrderPaid) error
//	}, outbox.Prepare(storefrontapi.EventOrderPaid, s.fetchReceipt)) // func(ctx, ev) (any, error); read it by outbox.Prepared[T](ev)
//
// Caches without a database listen to a broadcast: Bus.Listen.
//
// Component tests call Drain, which delivers everything pending by the same
// law, synchronously and without Redis.
//
// # Tables
//
// outbox, inbox and parked stand in each service's own schema. Their text is
// schema.sql here; migrations/<schema>/000002_events.up.sql is its verbatim
// copy with the schema's name filled in, written and compared by the tests of
// this package (go test ./internal/outbox -update). So a service numbers its
// own migrations 000001 and 000003 on.
//
// # Payload registry
//
// An *api package exports plain data, from which docs/events is generated
// (internal/eventdoc):
//
//	var Events = map[string]any{EventOrderPaid: OrderPaid{}, …}
package outbox
