package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/workfluence/workfluence/internal/canon"
)

// Record is a row of the log. It tells when something was decided, and nothing about what.
type Record struct {
	V          int       `json:"v"`
	At         time.Time `json:"at"`
	Commitment string    `json:"commitment"`
}

// SaltSize is the length of a salt: as many bits as the hash has, so that it can't be guessed before the statement.
const SaltSize = 32

// Commit makes the row for a statement. Error: what [Statement.Check] says, or a salt that is not 32 bytes long.
func Commit(s Statement, salt []byte) (Record, error) {
	if len(salt) != SaltSize {
		return Record{}, fmt.Errorf("receipt: a salt has %d bytes, not %d", SaltSize, len(salt))
	}
	if err := s.Check(); err != nil {
		return Record{}, fmt.Errorf("receipt: %w", err)
	}
	sum, err := commitment(salt, s)
	return Record{V: Version, At: s.Decided, Commitment: sum}, err
}

// Line is the row as it stands in the log, without its line end: what is hashed.
func (r Record) Line() ([]byte, error) { return canon.JSON(r) }

// Hash is the leaf of the log's tree.
func (r Record) Hash() (tlog.Hash, error) {
	line, err := r.Line()
	if err != nil {
		return tlog.Hash{}, err
	}
	return tlog.RecordHash(line), nil
}

// parseRecord reads a line of the log in its one spelling.
func parseRecord(line []byte) (Record, error) {
	var r Record
	if err := strict(line, &r); err != nil {
		return r, err
	}
	switch {
	case r.V != Version:
		return r, fmt.Errorf("version %d is unknown", r.V)
	case !exact(&r.At):
		return r, fmt.Errorf("its time is not in UTC")
	case !digested.MatchString(r.Commitment):
		return r, fmt.Errorf("its commitment is no digest")
	}
	return r, nil
}

// strict reads JSON that has exactly the spelling which we would give it.
func strict(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	again, err := canon.JSON(into)
	if err != nil {
		return err
	}
	if at := differ(raw, again); at >= 0 {
		return fmt.Errorf("byte %d is not as it was written", at)
	}
	return nil
}

// differ is where two texts first differ, -1 when they don't.
func differ(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}
