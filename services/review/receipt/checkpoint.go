package receipt

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what the house signs from time to time: so many rows, and this is the root of their tree.
type Checkpoint struct {
	Origin string // the log's name
	Size   int64
	Root   tlog.Hash
}

// Keys are the public keys of logs, by which checkpoints are known.
type Keys struct{ verifiers note.Verifiers }

// ErrNoKey is returned for a key file in which no key stands.
var ErrNoKey = errors.New("receipt: the key file holds no key")

// ParseKeys reads a key file: a verifier key of golang.org/x/mod/sumdb/note a line, "name+hash+key"; lines that begin with "#" and empty
// ones are for people. Former keys stay in it: what they signed stays signed.
func ParseKeys(file []byte) (Keys, error) {
	var all []note.Verifier
	for n, line := range strings.Split(string(file), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil {
			return Keys{}, fmt.Errorf("receipt: line %d of the key file: %w", n+1, err)
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return Keys{}, ErrNoKey
	}
	return Keys{note.VerifierList(all...)}, nil
}

// NewKey makes a key pair for a log: the secret to sign with and the line of the key file. The name is a host and path without a scheme,
// "workfluence.example/log"; it becomes the origin of all checkpoints.
func NewKey(random io.Reader, name string) (secret, public string, err error) {
	return note.GenerateKey(random, name)
}

// KeyOf makes the secret key of a log from 32 bytes that are secret themselves: a house that keeps one secret keeps no second one.
func KeyOf(name string, seed []byte) (secret string, err error) {
	if len(seed) != ed25519.SeedSize {
		return "", fmt.Errorf("receipt: a seed has %d bytes, not %d", ed25519.SeedSize, len(seed))
	}
	public, ok := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("receipt: no public key")
	}
	line, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	_, rest, _ := strings.Cut(line, "+")
	hash, _, _ := strings.Cut(rest, "+")
	return "PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{ed25519Note}, seed...)), nil
}

// ed25519Note is the algorithm of a note's key.
const ed25519Note = 1

// Public is the line of the key file that belongs to a secret key.
func Public(secret string) (string, error) {
	parts := strings.SplitN(secret, "+", 5)
	if _, err := note.NewSigner(secret); err != nil || len(parts) != 5 {
		return "", errors.New("receipt: this is no secret key of a log") // without the key
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errors.New("receipt: this is no secret key of a log")
	}
	public, ok := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("receipt: no public key")
	}
	return note.NewEd25519VerifierKey(parts[2], public)
}

// Sign writes and signs a checkpoint for a log whose secret key it is.
func Sign(secret string, size int64, root tlog.Hash) (string, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	text := Checkpoint{Origin: signer.Name(), Size: size, Root: root}.text()
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	return string(signed), err
}

// text is the form of C2SP's tlog-checkpoint: three lines.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// Open reads a checkpoint that one of the keys has signed. A note has one spelling and one signature here, so that nothing can be changed
// about it unseen.
func (k Keys) Open(signed string) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), k.verifiers)
	if err != nil {
		return Checkpoint{}, err
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return Checkpoint{}, errors.New("it must have exactly one signature, of a key that is known")
	}
	sig := n.Sigs[0]
	raw, err := base64.StdEncoding.Strict().DecodeString(sig.Base64)
	if err != nil || signed != n.Text+"\n— "+sig.Name+" "+base64.StdEncoding.EncodeToString(raw)+"\n" {
		return Checkpoint{}, errors.New("its signature is not as it was written")
	}
	c := Checkpoint{Origin: sig.Name}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 {
		return c, errors.New("it is no checkpoint: it must have three lines")
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return c, errors.New("its size is no number")
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, errors.New("its root is no hash")
	}
	if c.text() != n.Text {
		return c, errors.New("its origin is not the name of its key")
	}
	return c, nil
}

// tree builds the root of a log row by row, and holds no more than one hash for each power of two.
type tree struct {
	size  int64
	edges []tlog.Hash // of the full trees that the size is the sum of, largest first
}

func (t *tree) add(leaf tlog.Hash) {
	t.edges = append(t.edges, leaf)
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.edges) - 1
		t.edges = append(t.edges[:last-1], tlog.NodeHash(t.edges[last-1], t.edges[last]))
	}
	t.size++
}

// root of no rows is the hash of nothing, as in RFC 9162.
func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		empty, err := tlog.TreeHash(0, nil)
		if err != nil {
			return tlog.Hash{}
		}
		return empty
	}
	at := len(t.edges) - 1
	sum := t.edges[at]
	for at--; at >= 0; at-- {
		sum = tlog.NodeHash(t.edges[at], sum)
	}
	return sum
}

// cut takes the line end off, and says whether there was exactly one.
func cut(file []byte) ([]byte, bool) {
	line, ok := bytes.CutSuffix(file, []byte("\n"))
	return line, ok && !bytes.Contains(line, []byte("\n"))
}
