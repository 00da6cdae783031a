package files

import (
	"context"
	"crypto/sha1" //nolint:gosec // tus 1.0 names it; it guards against damage, not malice
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"hash"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// What a tus 1.0 server tells about itself.
const (
	TusVersion    = "1.0.0"
	TusExtensions = "creation,checksum,termination,expiration"
	TusChecksums  = "sha1,sha256"
	// StatusChecksum is tus' own status for a part that arrived damaged.
	StatusChecksum = 460
)

var (
	// ErrChecksum: a part is not what its sender hashed; nothing of it was kept.
	ErrChecksum = errors.New("files: a part arrived damaged")
	// ErrHeader: a tus header can't be read.
	ErrHeader = errors.New("files: a tus header can't be read")
)

// ParseMetadata reads Upload-Metadata: "key base64, key base64, key".
func ParseMetadata(header string) (map[string]string, error) {
	out := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if k == "" {
			continue
		}
		text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(v))
		if _, twice := out[k]; err != nil || twice || !utf8.Valid(text) {
			return nil, ErrHeader
		}
		out[k] = string(text)
	}
	return out, nil
}

// Checksum is what a part must hash to; the zero value asks for nothing.
type Checksum struct {
	new func() hash.Hash
	sum []byte
}

// ParseChecksum reads Upload-Checksum: "sha1 base64".
func ParseChecksum(header string) (Checksum, error) {
	if header == "" {
		return Checksum{}, nil
	}
	name, v, _ := strings.Cut(header, " ")
	sum, err := base64.StdEncoding.DecodeString(strings.TrimSpace(v))
	if err != nil {
		return Checksum{}, ErrHeader
	}
	switch name {
	case "sha1":
		return Checksum{sha1.New, sum}, nil
	case "sha256":
		return Checksum{sha256.New, sum}, nil
	default:
		return Checksum{}, ErrHeader
	}
}

// PutPart keeps at most max bytes of r as a part of an upload, under a name of
// its own, and says how many came: two senders at once never share a part. A
// sender that breaks off loses nothing it sent, unless it asked for a checksum.
// More than max bytes is ErrTooLarge. No bytes have no name.
func (s *Store) PutPart(ctx context.Context, upload string, r io.Reader, max int64, want Checksum) (name string, n int64, err error) {
	ctx = context.WithoutCancel(ctx) // what arrived before a break is kept
	src := io.LimitReader(forgiving{r}, max+1)
	var h hash.Hash
	if want.new != nil {
		h = want.new()
		src = io.TeeReader(src, h)
	}
	name = uuid.NewString()
	if n, err = s.write(ctx, partKey(upload, name), src); err != nil {
		return "", 0, err
	}
	switch {
	case n > max:
		err = ErrTooLarge
	case h != nil && subtle.ConstantTimeCompare(h.Sum(nil), want.sum) != 1:
		err = ErrChecksum
	case n > 0:
		return name, n, nil
	}
	s.discard(ctx, partKey(upload, name))
	return "", 0, err
}

// DropPart forgets one part that came too late.
func (s *Store) DropPart(ctx context.Context, upload, name string) {
	s.discard(ctx, partKey(upload, name))
}

// Join makes one content of an upload's parts, named in their order. The parts
// stay until Drop.
func (s *Store) Join(ctx context.Context, upload string, names []string, name string, max int64, claim Claim) (Blob, error) {
	r := &parts{ctx: ctx, store: s, upload: upload, names: names}
	defer r.close()
	return s.Put(ctx, r, name, max, claim)
}

// Drop forgets an upload's parts.
func (s *Store) Drop(ctx context.Context, upload string) error {
	list := s.bucket.List(&blob.ListOptions{Prefix: "uploads/" + upload + "/"})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.bucket.Delete(ctx, o.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return err
		}
	}
}

// uploadOf is the upload that a part belongs to.
func uploadOf(key string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(key, "uploads/"), "/")
	return id
}

func partKey(upload, name string) string { return "uploads/" + upload + "/" + name }

// forgiving ends where its source breaks off.
type forgiving struct{ r io.Reader }

func (f forgiving) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil {
		return n, io.EOF
	}
	return n, nil
}

// parts reads parts one after the other, one open at a time.
type parts struct {
	ctx     context.Context
	store   *Store
	upload  string
	names   []string
	current *blob.Reader
}

func (p *parts) Read(b []byte) (int, error) {
	for {
		if p.current == nil {
			if len(p.names) == 0 {
				return 0, io.EOF
			}
			r, err := p.store.bucket.NewReader(p.ctx, partKey(p.upload, p.names[0]), nil)
			if err != nil {
				return 0, err
			}
			p.current, p.names = r, p.names[1:]
		}
		n, err := p.current.Read(b)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		p.close()
		if n > 0 {
			return n, nil
		}
	}
}

func (p *parts) close() {
	if p.current != nil {
		_ = p.current.Close()
		p.current = nil
	}
}
