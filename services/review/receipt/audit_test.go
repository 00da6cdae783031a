package receipt_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/workfluence/workfluence/services/review/receipt"
)

func audit(t *testing.T, h *house, log []byte, checkpoints []string, receipts ...[]byte) receipt.Report {
	t.Helper()
	rep, err := receipt.Audit(h.keys, bytes.NewReader(log), checkpoints, receipts)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// A log that only grew agrees with every checkpoint of its life, that of the empty log among them.
func TestALogThatGrewAgrees(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var kept []string
	var receipts [][]byte
	for n := range int64(40) {
		kept = append(kept, h.checkpoint(t))
		h.add(t, statement(n))
		receipts = append(receipts, h.receipt(t, n))
	}
	rep := audit(t, h, h.log(), kept, receipts...)
	if len(rep.Faults) != 0 || rep.Rows != 40 || rep.Receipts != 40 || len(rep.Checkpoints) != 80 {
		t.Fatalf("%d rows, %d receipts, %d checkpoints: %v", rep.Rows, rep.Receipts, len(rep.Checkpoints), rep.Faults)
	}
}

// A log of which any one byte is another one does not hold against a checkpoint that somebody kept.
func TestAChangedByteOfTheLogIsFound(t *testing.T) {
	t.Parallel()
	h := full(t, 5)
	kept, log := h.checkpoint(t), h.log()
	for i := range log {
		for _, bit := range []byte{0x01, 0x20} {
			changed := bytes.Clone(log)
			changed[i] ^= bit
			if rep := audit(t, h, changed, []string{kept}); len(rep.Faults) == 0 {
				t.Fatalf("byte %d, %q made %q, is not found", i, log[i], changed[i])
			}
		}
	}
	if rep := audit(t, h, log[:len(log)-1], []string{kept}); len(rep.Faults) == 0 {
		t.Error("the missing line end is not found")
	}
}

// A rewritten row is found from a saved checkpoint; two say between which rows, and its receipt says which.
func TestARewrittenRowIsFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var kept []string
	for n := range int64(20) {
		if n%5 == 0 {
			kept = append(kept, h.checkpoint(t))
		}
		h.add(t, statement(n))
	}
	mine := h.receipt(t, 12)
	evil := full(t, 1)
	h.rows[12] = evil.rows[0]
	rep := audit(t, h, h.log(), kept)
	if len(rep.Faults) != 1 || !strings.Contains(rep.Faults[0].Detail, "a row from 10 to 14") || len(rep.Checkpoints) != 3 {
		t.Fatalf("%+v", rep)
	}
	rep = audit(t, h, h.log(), nil, mine)
	if len(rep.Faults) != 2 || !strings.Contains(rep.Faults[0].Detail, "row 12 is not the one") || rep.Receipts != 0 {
		t.Fatalf("%+v", rep)
	}
}

// TestCaseA53: one old row is rewritten; of the checkpoints that somebody saved the first one that covers it fails, by its size.
func TestCaseA53(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var saved []string
	for n := range int64(16) {
		h.add(t, statement(n))
		saved = append(saved, h.checkpoint(t))
	}
	if rep := audit(t, h, h.log(), saved); len(rep.Faults) != 0 {
		t.Fatal(rep.Faults)
	}
	evil := full(t, 1)
	for row := range int64(16) {
		was := h.rows[row]
		h.rows[row] = evil.rows[0]
		rep := audit(t, h, h.log(), saved)
		want := fmt.Sprintf("when the checkpoint of %d rows was signed", row+1)
		if len(rep.Faults) != 1 || !strings.HasSuffix(rep.Faults[0].Detail, want) || int64(len(rep.Checkpoints)) != row {
			t.Errorf("row %d: %v", row, rep.Faults)
		}
		h.rows[row] = was
	}
}

// Rows that are left out, put in, exchanged or cut off at the end are found as well, and so is a receipt of another house.
func TestAnotherSequenceIsFound(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(h *house){
		"left out":  func(h *house) { h.rows = append(h.rows[:3], h.rows[4:]...) },
		"put in":    func(h *house) { h.rows = append(h.rows[:3], append([][]byte{h.rows[1]}, h.rows[3:]...)...) },
		"exchanged": func(h *house) { h.rows[3], h.rows[4] = h.rows[4], h.rows[3] },
		"cut off":   func(h *house) { h.rows = h.rows[:7] },
		"emptied":   func(h *house) { h.rows = h.rows[:1] },
	} {
		h := full(t, 8)
		kept, mine := h.checkpoint(t), h.receipt(t, 7)
		spoil(h)
		if rep := audit(t, h, h.log(), []string{kept}); len(rep.Faults) == 0 {
			t.Errorf("%s is not found by the checkpoint", name)
		}
		if rep := audit(t, h, h.log(), nil, mine); len(rep.Faults) == 0 {
			t.Errorf("%s is not found by a receipt", name)
		}
	}
	h, other := full(t, 3), full(t, 3)
	rep := audit(t, h, h.log(), []string{other.checkpoint(t), "hello"}, other.receipt(t, 1))
	if len(rep.Faults) != 3 || rep.Receipts != 0 || len(rep.Checkpoints) != 0 {
		t.Errorf("%+v", rep)
	}
}

// What is no log is said line by line and ends at a line that is longer than any row.
func TestWhatIsNoLog(t *testing.T) {
	t.Parallel()
	h := full(t, 2)
	for name, log := range map[string]string{"words": "hello\nworld\n", "blank": "\n", "two spellings": strings.Replace(string(h.log()), `"v":1`, `"v": 1`, 1)} {
		if rep := audit(t, h, []byte(log), nil); len(rep.Faults) == 0 {
			t.Errorf("%s is taken for a log", name)
		}
	}
	if _, err := receipt.Audit(h.keys, strings.NewReader(strings.Repeat("x", 1<<20)), nil, nil); err == nil {
		t.Error("a megabyte without a line end was read")
	}
}

func FuzzAudit(f *testing.F) {
	h := full(f, 4)
	kept := h.checkpoint(f)
	f.Add(h.log())
	f.Add([]byte("{}\n"))
	f.Add([]byte{})
	want := h.log()
	f.Fuzz(func(t *testing.T, log []byte) {
		rep, err := receipt.Audit(h.keys, bytes.NewReader(log), []string{kept}, nil)
		if err == nil && len(rep.Faults) == 0 && !bytes.HasPrefix(log, want) {
			t.Fatalf("another log agrees: %q", log)
		}
	})
}
