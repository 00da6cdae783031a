package receipt

import (
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/workfluence/workfluence/internal/canon"
)

// The parts of the chain, in the order in which they are followed.
const (
	PartFile       = "file"       // the receipt can't be read, or a byte of it is not as it was written
	PartStatement  = "statement"  // it can't be one, or it is not what the log's row commits to
	PartParts      = "parts"      // they don't make the digest that was decided about
	PartRecord     = "record"     // the row can't be one
	PartCheckpoint = "checkpoint" // no key of the key file signed it
	PartProof      = "proof"      // it doesn't lead from the row to the signed root
	PartPost       = "post"       // its words are not those that were decided about
	PartLog        = "log"        // of Audit: a line of the log
)

// Fault says where the chain breaks.
type Fault struct {
	Part   string // one of the Part constants
	Detail string // for a person
}

// Error is "the post: …".
func (f *Fault) Error() string { return "the " + f.Part + ": " + f.Detail }

func fault(part, detail string) *Fault { return &Fault{part, detail} }

// Post is what somebody holds beside the receipt. A member that is nil is not compared.
type Post struct{ Title, Text, Caption *string }

// words are the members of the parts that a post is compared with.
type words struct {
	Title   string `json:"title_sha256"`
	Text    string `json:"text_sha256"`
	Caption string `json:"caption_sha256"`
}

// Verify follows the chain of a receipt from its post to the signature of the log, with the keys of the key file and nothing else: no
// server is asked and no clock read, so whether it is valid at a moment is the reader's question to the statement. A nil post leaves
// the words out. Error: a *[Fault], for the first part that does not hold.
func Verify(keys Keys, file []byte, post *Post) (Receipt, error) {
	r, err := Parse(file)
	if err != nil {
		return r, err
	}
	if err := r.Statement.Check(); err != nil {
		return r, fault(PartStatement, err.Error())
	}
	if canon.Sum(r.Parts) != r.Statement.Digest {
		return r, fault(PartParts, "they do not make the digest that was decided about")
	}
	line, err := r.Record.Line()
	if err == nil {
		_, err = parseRecord(line)
	}
	if err != nil {
		return r, fault(PartRecord, err.Error())
	}
	salt := r.salt()
	if salt == nil {
		return r, fault(PartStatement, "its salt is none")
	}
	if sum, err := commitment(salt, r.Statement); err != nil || sum != r.Record.Commitment || !r.Record.At.Equal(r.Statement.Decided) {
		return r, fault(PartStatement, "it is not what the row of the log commits to")
	}
	signed, err := keys.Open(r.Checkpoint)
	if err != nil {
		return r, fault(PartCheckpoint, err.Error())
	}
	proof, err := r.proof()
	if err != nil {
		return r, fault(PartProof, err.Error())
	}
	if err := tlog.CheckRecord(proof, signed.Size, signed.Root, r.Index, tlog.RecordHash(line)); err != nil {
		return r, fault(PartProof, "it does not lead from the row to the signed root")
	}
	if post != nil {
		return r, r.compare(*post)
	}
	return r, nil
}

func (r Receipt) compare(post Post) error {
	var said words
	if err := json.Unmarshal(r.Parts, &said); err != nil {
		return fault(PartParts, err.Error())
	}
	for _, pair := range []struct {
		name, want string
		have       *string
	}{{"title", said.Title, post.Title}, {"text", said.Text, post.Text}, {"caption", said.Caption, post.Caption}} {
		if pair.have == nil {
			continue
		}
		have := canon.Sum([]byte(canon.Text(*pair.have)))
		if pair.want == "" && canon.Text(*pair.have) == "" {
			continue // an empty title or caption is left out of the parts
		}
		if have != pair.want {
			return fault(PartPost, "its "+pair.name+" does not match: it is not the one that was decided about")
		}
	}
	return nil
}
