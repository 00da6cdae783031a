package contentapi

import (
	"encoding/json"
	"time"
)

// Kinds of a gate: who must agree before a document may appear, and which part of the house speaks for them.
const (
	GateClient    = "client"    // ghostwriting
	GateBrand     = "brand"     // partnerships
	GatePrincipal = "principal" // partnerships
	GateRights    = "rights"    // partnerships
	GateEmployer  = "employer"  // review; one for each employer that the author chose
)

// States of a gate.
const (
	GateWaiting   = "waiting"
	GateOpen      = "open"
	GateClosed    = "closed"
	GateTakenBack = "taken_back" // the owner took it back: it may appear without
)

// Party names a gate of a document: its kind, and the employer, engagement or deal.
type Party struct {
	Kind string `json:"kind" validate:"required,oneof=client brand principal rights employer"`
	Ref  string `json:"ref" validate:"required,max=64"`
}

// Gate is a party that must agree, as the document's owner sees it.
type Gate struct {
	ID string `json:"id"`
	Party
	// Binding gates were named by a contract; the others were chosen by the owner, who may take them back.
	Binding bool   `json:"binding"`
	State   string `json:"state"`
	// Digest is what the party agreed to, "" before it did.
	Digest     string     `json:"digest,omitempty"`
	Seq        int64      `json:"seq"`
	ValidFrom  *time.Time `json:"valid_from,omitempty"`
	ValidUntil *time.Time `json:"valid_until,omitempty"`
	// Fault is the code of the problem that this gate makes for the newest version right now, "" for none.
	Fault string `json:"fault,omitempty"`
	// Entries are those of a publication's newest manifest, and what the party says of each.
	Entries []EntryState `json:"entries,omitempty"`
}

// AddGate names one more party. Binding ones can't be taken back.
type AddGate struct {
	Party
	Binding bool `json:"binding"`
}

// OpenGate says that a party agreed to a digest. Seq grows with each word of the party about this document; a word that
// comes after a later one is ignored. The times bound when the document may appear: from, and before until. Of a
// publication the digest names the manifest that they read, and Entries those of its entries that they agreed to; none is all of them.
type OpenGate struct {
	Party
	Seq        int64      `json:"seq" validate:"min=1"`
	Digest     string     `json:"digest" validate:"required,len=71"`
	Entries    []string   `json:"entries,omitempty" validate:"max=5000,dive,len=71"`
	ValidFrom  *time.Time `json:"valid_from,omitempty"`
	ValidUntil *time.Time `json:"valid_until,omitempty"`
}

// CloseGate takes a party's agreement away. Digest is what it had agreed to; "" is all it ever agreed to.
type CloseGate struct {
	Party
	Seq    int64  `json:"seq" validate:"min=1"`
	Digest string `json:"digest,omitempty" validate:"omitempty,len=71"`
	// Rules are those of the party's policy by which the agreement ended, none where somebody took it away.
	Rules []string `json:"rules,omitempty" validate:"max=20,dive,required,max=64"`
}

// MostRules is how many rules a closing can name.
const MostRules = 20

// Outcomes of closing a gate.
const (
	OutcomeClosed    = "closed"    // nothing had appeared under it, and nothing will
	OutcomePublished = "published" // it had appeared before, at Published; nothing more will
)

// Closing is the answer to CloseGate, and to each repeat of it.
type Closing struct {
	Outcome   string     `json:"outcome"`
	Published *time.Time `json:"published,omitempty"`
}

// NewBoundDocument begins a document for its owner, with the gates that a contract puts before it.
type NewBoundDocument struct {
	OwnerID string `json:"owner_id" validate:"required,max=64"`
	NewDocument
	Gates []Party `json:"gates" validate:"required,min=1,max=10,unique,dive"`
}

// Shown is a version as a party reads it, with what its digest is over: the parts of a receipt (docs/digest.md).
type Shown struct {
	Version Version         `json:"version"`
	Parts   json.RawMessage `json:"parts"`
	// Entries are what a publication consists of.
	Entries []ShownEntry `json:"entries,omitempty"`
}
