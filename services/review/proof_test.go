package review

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/canon"
	"github.com/workfluence/workfluence/internal/outbox"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/receipt"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// log is everything that anybody may read of the log.
func (h *house) log() (reviewapi.Log, []byte) {
	h.t.Helper()
	state := must[reviewapi.Log](h)(h.client.Log(h.nobody()))
	var all []string
	for from := int64(0); ; {
		page := must[reviewapi.LogRows](h)(h.client.LogRows(h.nobody(), from))
		if len(page.Rows) == 0 {
			break
		}
		all, from = append(all, page.Rows...), page.Next
	}
	return state, []byte(strings.Join(append(all, ""), "\n"))
}

func (h *house) logKeys() receipt.Keys {
	h.t.Helper()
	state, _ := h.log()
	return must[receipt.Keys](h)(receipt.ParseKeys([]byte(state.Keys)))
}

// Every decision has a receipt that its author keeps, and that anybody verifies with the published key and the post alone; the log holds it,
// and an audit of what everybody may read agrees.
func TestADecisionHasAReceipt(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.post("We moved to four days.")
		sub := h.asked(d)
		secret := h.opened(sub)
		in := says(reviewapi.Approve)
		r := must[reviewapi.Review](h)(h.decide(secret, in))
		file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, r.Decisions[0].ID)).File()
		text := "We moved to four days.  \r\n"
		got := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), file, &receipt.Post{Text: &text}))
		s := got.Statement
		if s.Decision != receipt.Approved || s.Digest != d.Current.Digest || s.Employer.Name != sub.Employer || s.Signatures[0].Name != in.Name ||
			s.Signatures[0].Role != in.Role || s.Signatures[0].Assurance != receipt.Mailbox || s.ValidUntil == nil {
			t.Errorf("%+v", s)
		}
		holds := must[reviewapi.Verification](h)(h.client.VerifyReceipt(h.nobody(), reviewapi.VerifyReceipt{Receipt: string(file), Text: &text}))
		if !holds.Holds || !holds.Compared || holds.Says.Employer != sub.Employer || holds.Says.Signatures[0].Name != in.Name || holds.Says.Row != 0 {
			t.Errorf("%+v", holds)
		}
		other := "We moved to five days."
		broken := map[string]reviewapi.VerifyReceipt{
			"post": {Receipt: string(file), Text: &other}, "file": {Receipt: string(file) + " "}, "statement": {Receipt: strings.Replace(string(file), in.Name, "Zed", 1)},
		}
		for part, asked := range broken {
			if got := must[reviewapi.Verification](h)(h.client.VerifyReceipt(h.nobody(), asked)); got.Holds || got.Part != part || got.Says != nil {
				t.Errorf("%s: %+v", part, got)
			}
		}
		if _, err := receipt.Verify(h.logKeys(), file, &receipt.Post{Text: &other}); err == nil {
			t.Error("another post has the receipt as well")
		}
		if err := h.publish(d.ID); err != nil {
			t.Fatal(err)
		}
		r = must[reviewapi.Review](h)(h.client.Revoke(h.nobody(), secret, 0, revokes()))
		revoked := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, r.Decisions[1].ID)).File()
		if got := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), revoked, &receipt.Post{Text: &text})); got.Statement.Decision != receipt.Revoked || got.Statement.Reason == "" {
			t.Errorf("%+v", got.Statement)
		}
		state, rows := h.log()
		rep := must[receipt.Report](h)(receipt.Audit(h.logKeys(), bytes.NewReader(rows), []string{state.Checkpoint}, [][]byte{file, revoked}))
		if len(rep.Faults) != 0 || rep.Rows != 2 || rep.Receipts != 2 || state.Size != 2 {
			t.Errorf("%+v", rep)
		}
		for _, who := range []string{ben, "person_nobody"} {
			if _, err := h.client.Receipt(h.as(who), sub.ID, r.Decisions[0].ID); problem.From(err) == nil || problem.From(err).Kind != problem.NotFound {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}

// Exact words are agreed to at once: the receipt names their digest beside that of what was read.
func TestASuggestionNamesWhatIsAgreedTo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	d := h.post("We moved to four days.")
	sub := h.asked(d)
	in := says(reviewapi.Suggest)
	in.Part, in.Replacement, in.Reason = "text", "We are trying four days.", "Not decided yet."
	r := must[reviewapi.Review](h)(h.decide(h.opened(sub), in))
	file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, r.Decisions[0].ID)).File()
	got := must[receipt.Receipt](h)(receipt.Verify(h.logKeys(), file, nil))
	if s := got.Statement; s.Decision != receipt.ChangesRequested || s.Opens() || s.Instead != r.Decisions[0].ClearedDigest || s.Instead == s.Digest || s.Instead == "" {
		t.Errorf("%+v", s)
	}
}

// A gate follows the log: while a decision has no place there, content hears nothing of it.
func TestAGateFollowsTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	d := h.post("We moved to four days.")
	secret := h.opened(h.asked(d))
	held := must[pgx.Tx](h)(h.pool.Begin(t.Context())) // the log, as another sequencer would
	if _, err := held.Exec(t.Context(), `select pg_advisory_xact_lock(hashtextextended('review.log', 15))`); err != nil {
		t.Fatal(err)
	}
	pressed := make(chan error, 1)
	go func() {
		_, err := h.decide(secret, says(reviewapi.Approve))
		pressed <- err
	}()
	for h.count(`select count(*) from review.gate_move where state = 'pending'`) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	if moved, err := h.svc.tellContent(t.Context(), ""); moved || err != nil {
		t.Fatalf("content heard before the log: %v", err)
	}
	if got := must[contentapi.Document](h)(h.content.Document(h.as(ana), d.ID)); got.Gates[0].State != contentapi.GateWaiting {
		t.Fatalf("%+v", got.Gates)
	}
	if err := held.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-pressed; err != nil {
		t.Fatal(err)
	}
	if got := must[contentapi.Document](h)(h.content.Document(h.as(ana), d.ID)); got.Gates[0].State != contentapi.GateOpen {
		t.Fatalf("%+v", got.Gates)
	}
}

// A51, CC-17: the author is erased: statement and salt are gone, the root of the log is unchanged, and who kept the receipt still proves it.
func TestCaseA51(t *testing.T) { erased(t) }

// CC-17 is A51 from the side of the log.
func TestCaseCC17(t *testing.T) { erased(t) }

func erased(t *testing.T) {
	t.Helper()
	bothWays(t, func(t *testing.T, h *house) {
		sub := h.asked(h.post("We moved to four days."))
		r := must[reviewapi.Review](h)(h.decide(h.opened(sub), says(reviewapi.Approve)))
		file := must[reviewapi.Receipt](h)(h.client.Receipt(h.as(ana), sub.ID, r.Decisions[0].ID)).File()
		before, rows := h.log()
		if err := h.bus.Deliver(t.Context(), outbox.Event{Name: accountsapi.EventPersonErased, Key: ana, Payload: accountsapi.PersonErased{PersonID: ana}, At: h.clock.Now()}); err != nil {
			t.Fatal(err)
		}
		_, err := h.client.Receipt(h.as(ana), sub.ID, r.Decisions[0].ID)
		h.wants(err, reviewapi.ErrReceiptErased, "after the erasure")
		if n := h.count(`select count(*) from review.leaf_words`); n != 0 {
			t.Errorf("%d salts are left", n)
		}
		after, again := h.log()
		if after != before || !bytes.Equal(rows, again) {
			t.Error("the log is another one")
		}
		text := "We moved to four days."
		if _, err := receipt.Verify(h.logKeys(), file, &receipt.Post{Text: &text}); err != nil {
			t.Error(err)
		}
		if rep := must[receipt.Report](h)(receipt.Audit(h.logKeys(), bytes.NewReader(again), []string{before.Checkpoint}, [][]byte{file})); len(rep.Faults) != 0 {
			t.Errorf("%+v", rep)
		}
	})
}

// A64 from the side of the employer: they read a course part by part, agree to all of it, and after an edit are asked about what changed.
func TestCaseA64(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		d := h.course("One.", "Two.")
		sub := h.asked(d)
		before := must[reviewapi.Sheet](h)(h.client.Preview(h.as(ana), sub.ID))
		secret := h.opened(sub)
		r := must[reviewapi.Review](h)(h.client.Review(h.nobody(), secret))
		if !reflect.DeepEqual(r.Sheet, before) || len(r.Sheet.Entries) != 3 || r.Sheet.Text != "" || r.Sheet.Entries[2].Text != "Two." {
			t.Fatalf("%+v, and before sending %+v", r.Sheet, before)
		}
		must[reviewapi.Review](h)(h.decide(secret, says(reviewapi.Approve)))
		if got := must[contentapi.Document](h)(h.content.Document(h.as(ana), d.ID)); got.Gates[0].Fault != "" {
			t.Fatalf("%+v", got.Gates[0])
		}
		d = h.course("One.", "Two, and more.")
		r = must[reviewapi.Review](h)(h.client.Review(h.nobody(), h.opened(h.asked(d))))
		var asked []string
		for _, e := range r.Sheet.Entries {
			if !e.Agreed {
				asked = append(asked, e.Path)
			}
		}
		if len(asked) != 1 || asked[0] != "start/2" {
			t.Errorf("asks about %v", asked)
		}
	})
}

// course is a product of ana's as it stands now, put forward to be signed off.
func (h *house) course(texts ...string) contentapi.Document {
	h.t.Helper()
	in := contentapi.SetManifest{OwnerID: ana, Title: "A course"}
	entry := func(kind, path, title, text string) {
		said := map[string]any{"kind": kind, "title_sha256": canon.Sum([]byte(canon.Text(title))), "text_sha256": canon.Sum([]byte(canon.Text(text))), "summary_sha256": canon.Sum(nil)}
		parts := must[[]byte](h)(canon.JSON(said))
		in.Entries = append(in.Entries, contentapi.ManifestEntry{Kind: kind, Path: path, Digest: canon.Sum(parts), Parts: parts, Title: title, Text: text})
	}
	entry(contentapi.EntryPage, "page", "A course", "All of it.")
	for i, text := range texts {
		entry(contentapi.EntryLesson, fmt.Sprintf("start/%d", i+1), fmt.Sprintf("Lesson %d", i+1), text)
	}
	all := []any{}
	for _, e := range in.Entries {
		all = append(all, map[string]any{"kind": e.Kind, "path": e.Path, "digest": e.Digest})
	}
	in.Manifest = must[[]byte](h)(canon.JSON(map[string]any{"v": 1, "entries": all}))
	return must[contentapi.Document](h)(contentapi.NewClient(h.http("storefront")).SetManifest(h.as(ana), "prod_1", in))
}
