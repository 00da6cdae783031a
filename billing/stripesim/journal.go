package stripesim

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
)

// journal keeps the rows in one file of JSON lines: a line is a commit, a commit is whole or absent, the newest line of a row wins.
// Each line reaches the kernel before the answer leaves, so a killed process loses nothing; power loss may.
// On opening, a torn last line is dropped and the file is rewritten with each row once.
type journal struct {
	path string
	file *os.File
	buf  bytes.Buffer
}

type entry struct {
	Kind string          `json:"k"`
	Row  json.RawMessage `json:"v"`
}

const journalName = "stripesim.jsonl"

// openJournal reads every row of dir's file in the order they were first made and opens it for appending. Only what keep leaves is
// read and stays in the file.
func openJournal(dir string, keep func([]row) []row) (*journal, []row, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("stripesim: %w", err)
	}
	j := &journal{path: filepath.Join(dir, journalName)}
	rows, err := j.read()
	if err != nil {
		return nil, nil, err
	}
	rows = keep(rows)
	if err := j.rewrite(rows); err != nil {
		return nil, nil, err
	}
	j.file, err = os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("stripesim: %w", err)
	}
	return j, rows, nil
}

func (j *journal) read() ([]row, error) {
	f, err := os.Open(j.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("stripesim: %w", err)
	}
	defer func() { _ = f.Close() }()
	newest := map[string]row{}
	in := bufio.NewReaderSize(f, 1<<20)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break // a line without its end was torn by a kill: its commit was never answered
		}
		if err != nil {
			return nil, fmt.Errorf("stripesim: %w", err)
		}
		var entries []entry
		if err := json.Unmarshal(line, &entries); err != nil {
			return nil, fmt.Errorf("stripesim: %s line %d: %w", j.path, n, err)
		}
		for _, e := range entries {
			r, err := blank(e.Kind)
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(e.Row, r); err != nil {
				return nil, fmt.Errorf("stripesim: %s line %d: %w", j.path, n, err)
			}
			newest[e.Kind+" "+r.base().ID] = r
		}
	}
	rows := make([]row, 0, len(newest))
	for _, r := range newest {
		switch r := r.(type) {
		case *waiting:
			continue
		case *event:
			if w, ok := newest["waiting "+r.ID].(*waiting); ok {
				r.Waiting = w.For
			}
		}
		rows = append(rows, r)
	}
	sort.Slice(rows, func(a, b int) bool { return rows[a].base().Seq < rows[b].base().Seq })
	return rows, nil
}

func (j *journal) rewrite(rows []row) error {
	fresh := j.path + ".new"
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("stripesim: %w", err)
	}
	out := bufio.NewWriter(f)
	for _, r := range rows {
		if err := encode(out, []row{r}); err != nil {
			_ = f.Close()
			return err
		}
	}
	if err := errors.Join(out.Flush(), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("stripesim: %w", err)
	}
	if err := os.Rename(fresh, j.path); err != nil {
		return fmt.Errorf("stripesim: %w", err)
	}
	return nil
}

// commit appends the rows as one line.
func (j *journal) commit(rows []row) error {
	j.buf.Reset()
	if err := encode(&j.buf, rows); err != nil {
		return err
	}
	if _, err := j.file.Write(j.buf.Bytes()); err != nil {
		return fmt.Errorf("stripesim: %w", err)
	}
	return nil
}

func (j *journal) close() error {
	if j == nil || j.file == nil {
		return nil
	}
	return errors.Join(j.file.Sync(), j.file.Close())
}

// encode writes rows as one line, the JSON of their entries: put together by hand, because a row inside an entry would be read again.
func encode(w io.Writer, rows []row) error {
	line := []byte{'['}
	for i, r := range rows {
		b, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("stripesim: %w", err)
		}
		if i > 0 {
			line = append(line, ',')
		}
		line = fmt.Appendf(line, `{"k":%q,"v":`, r.kind())
		line = append(append(line, b...), '}')
	}
	_, err := w.Write(append(line, "]\n"...))
	return err
}
