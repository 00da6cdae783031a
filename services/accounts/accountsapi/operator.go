package accountsapi

// What an operator does in other parts, as the audit names it.
const (
	PressEventReplayed  = "event.replayed"  // object: the event's id
	PressEventsReplayed = "events.replayed" // object: the part whose parked events are tried again
)

// Press is what an operator does in another part. Object is an id or the name of a part.
type Press struct {
	Action string `json:"action" validate:"required,oneof=event.replayed events.replayed"`
	Object string `json:"object" validate:"required,max=64"`
	// Part is where the object lies.
	Part string `json:"part" validate:"required,max=32"`
}
