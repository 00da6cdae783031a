package receipt

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/workfluence/workfluence/internal/canon"
)

// Receipt is the file. All its members are public to whoever holds it.
type Receipt struct {
	V          int             `json:"v"`
	Statement  Statement       `json:"statement"`
	Parts      json.RawMessage `json:"parts"` // what the digest is over; its text_sha256 is compared with a post
	Salt       string          `json:"salt"`  // 64 hexadecimal digits
	Record     Record          `json:"record"`
	Index      int64           `json:"index"`
	Proof      []string        `json:"proof"` // hashes in base64
	Checkpoint string          `json:"checkpoint"`
}

// New puts a receipt together. Proof is tlog.ProveRecord of the row in the tree that the checkpoint signs.
func New(s Statement, parts json.RawMessage, salt []byte, row Record, index int64, proof tlog.RecordProof, checkpoint string) Receipt {
	r := Receipt{
		V: Version, Statement: s, Parts: parts, Salt: hex.EncodeToString(salt), Record: row, Index: index, Proof: []string{}, Checkpoint: checkpoint,
	}
	for _, h := range proof {
		r.Proof = append(r.Proof, h.String())
	}
	return r
}

// File is the receipt as it is handed out: one line.
func (r Receipt) File() ([]byte, error) {
	line, err := canon.JSON(r)
	return append(line, '\n'), err
}

// mostBytes bounds a receipt: a statement of the longest names and reasons, parts with twenty pictures, and a proof of sixty hashes.
const mostBytes = 256 << 10

// Parse reads a receipt in its one spelling. It proves nothing: [Verify] does. Error: a *[Fault].
func Parse(file []byte) (Receipt, error) {
	var r Receipt
	if len(file) > mostBytes {
		return r, fault(PartFile, "it is too long to be a receipt")
	}
	line, ok := cut(file)
	if !ok {
		return r, fault(PartFile, "a receipt is one line")
	}
	if err := strict(line, &r); err != nil {
		return r, fault(PartFile, err.Error())
	}
	if r.V != Version {
		return r, fault(PartFile, fmt.Sprintf("version %d is unknown", r.V))
	}
	return r, nil
}

// salt is nil for one that is none.
func (r Receipt) salt() []byte {
	salt, err := hex.DecodeString(r.Salt)
	if err != nil || len(salt) != SaltSize || hex.EncodeToString(salt) != r.Salt {
		return nil
	}
	return salt
}

func (r Receipt) proof() (tlog.RecordProof, error) {
	var all tlog.RecordProof
	for i, text := range r.Proof {
		raw, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d is none", i)
		}
		all = append(all, tlog.Hash(raw))
	}
	return all, nil
}
