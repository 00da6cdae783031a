package receipt

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Report is what an audit of a log found.
type Report struct {
	Rows        int64
	Checkpoints []Checkpoint // those that the log still agrees with, smallest first
	Receipts    int          // whose rows stand where they stood
	Faults      []Fault      // empty for a log that holds
}

// longestLine bounds a row: a record has about 150 bytes.
const longestLine = 4096

// kept is a checkpoint that somebody kept.
type kept struct {
	Checkpoint
	agrees bool
}

// Audit builds a log's tree from its rows, one a line, and holds it against the checkpoints and receipts that people kept. A row that
// was changed, left out or put in after a checkpoint was signed makes another root: the report says after which checkpoint it must be
// looked for, and which row it is where somebody kept its receipt. The log itself may have grown. It needs memory for the receipts and
// checkpoints only. The error is that of reading; what is wrong with the log is in the report.
func Audit(keys Keys, log io.Reader, checkpoints []string, receipts [][]byte) (Report, error) {
	var rep Report
	complain := func(part, format string, args ...any) {
		rep.Faults = append(rep.Faults, *fault(part, fmt.Sprintf(format, args...)))
	}
	var all []kept
	for i, signed := range checkpoints {
		c, err := keys.Open(signed)
		if err != nil {
			complain(PartCheckpoint, "number %d: %v", i+1, err)
			continue
		}
		all = append(all, kept{Checkpoint: c})
	}
	rows := map[int64][][]byte{} // by index: the lines that receipts remember
	for i, file := range receipts {
		r, err := Verify(keys, file, nil)
		if err != nil {
			complain(PartFile, "receipt %d: %v", i+1, err)
			continue
		}
		line, err := r.Record.Line()
		if err != nil {
			return rep, err
		}
		rows[r.Index] = append(rows[r.Index], line)
		if c, err := keys.Open(r.Checkpoint); err == nil { // Verify has opened it
			all = append(all, kept{Checkpoint: c})
		}
	}
	slices.SortStableFunc(all, func(a, b kept) int { return int(min(max(a.Size-b.Size, -1), 1)) })

	var t tree
	next := 0
	compare := func() {
		for ; next < len(all) && all[next].Size == t.size; next++ {
			all[next].agrees = all[next].Root == t.root()
		}
	}
	compare()
	lines := bufio.NewScanner(log)
	lines.Buffer(make([]byte, 0, longestLine), longestLine)
	lines.Split(wholeLines)
	for lines.Scan() {
		line, ok := bytes.CutSuffix(lines.Bytes(), []byte("\n"))
		_, err := parseRecord(line)
		if err == nil && !ok {
			err = fmt.Errorf("it has no line end")
		}
		if err != nil {
			complain(PartLog, "row %d: %v", t.size, err)
		}
		for _, want := range rows[t.size] {
			if at := differ(line, want); at >= 0 {
				complain(PartLog, "row %d is not the one that its receipt was given for: byte %d", t.size, at)
			} else {
				rep.Receipts++
			}
		}
		delete(rows, t.size)
		t.add(tlog.RecordHash(line))
		compare()
	}
	if err := lines.Err(); err != nil {
		return rep, fmt.Errorf("receipt: row %d of the log: %w", t.size, err)
	}
	rep.Rows = t.size
	for index := range rows {
		complain(PartLog, "row %d is missing: the log ends before it", index)
	}
	rep.judge(all, complain)
	return rep, nil
}

// judge turns the comparisons into findings: the first checkpoint that disagrees says between which rows to look.
func (rep *Report) judge(all []kept, complain func(part, format string, args ...any)) {
	var before int64
	for _, c := range all {
		switch {
		case c.Size > rep.Rows:
			complain(PartLog, "it has %d rows, and a checkpoint was signed for %d", rep.Rows, c.Size)
			return
		case !c.agrees:
			complain(PartLog, "a row from %d to %d is not as it was when the checkpoint of %d rows was signed", before, c.Size-1, c.Size)
			return
		}
		before = c.Size
		rep.Checkpoints = append(rep.Checkpoints, c.Checkpoint)
	}
}

// wholeLines gives lines with their end, so that a last one without it is told from one with it.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
