package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file://
	_ "gocloud.dev/blob/memblob"  // mem://
	_ "gocloud.dev/blob/s3blob"   // s3://
	"gocloud.dev/gcerrors"

	"github.com/workfluence/workfluence/internal/pictures"
	"github.com/workfluence/workfluence/internal/recordings"
)

// MaxFile is the most bytes a file may have.
const MaxFile = 2 << 30

// headSize is how much of a file's beginning is kept to look at its picture.
const headSize = 1 << 20

var (
	// ErrTooLarge: more bytes than allowed came or were announced.
	ErrTooLarge = errors.New("files: more bytes than allowed")
	// ErrNotFound: there is no such content.
	ErrNotFound = errors.New("files: no such content")
	// ErrImage: a picture's name on something that is none, or too large to show.
	ErrImage = errors.New("files: not a picture, or too large to show")
)

// Blob is content that is kept: its digest is its name.
type Blob struct {
	Digest string // "sha256:…"
	Size   int64  // bytes
}

// Claim is told of content before it is kept, so that whoever removes what
// nobody refers to leaves it alone.
type Claim func(ctx context.Context, digest string) error

// Store keeps content in a bucket, each content once.
type Store struct{ bucket *blob.Bucket }

// Open connects to a bucket in gocloud.dev form: "file:///dir?create_dir=true",
// "s3://name", "mem://".
func Open(ctx context.Context, bucketURL string) (*Store, error) {
	if dir, ok := strings.CutPrefix(bucketURL, "file://"); ok && !strings.Contains(dir, "?") {
		// No side files, no temporary file on another volume.
		bucketURL += "?create_dir=true&metadata=skip&no_tmp_dir=true"
	}
	b, err := blob.OpenBucket(ctx, bucketURL)
	if err != nil {
		return nil, fmt.Errorf("open the file store: %w", err)
	}
	return &Store{bucket: b}, nil
}

// OpenUnder is Open for a part of a bucket: keys begin with prefix ("content/"), so that whoever collects one part sees nothing
// of another.
func OpenUnder(ctx context.Context, bucketURL, prefix string) (*Store, error) {
	s, err := Open(ctx, bucketURL)
	if err != nil {
		return nil, err
	}
	return &Store{bucket: blob.PrefixedBucket(s.bucket, prefix)}, nil
}

// Close lets go of the bucket.
func (s *Store) Close() error { return s.bucket.Close() }

// Ready asks whether the bucket answers.
func (s *Store) Ready(ctx context.Context) error {
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("the file store does not answer")
	}
	return err
}

// Put streams r into the store. Past max bytes it stops and keeps nothing
// (ErrTooLarge); so it does when r fails. name decides whether the content must
// be a picture that can be shown (ErrImage); of a picture or a recording nothing is
// kept but itself (packages pictures and recordings), so its digest may be another
// than that of what came.
// claim is told the digest before the content is kept.
func (s *Store) Put(ctx context.Context, r io.Reader, name string, max int64, claim Claim) (Blob, error) {
	staging := "staging/" + uuid.NewString()
	h := sha256.New()
	head := &prefix{max: headSize}
	n, err := s.write(ctx, staging, io.TeeReader(io.LimitReader(r, max+1), io.MultiWriter(h, head)))
	if err != nil {
		return Blob{}, err
	}
	defer s.discard(ctx, staging)
	if n > max {
		return Blob{}, ErrTooLarge
	}
	if err := checkPicture(name, head.buf.Bytes()); err != nil {
		return Blob{}, err
	}
	if isPicture(name) || recordings.Knows(Type(name)) {
		bare := "staging/" + uuid.NewString()
		h.Reset()
		if n, err = s.strip(ctx, bare, staging, Type(name), h); err != nil {
			return Blob{}, err
		}
		defer s.discard(ctx, bare)
		staging = bare
	}
	b := Blob{Digest: "sha256:" + hex.EncodeToString(h.Sum(nil)), Size: n}
	if err := claim(ctx, b.Digest); err != nil {
		return Blob{}, err
	}
	if ok, err := s.bucket.Exists(ctx, key(b.Digest)); err != nil || ok {
		return b, err
	}
	return b, s.bucket.Copy(ctx, key(b.Digest), staging, nil)
}

// strip writes what is staged under from to another key without what the picture
// or recording says besides itself, and hashes it.
func (s *Store) strip(ctx context.Context, to, from, mime string, h hash.Hash) (int64, error) {
	src, err := s.bucket.NewReader(ctx, from, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = src.Close() }()
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if recordings.Knows(mime) {
			w.CloseWithError(recordings.Strip(w, src, mime))
			return
		}
		w.CloseWithError(pictures.Strip(w, src, mime))
	}()
	n, err := s.write(ctx, to, io.TeeReader(r, h))
	_ = r.Close() // ends the other side, if it is still at work
	<-done
	if errors.Is(err, pictures.ErrBroken) {
		err = errors.Join(ErrImage, err)
	}
	return n, err
}

// write is all or nothing: a failing source cancels the writer, which then
// leaves no object behind.
func (s *Store) write(ctx context.Context, key string, r io.Reader) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(w, r)
	if err != nil {
		cancel()
		_ = w.Close() // fails with the cancellation, which is the point
		return 0, err
	}
	return n, w.Close()
}

// discard removes what is only staged, also when the request has gone away.
func (s *Store) discard(ctx context.Context, key string) {
	_ = s.bucket.Delete(context.WithoutCancel(ctx), key)
}

// Content opens content for reading and seeking, or ErrNotFound.
func (s *Store) Content(ctx context.Context, digest string) (*blob.Reader, error) {
	r, err := s.bucket.NewReader(ctx, key(digest), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrNotFound
	}
	return r, err
}

// DropStale removes what was staged or sent in parts before a time (of the wall)
// and led to nothing: its process has died. Parts of an upload that is still
// known stay, however slow it is.
func (s *Store) DropStale(ctx context.Context, before time.Time, known func(ctx context.Context, uploads []string) ([]string, error)) error {
	stale, err := s.older(ctx, "staging/", before)
	if err != nil {
		return err
	}
	parts, err := s.older(ctx, "uploads/", before)
	if err != nil {
		return err
	}
	var uploads []string
	for _, k := range parts {
		uploads = append(uploads, uploadOf(k))
	}
	slices.Sort(uploads)
	going, err := known(ctx, slices.Compact(uploads))
	if err != nil {
		return err
	}
	for _, k := range parts {
		if !slices.Contains(going, uploadOf(k)) {
			stale = append(stale, k)
		}
	}
	for _, k := range stale {
		if err := s.bucket.Delete(ctx, k); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return err
		}
	}
	return nil
}

func (s *Store) older(ctx context.Context, prefix string, before time.Time) (keys []string, err error) {
	list := s.bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return keys, nil
		}
		if err != nil {
			return nil, err
		}
		if o.ModTime.Before(before) {
			keys = append(keys, o.Key)
		}
	}
}

// Delete removes content that nothing refers to any more.
func (s *Store) Delete(ctx context.Context, digest string) error {
	err := s.bucket.Delete(ctx, key(digest))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return err
}

func key(digest string) string {
	hexed := strings.TrimPrefix(digest, "sha256:")
	return "blobs/" + hexed[:min(2, len(hexed))] + "/" + hexed
}

// ValidDigest reports whether d has the form of our digests.
func ValidDigest(d string) bool {
	hexed, ok := strings.CutPrefix(d, "sha256:")
	if !ok || len(hexed) != 64 {
		return false
	}
	for _, c := range hexed {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// prefix keeps the first bytes written to it.
type prefix struct {
	buf bytes.Buffer
	max int
}

func (p *prefix) Write(b []byte) (int, error) {
	if room := p.max - p.buf.Len(); room > 0 {
		p.buf.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}
