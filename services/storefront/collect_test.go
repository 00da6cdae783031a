package storefront

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

// put uploads a text as a file of a product of ana's.
func (h *house) put(productID, name, text string) storefrontapi.File {
	h.t.Helper()
	return must[storefrontapi.File](h)(h.client.UploadFile(h.as("person_ana"), storefrontapi.UploadTarget{ProductID: productID, Name: name}, -1, strings.NewReader(text)))
}

// collected runs the collector after some days.
func (h *house) collected(days int) {
	h.t.Helper()
	h.clock.Advance(time.Duration(days) * 24 * time.Hour)
	if err := h.svc.Collect(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// stored says whether content is in the file store.
func (h *house) stored(digest string) bool {
	h.t.Helper()
	r, err := h.svc.Files.Content(h.t.Context(), digest)
	if err == nil {
		_ = r.Close()
	}
	return err == nil
}

func TestContentThatNothingRefersToIsCollected(t *testing.T) {
	bothWays(t, func(t *testing.T, h *house) {
		p, other := h.course(), must[storefrontapi.Product](h)(h.client.CreateProduct(h.as("person_ana"), "", storefrontapi.NewProduct{Kind: "course", Title: "Other"}))
		published := h.put(p.ID, "a.txt", "published")
		must[storefrontapi.Product](h)(h.client.Publish(h.as("person_ana"), p.ID, 0))
		h.put(p.ID, "a.txt", "the draft's newer one") // the publication keeps the other
		replaced := h.put(p.ID, "b.txt", "replaced")
		draft := h.put(p.ID, "b.txt", "in the draft")
		shared := h.put(p.ID, "c.txt", "shared")
		h.put(other.ID, "c.txt", "shared")
		if err := h.client.DeleteFile(h.as("person_ana"), shared.ID); err != nil {
			t.Fatal(err)
		}
		deleted := h.put(p.ID, "d.txt", "deleted")
		if err := h.client.DeleteFile(h.as("person_ana"), deleted.ID); err != nil {
			t.Fatal(err)
		}
		h.collected(0) // the days begin
		h.collected(6)
		for _, f := range []storefrontapi.File{replaced, deleted} {
			if !h.stored(f.Digest) {
				t.Errorf("%s is gone after six days", f.Path)
			}
		}
		h.collected(1)
		for _, f := range []storefrontapi.File{replaced, deleted} {
			if h.stored(f.Digest) {
				t.Errorf("%s is kept for ever", f.Path)
			}
		}
		for what, f := range map[string]storefrontapi.File{"published": published, "draft": draft, "shared": shared} {
			if !h.stored(f.Digest) {
				t.Errorf("%s content was collected", what)
			}
		}
		// The last name of shared content goes, and comes back before its days are over.
		if err := h.client.DeleteProduct(h.as("person_ana"), other.ID); err != nil {
			t.Fatal(err)
		}
		h.collected(0)
		h.collected(4)
		h.put(p.ID, "c.txt", "shared")
		h.collected(4)
		if !h.stored(shared.Digest) {
			t.Error("content that is used again was collected")
		}
		if n, want := h.count(`select count(*) from storefront.blob`), h.kept(); n != want {
			t.Errorf("%d rows of %d contents", n, want)
		}
	})
}

// Whichever comes first, the content of an upload that succeeded is there.
func TestCollectingMeetsTheSameUpload(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.course()
	again := func() (storefrontapi.File, time.Time) {
		f := h.put(p.ID, "a.txt", "the same")
		if err := h.client.DeleteFile(h.as("person_ana"), f.ID); err != nil {
			t.Fatal(err)
		}
		h.collected(0)
		h.clock.Advance(files.CollectAfter)
		return f, h.clock.Wall().Add(-files.CollectAfter)
	}

	// The collector is first: the upload waits for it, and writes the content again.
	f, before := again()
	uploaded := make(chan storefrontapi.File, 1)
	err := h.svc.tx(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		if n, err := exec(ctx, tx, "DropBlob", pgx.NamedArgs{"digest": f.Digest, "before": before}); err != nil || n != 1 {
			t.Fatalf("%d rows, %v", n, err)
		}
		go func() { uploaded <- h.put(p.ID, "a.txt", "the same") }()
		select {
		case <-uploaded:
			t.Error("an upload did not wait for the collector")
		case <-time.After(300 * time.Millisecond):
		}
		return h.svc.Files.Delete(ctx, f.Digest)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-uploaded; !h.stored(got.Digest) {
		t.Fatal("the collector took what was uploaded after it")
	}

	// The upload is first: the collector, which found the content before, leaves it.
	if err := h.client.DeleteFile(h.as("person_ana"), must[storefrontapi.FileList](h)(h.client.Files(h.as("person_ana"), p.ID)).Items[0].ID); err != nil {
		t.Fatal(err)
	}
	f, before = again()
	if err := h.svc.claim(t.Context(), f.Digest); err != nil {
		t.Fatal(err)
	}
	if err := h.svc.blobs().Remove(t.Context(), f.Digest, before); err != nil {
		t.Fatal(err)
	}
	if !h.stored(f.Digest) {
		t.Fatal("the collector took what an upload was about to use")
	}

	// And both at once.
	for range 10 {
		f, _ := again()
		var wg sync.WaitGroup
		wg.Go(func() {
			// Not what is staged: the disk's clock is not the test's.
			if err := h.svc.blobs().Unused(t.Context(), h.clock.Wall()); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() { h.put(p.ID, "a.txt", "the same") })
		wg.Wait()
		if !h.stored(f.Digest) {
			t.Fatal("an upload's content is gone")
		}
		if err := h.client.DeleteFile(h.as("person_ana"), must[storefrontapi.FileList](h)(h.client.Files(h.as("person_ana"), p.ID)).Items[0].ID); err != nil {
			t.Fatal(err)
		}
	}
}

// What a process that died left behind goes; parts of an upload that is known stay.
func TestWhatADeadProcessLeftIsCollected(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.course()
	u, err := h.svc.CreateUpload(h.as("person_ana"), storefrontapi.UploadTarget{ProductID: p.ID, Name: "film.mp4"}, 10)
	if err != nil {
		t.Fatal(err)
	}
	was := h.kept()
	for _, name := range []string{"staging/x", "uploads/upl_gone/part", "uploads/" + u.ID + "/part"} {
		path := filepath.Join(h.blobs, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, h.clock.Wall(), h.clock.Wall()); err != nil {
			t.Fatal(err)
		}
	}
	h.collected(6)
	if n := h.kept(); n != was+3 {
		t.Fatalf("%d of 3 left after six days", n-was)
	}
	h.collected(2)
	if n := h.kept(); n != was+1 {
		t.Fatalf("%d left, want the part of the known upload", n-was)
	}
}
