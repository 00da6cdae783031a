package screen

import (
	"unicode"
	"unicode/utf8"
)

// Matcher finds many phrases in one pass over a folded text: an Aho-Corasick automaton as a dense table over the classes
// of bytes that occur in phrases. Its time depends on the text and the hits alone, not on how many phrases there are.
// It may be used by many goroutines at once.
type Matcher struct {
	class   [256]uint32
	classes uint32
	next    []uint32 // state*classes + class: the next state's row
	quiet   uint32   // rows below it have nothing to report
	out     []int32  // per reporting state: the first of its outputs
	outputs []output
	phrases []Phrase
}

// output is one phrase that ends in a state; more chains the shorter ones that end there as well, -1 ends the chain.
type output struct{ phrase, more int32 }

// Phrase is what a Matcher looks for: folded text. Open ends match inside words: a stem is open on the right, the last
// part of a compound on the left. Han text is always open, for its words aren't parted.
type Phrase struct {
	Text                string
	OpenLeft, OpenRight bool
}

// NewMatcher builds the automaton. Phrases are expected as Key makes them; empty ones never match.
func NewMatcher(phrases []Phrase) *Matcher {
	m := &Matcher{phrases: phrases}
	for _, p := range phrases {
		for _, c := range []byte(p.Text) {
			if m.class[c] == 0 {
				m.classes++
				m.class[c] = m.classes
			}
		}
	}
	m.classes++ // class 0: bytes of no phrase
	trie := newTrie(m)
	for id, p := range phrases {
		if p.Text != "" {
			trie.add(p.Text, int32(id))
		}
	}
	trie.link()
	return m
}

// trie is the automaton while it is built: rows of the table, each with its failure row and its outputs.
type trie struct {
	m    *Matcher
	rows [][]int32 // -1 where the trie has no child
	slab []int32
	fail []int32
	out  []int32
}

func newTrie(m *Matcher) *trie {
	t := &trie{m: m}
	t.row()
	return t
}

func (t *trie) row() int32 {
	n := int(t.m.classes)
	if len(t.slab) < n {
		t.slab = make([]int32, 1024*n)
	}
	row := t.slab[:n:n]
	t.slab = t.slab[n:]
	for i := range row {
		row[i] = -1
	}
	t.rows, t.fail, t.out = append(t.rows, row), append(t.fail, 0), append(t.out, -1)
	return int32(len(t.rows) - 1)
}

func (t *trie) add(text string, id int32) {
	at := int32(0)
	for _, c := range []byte(text) {
		k := t.m.class[c]
		if t.rows[at][k] < 0 {
			child := t.row()
			t.rows[at][k] = child
		}
		at = t.rows[at][k]
	}
	t.m.outputs = append(t.m.outputs, output{id, t.out[at]})
	t.out[at] = int32(len(t.m.outputs) - 1)
}

// link turns the trie into a table without missing children, breadth first, and numbers the states so that those with
// something to report come last.
func (t *trie) link() {
	queue := []int32{}
	for k, child := range t.rows[0] {
		if child < 0 {
			t.rows[0][k] = 0
			continue
		}
		queue = append(queue, child)
	}
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		t.inherit(at)
		for k, child := range t.rows[at] {
			if child < 0 {
				t.rows[at][k] = t.rows[t.fail[at]][k]
				continue
			}
			t.fail[child] = t.rows[t.fail[at]][k]
			queue = append(queue, child)
		}
	}
	t.flatten()
}

// inherit appends the outputs of the failure state, which is shorter and has its own already.
func (t *trie) inherit(at int32) {
	if t.out[at] < 0 {
		t.out[at] = t.out[t.fail[at]]
		return
	}
	last := t.out[at]
	for t.m.outputs[last].more >= 0 {
		last = t.m.outputs[last].more
	}
	t.m.outputs[last].more = t.out[t.fail[at]]
}

func (t *trie) flatten() {
	number := make([]uint32, len(t.rows))
	n := uint32(0)
	for _, reporting := range []bool{false, true} {
		for i := range t.rows {
			if (t.out[i] >= 0) == reporting {
				number[i] = n
				n++
			}
		}
		if !reporting {
			t.m.quiet = n * t.m.classes
		}
	}
	t.m.next = make([]uint32, uint32(len(t.rows))*t.m.classes)
	t.m.out = make([]int32, n-t.m.quiet/t.m.classes)
	for i, row := range t.rows {
		at := number[i] * t.m.classes
		for k, to := range row {
			t.m.next[at+uint32(k)] = number[to] * t.m.classes
		}
		if at >= t.m.quiet {
			t.m.out[(at-t.m.quiet)/t.m.classes] = t.out[i]
		}
	}
}

// Each calls found with every occurrence of every phrase, overlapping ones too, in the order of their ends: bytes
// [start, end) of the text.
func (m *Matcher) Each(text []byte, found func(phrase, start, end int)) {
	at, next, class, quiet := uint32(0), m.next, &m.class, m.quiet
	for i, c := range text {
		at = next[at+class[c]]
		if at >= quiet {
			m.report(text, at, i+1, found)
		}
	}
}

func (m *Matcher) report(text []byte, at uint32, end int, found func(phrase, start, end int)) {
	for o := m.out[(at-m.quiet)/m.classes]; o >= 0; o = m.outputs[o].more {
		id := m.outputs[o].phrase
		p := &m.phrases[id]
		start := end - len(p.Text)
		if (p.OpenLeft || startsWord(text, start)) && (p.OpenRight || endsWord(text, end)) {
			found(int(id), start, end)
		}
	}
}

// startsWord says whether a word starts at i, or is led by nothing but the particles that Arabic writes together with it.
func startsWord(text []byte, i int) bool {
	first, _ := utf8.DecodeRune(text[i:])
	if !isWord(first) || isHan(first) {
		return true
	}
	before, n := utf8.DecodeLastRune(text[:i])
	if !isWord(before) || isHan(before) {
		return true
	}
	if !isArabic(first) {
		return false
	}
	for range 4 {
		if !isProclitic(before) {
			return false
		}
		i -= n
		before, n = utf8.DecodeLastRune(text[:i])
		if !isWord(before) {
			return true
		}
	}
	return false
}

// endsWord says whether a word ends at i, or goes on with nothing but an ending that Arabic adds to a word.
func endsWord(text []byte, i int) bool {
	last, _ := utf8.DecodeLastRune(text[:i])
	if !isWord(last) || isHan(last) {
		return true
	}
	after, n := utf8.DecodeRune(text[i:])
	if i == len(text) || !isWord(after) || isHan(after) {
		return true
	}
	if !isArabic(last) {
		return false
	}
	end := i
	for range 4 {
		end += n
		after, n = utf8.DecodeRune(text[end:])
		if end == len(text) || !isWord(after) {
			return enclitics[string(text[i:end])]
		}
	}
	return false
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r)
}

func isArabic(r rune) bool { return 0x620 <= r && r <= 0x6FF }

func isProclitic(r rune) bool {
	switch r {
	case 'و', 'ف', 'ب', 'ك', 'ل', 'ا', 'س', 'ه', 'ع':
		return true
	}
	return false
}

// enclitics are pronouns and endings of number and gender.
var enclitics = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range []string{
		"ي", "ك", "ه", "ها", "هم", "هن", "كم", "كن", "نا", "ني", "ات", "ين", "ون", "ان", "وا", "ت", "ا", "تي", "تك", "ته", "تها", "تهم",
		"تنا", "تكم", "اتي", "اتك", "اته", "اتها", "اتهم", "اتنا", "اتكم", "يه", "و", "وه", "كو", "ش", "تو", "ناش", "تش", "كن", "لي", "لنا", "لهم",
	} {
		m[s] = true
	}
	return m
}()
