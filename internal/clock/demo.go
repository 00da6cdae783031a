package clock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// Demo is the clock of `serve --dev`: the domain runs ahead of the wall by an
// offset kept in a file, so that it survives a restart and is shared by all
// processes of one state folder.
type Demo struct {
	path   string
	offset atomic.Int64 // nanoseconds
	seen   atomic.Int64 // wall nanoseconds of the last look at the file
}

// Lag bounds how long another process goes on by the old offset after a move.
// Whoever moves the clock and then asks others about it waits for so long.
const Lag = 2 * lookEvery

// lookEvery is the pause between two looks at the file.
const lookEvery = 50 * time.Millisecond

type demoFile struct {
	OffsetNS int64 `json:"offset_ns"`
}

// OpenDemo reads the offset from path; a missing file is an offset of zero.
func OpenDemo(path string) (*Demo, error) {
	d := &Demo{path: path}
	return d, d.read()
}

func (d *Demo) read() error {
	body, err := os.ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var f demoFile
	if err := json.Unmarshal(body, &f); err != nil {
		return fmt.Errorf("clock: %s: %w", d.path, err)
	}
	d.offset.Store(f.OffsetNS)
	return nil
}

// Now is the wall plus the offset.
func (d *Demo) Now() time.Time {
	now := wall()
	if last := d.seen.Load(); now.UnixNano()-last > int64(lookEvery) && d.seen.CompareAndSwap(last, now.UnixNano()) {
		_ = d.read() // an unreadable file keeps the offset we have
	}
	return now.Add(time.Duration(d.offset.Load()))
}

// Wall is the time of the machine.
func (d *Demo) Wall() time.Time { return wall() }

// Advance moves the domain forward for every process of the state folder.
// It never moves back: deadlines that have passed stay passed.
func (d *Demo) Advance(by time.Duration) error {
	if by < 0 {
		return errors.New("clock: the demo clock only moves forward")
	}
	if err := d.read(); err != nil {
		return err
	}
	next := d.offset.Load() + int64(by)
	body, err := json.Marshal(demoFile{OffsetNS: next})
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(d.path), "clock-*")
	if err != nil {
		return err
	}
	_, werr := tmp.Write(body)
	if err := errors.Join(werr, tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), d.path); err != nil {
		return err
	}
	d.offset.Store(next)
	return nil
}
