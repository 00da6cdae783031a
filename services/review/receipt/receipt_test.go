package receipt_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/services/review/receipt"
)

// house is a log with its key, and all its receipts.
type house struct {
	secret string
	public string
	keys   receipt.Keys
	hashes []tlog.Hash
	rows   [][]byte
	salts  [][]byte
	said   []receipt.Statement
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{}
	var err error
	if h.secret, h.public, err = receipt.NewKey(rand.Reader, "workfluence.example/log"); err != nil {
		t.Fatal(err)
	}
	if h.keys, err = receipt.ParseKeys([]byte("# keys of the log\n\n" + h.public + "\n")); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = h.hashes[at]
	}
	return out, nil
}

func (h *house) size() int64 { return int64(len(h.rows)) }

func (h *house) add(t testing.TB, s receipt.Statement) {
	t.Helper()
	salt := make([]byte, 32)
	if _, err := rand.Read(salt); err != nil {
		t.Fatal(err)
	}
	row, err := receipt.Commit(s, salt)
	if err != nil {
		t.Fatal(err)
	}
	line, err := row.Line()
	if err != nil {
		t.Fatal(err)
	}
	more, err := tlog.StoredHashes(h.size(), line, h)
	if err != nil {
		t.Fatal(err)
	}
	h.hashes, h.rows, h.salts, h.said = append(h.hashes, more...), append(h.rows, line), append(h.salts, salt), append(h.said, s)
}

func (h *house) checkpoint(t testing.TB) string {
	t.Helper()
	root, err := tlog.TreeHash(h.size(), h)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := receipt.Sign(h.secret, h.size(), root)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (h *house) receipt(t testing.TB, index int64) []byte {
	t.Helper()
	proof, err := tlog.ProveRecord(h.size(), index, h)
	if err != nil {
		t.Fatal(err)
	}
	row, err := receipt.Commit(h.said[index], h.salts[index])
	if err != nil {
		t.Fatal(err)
	}
	file, err := receipt.New(h.said[index], parts(index), h.salts[index], row, index, proof, h.checkpoint(t)).File()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func (h *house) log() []byte { return append(bytes.Join(h.rows, []byte("\n")), '\n') }

func words(n int64) string { return fmt.Sprintf("Post %d.\nWe  moved to a four-day week.  ", n) }

func parts(n int64) json.RawMessage {
	p, err := canon.JSON(map[string]any{
		"v": 1, "text_sha256": canon.Sum([]byte(canon.Text(words(n)))), "media": []any{}, "links": []any{"https://example.com/"},
		"destinations": []any{map[string]any{"channel": "linkedin", "profile": "https://www.linkedin.com/in/ana", "countries": []any{}}},
		"disclosure":   "", "paid": false,
	})
	if err != nil {
		panic(err)
	}
	return p
}

func statement(n int64) receipt.Statement {
	at := time.Date(2026, 11, 1, 5, 30, int(n%60), 0, time.UTC)
	until := at.AddDate(0, 0, 90)
	return receipt.Statement{
		V: 1, ID: fmt.Sprintf("receipt_%d", n), Submission: fmt.Sprintf("sub_%d", n), Document: fmt.Sprintf("doc_%d", n), Digest: canon.Sum(parts(n)),
		Author: "Ana <Lee>", Decision: receipt.Approved, Employer: receipt.Employer{ID: "emp_1", Name: "Müller & Fils", Domain: "example.com"},
		Policy:     receipt.Policy{Digest: canon.Sum([]byte("policy")), Source: "author_supplied"},
		Signatures: []receipt.Signature{{Stage: "hr", Role: "HR lead", Name: "Zoë Ø", Assurance: receipt.Mailbox, At: at}},
		ValidUntil: &until, Decided: at,
	}
}

func full(t testing.TB, rows int64) *house {
	t.Helper()
	h := newHouse(t)
	for n := range rows {
		h.add(t, statement(n))
	}
	return h
}

func partOf(err error) string {
	var f *receipt.Fault
	if !errors.As(err, &f) {
		return ""
	}
	return f.Part
}

// Every receipt of logs of every size verifies with the key and the post alone.
func TestReceiptsVerify(t *testing.T) {
	t.Parallel()
	for rows := int64(1); rows <= 17; rows++ {
		h := full(t, rows)
		for n := range rows {
			text := strings.ReplaceAll(words(n), "\n", "\r\n") // as another system writes it
			r, err := receipt.Verify(h.keys, h.receipt(t, n), &receipt.Post{Text: &text})
			if err != nil || r.Statement.ID != fmt.Sprintf("receipt_%d", n) || !r.Statement.Opens() {
				t.Fatalf("row %d of %d: %v %+v", n, rows, err, r.Statement)
			}
		}
	}
}

// A receipt in which any one byte is another one does not verify, and the fault names a part.
func TestAChangedByteOfAReceiptIsFound(t *testing.T) {
	t.Parallel()
	h := full(t, 7)
	file := h.receipt(t, 4)
	found := map[string]int{}
	for i := range file {
		for _, bit := range []byte{0x01, 0x02, 0x20, 0x80} {
			changed := bytes.Clone(file)
			changed[i] ^= bit
			_, err := receipt.Verify(h.keys, changed, nil)
			if partOf(err) == "" {
				t.Fatalf("byte %d of %d, %q made %q: %v", i, len(file), file[max(0, i-20):i+1], changed[i], err)
			}
			found[partOf(err)]++
		}
		short := append(bytes.Clone(file[:i]), file[i+1:]...)
		if _, err := receipt.Verify(h.keys, short, nil); partOf(err) == "" {
			t.Fatalf("without byte %d it verifies", i)
		}
	}
	for _, part := range []string{receipt.PartFile, receipt.PartStatement, receipt.PartParts, receipt.PartCheckpoint, receipt.PartProof} {
		if found[part] == 0 {
			t.Errorf("no change was found in the %s: %v", part, found)
		}
	}
}

// A post in which any one letter is another one is not the one that was decided about; blanks at line ends are no letters.
func TestAChangedByteOfAPostIsFound(t *testing.T) {
	t.Parallel()
	h := full(t, 3)
	file, post := h.receipt(t, 1), words(1)
	for i := range strings.TrimRight(post, " ") {
		changed := post[:i] + "#" + post[i+1:]
		if _, err := receipt.Verify(h.keys, file, &receipt.Post{Text: &changed}); partOf(err) != receipt.PartPost {
			t.Fatalf("%q: %v", changed, err)
		}
	}
	title, none := "A title", " "
	if _, err := receipt.Verify(h.keys, file, &receipt.Post{Text: &post, Title: &title}); partOf(err) != receipt.PartPost {
		t.Errorf("a title that was never decided about: %v", err)
	}
	if _, err := receipt.Verify(h.keys, file, &receipt.Post{Text: &post, Caption: &none}); err != nil {
		t.Errorf("an empty caption: %v", err)
	}
}

// The key comes from the key file. A receipt that somebody else signed is worth nothing, whatever it says, nor is one with two signatures.
func TestAnotherKeyIsWorthNothing(t *testing.T) {
	t.Parallel()
	h, other := full(t, 3), full(t, 3)
	if _, err := receipt.Verify(h.keys, other.receipt(t, 1), nil); partOf(err) != receipt.PartCheckpoint {
		t.Fatalf("%v", err)
	}
	var r receipt.Receipt
	if err := json.Unmarshal(h.receipt(t, 1), &r); err != nil {
		t.Fatal(err)
	}
	_, sig, _ := strings.Cut(other.checkpoint(t), "\n\n")
	r.Checkpoint += sig
	file, err := r.File()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(h.keys, file, nil); partOf(err) != receipt.PartCheckpoint {
		t.Errorf("a second signature: %v", err)
	}
	for name, keys := range map[string]string{"nothing": "", "only words": "# none\n\n", "no key": "hello\n", "a broken one": h.public[:len(h.public)-3],
		"one under another name": strings.Replace(h.public, "/log", "/old", 1)} {
		if _, err := receipt.ParseKeys([]byte(keys)); err == nil {
			t.Errorf("%s was read as keys", name)
		}
	}
}

// The salt keeps the row from telling what it is about: the same statement makes another row each time.
func TestARowTellsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.add(t, statement(1))
	h.add(t, statement(1))
	if bytes.Equal(h.rows[0], h.rows[1]) {
		t.Fatal("equal statements make equal rows")
	}
	for _, secret := range []string{"Ana", "example.com", "receipt_1", "doc_1", "approved", "Zoë"} {
		if bytes.Contains(h.log(), []byte(secret)) {
			t.Errorf("the log says %q", secret)
		}
	}
}

// A statement that can't stand in a receipt makes none.
func TestStatementsAreChecked(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 3600)
	for name, spoil := range map[string]func(*receipt.Statement){
		"version":      func(s *receipt.Statement) { s.V = 2 },
		"no id":        func(s *receipt.Statement) { s.ID = "" },
		"digest":       func(s *receipt.Statement) { s.Digest = "sha256:ABC" },
		"decision":     func(s *receipt.Statement) { s.Decision = "fine" },
		"no employer":  func(s *receipt.Statement) { s.Employer.Name = "" },
		"policy":       func(s *receipt.Statement) { s.Policy.Digest = "" },
		"nobody":       func(s *receipt.Statement) { s.Signatures = nil },
		"no name":      func(s *receipt.Statement) { s.Signatures[0].Name = "" },
		"assurance":    func(s *receipt.Statement) { s.Signatures[0].Assurance = "sure" },
		"backwards":    func(s *receipt.Statement) { s.ValidFrom = s.ValidUntil },
		"another zone": func(s *receipt.Statement) { s.Decided = s.Decided.In(zone) },
		"no time":      func(s *receipt.Statement) { s.Decided = time.Time{} },
	} {
		s := statement(1)
		spoil(&s)
		if _, err := receipt.Commit(s, make([]byte, 32)); err == nil {
			t.Errorf("%s: committed", name)
		}
	}
	if _, err := receipt.Commit(statement(1), make([]byte, 31)); err == nil {
		t.Error("a short salt was taken")
	}
}

func FuzzParse(f *testing.F) {
	h := full(f, 3)
	f.Add(h.receipt(f, 1))
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := receipt.Parse(file)
		if err != nil {
			return
		}
		if again, err := r.File(); err != nil || !bytes.Equal(again, file) {
			t.Fatalf("it has two spellings: %q and %q (%v)", file, again, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	h := full(f, 3)
	f.Add(h.checkpoint(f))
	f.Add("workfluence.example/log\n3\n\n— \n")
	known := h.checkpoint(f)
	f.Fuzz(func(t *testing.T, signed string) {
		if c, err := h.keys.Open(signed); err == nil && signed != known {
			t.Fatalf("a checkpoint nobody signed: %+v %q", c, signed)
		}
	})
}

// BenchmarkVerify is the proof of one receipt of a log with a thousand rows, its post compared.
func BenchmarkVerify(b *testing.B) {
	h := full(b, 1000)
	file, text := h.receipt(b, 500), words(500)
	for b.Loop() {
		if _, err := receipt.Verify(h.keys, file, &receipt.Post{Text: &text}); err != nil {
			b.Fatal(err)
		}
	}
}
