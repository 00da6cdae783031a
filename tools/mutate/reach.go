package main

import (
	"path/filepath"
	"slices"

	"golang.org/x/tools/cover"
)

// reach says which tests come by which statements.
type reach struct {
	files map[string][]*block // by the file's name in its folder
}

// block is a run of statements that are executed together.
type block struct {
	cover.ProfileBlock
	tests []string
}

// add notes what a test's profile says.
func (r *reach) add(test, profile string) error {
	profiles, err := cover.ParseProfiles(profile)
	if err != nil {
		return err
	}
	if r.files == nil {
		r.files = map[string][]*block{}
	}
	for _, p := range profiles {
		name := filepath.Base(p.FileName)
		if r.files[name] == nil {
			for _, b := range p.Blocks {
				r.files[name] = append(r.files[name], &block{ProfileBlock: b})
			}
		}
		for i, b := range p.Blocks { // the same blocks in the same order, whatever ran
			if b.Count > 0 {
				r.files[name][i].tests = append(r.files[name][i].tests, test)
			}
		}
	}
	return nil
}

// of lists the tests that come by a mutant. Some places are in no block: the labels of a switch are reached by who
// enters the function.
func (r *reach) of(m mutant) []string {
	var entered []string
	var innermost *block
	for _, b := range r.files[filepath.Base(m.file)] {
		if b.StartLine >= m.first && b.EndLine <= m.last {
			entered = append(entered, b.tests...)
		}
		if b.contains(m.at.Line, m.at.Column) && (innermost == nil || innermost.before(b)) {
			innermost = b
		}
	}
	if innermost != nil {
		return innermost.tests
	}
	slices.Sort(entered)
	return slices.Compact(entered)
}

func (b *block) contains(line, column int) bool {
	after := line > b.StartLine || line == b.StartLine && column >= b.StartCol
	return after && (line < b.EndLine || line == b.EndLine && column < b.EndCol)
}

func (b *block) before(other *block) bool {
	return b.StartLine < other.StartLine || b.StartLine == other.StartLine && b.StartCol < other.StartCol
}
