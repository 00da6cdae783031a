package review

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// realPost is a labelled post of real length.
type realPost struct {
	ID, Lang, Text string
	Expect         []string
}

func realPosts(t *testing.T) []realPost {
	t.Helper()
	file, err := os.Open("screen/testdata/posts.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var all []realPost
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p realPost
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if err := lines.Err(); err != nil || len(all) != 150 {
		t.Fatal(len(all), err)
	}
	return all
}

// TestTheMainJob is an author's real year: 150 posts are read for them alone, and twenty go through HR and then legal. Of these one is changed
// after it was approved, one comes back with exact words, one is approved and taken back, and one runs out before it appears. In the end the
// employer signs a class of posts instead.
func TestTheMainJob(t *testing.T) {
	h := newHouse(t, true)
	posts := realPosts(t)
	protected := 0
	for _, p := range posts {
		d := must[contentapi.Document](h)(h.content.Create(h.as(ana), "", contentapi.NewDocument{Kind: contentapi.KindPost, Draft: words(p.Text)}))
		got := must[reviewapi.Hints](h)(h.client.Prescreen(h.as(ana), reviewapi.Prescreen{DocumentID: d.ID, Locale: p.Lang}))
		if got.Sheet.Text == "" || got.Digest != d.Current.Digest {
			t.Fatalf("%s: %+v", p.ID, got)
		}
		if got.Protected {
			protected++
		}
	}
	if protected == 0 || protected == len(posts) {
		t.Errorf("%d posts are protected talk", protected)
	}

	h.plans(stageOf("HR", hrRole), stageOf("Legal", legalRole))
	published := 0
	for i, p := range posts[:20] {
		h.clock.Advance(day) // what one person sends a day is bounded
		h.clearInTwo(i, p, &published)
	}
	if published != 18 {
		t.Errorf("%d of 20 appeared; one was taken back and one ran out", published)
	}

	h.plans(stageOf("HR", hrRole))
	last := h.submission(h.asked(h.post("The one that the permission is signed at.")).ID)
	standing := h.grants(h.careerAdvice(last.ID))
	sub := h.sendUnder(h.post(advice), standing.ID)
	h.wantsUse(sub, reviewapi.UseOpened, "")
	if err := h.publish(sub.DocumentID); err != nil {
		t.Error(err)
	}
}

// clearInTwo asks about one post, in two stages, and publishes it in the way of its number.
func (h *house) clearInTwo(i int, p realPost, published *int) {
	h.t.Helper()
	d := h.post(p.Text)
	sub, err := h.begin(d, hr)
	if err != nil {
		h.t.Fatalf("%s: %v", p.ID, err)
	}
	sub, err = h.client.Send(h.as(ana), sub.ID, sub.Version, reviewapi.SendSubmission{Repeated: true})
	if err != nil {
		h.t.Fatalf("%s: %v", p.ID, err)
	}
	approve := func(sub reviewapi.Submission) reviewapi.Review {
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub))
		if err := h.publish(sub.DocumentID); problem.From(err) == nil {
			h.t.Fatalf("%s appeared after one of two stages", p.ID)
		}
		return must[reviewapi.Review](h)(h.signs(leo, legalRole, reviewapi.Approve, h.submission(sub.ID)))
	}
	switch i {
	case 3: // HR gives exact words; they go through both stages
		in := inRole(hrRole, says(reviewapi.Suggest))
		in.Part, in.Replacement = "text", strings.Replace(p.Text, ".", ",", 1)
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(hanna), acme, sub.ID, "", sub.Version, in))
		d = h.edit(d, in.Replacement)
		again := h.asked(d)
		approve(again)
	case 7: // changed after it was approved: the old words may appear, the new ones not
		approve(sub)
		edited := h.edit(d, p.Text+" And more.")
		h.wants(h.publish(d.ID), contentapi.ErrApprovalStale, p.ID)
		h.edit(edited, p.Text)
	case 11: // approved and taken back
		approve(sub)
		revoke := revokes()
		revoke.Role = legalRole
		must[reviewapi.Review](h)(h.client.RevokeAtDesk(h.as(leo), acme, sub.ID, 0, revoke))
		h.wants(h.publish(d.ID), contentapi.ErrGateClosed, p.ID)
		return
	case 15: // approved for two days, and they pass
		until := h.clock.Now().Add(2 * day)
		must[reviewapi.Review](h)(h.signs(hanna, hrRole, reviewapi.Approve, sub))
		in := inRole(legalRole, says(reviewapi.Approve))
		in.Until = &until
		must[reviewapi.Review](h)(h.client.DecideAtDesk(h.as(leo), acme, sub.ID, "", 0, in))
		h.clock.Advance(2*day + time.Hour)
		h.ticks()
		if err := h.publish(d.ID); problem.From(err) == nil {
			h.t.Errorf("%s appeared after its time", p.ID)
		}
		return
	default:
		if r := approve(sub); r.State != reviewapi.StateApproved || len(r.Stages) != 2 {
			h.t.Fatalf("%s: %s after %d stages", p.ID, r.State, len(r.Stages))
		}
	}
	if err := h.publish(d.ID); err != nil {
		h.t.Errorf("%s: %v", p.ID, err)
		return
	}
	*published++
}
