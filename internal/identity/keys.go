package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Gateway is the only target whose person tokens are believed.
const Gateway = "gateway"

// Keys are the private keys of the targets that run in this process and the
// public keys of all.
type Keys struct {
	private map[string]ed25519.PrivateKey
	public  map[string]ed25519.PublicKey
}

// Ephemeral makes new keys for all targets: enough for one process that runs
// every part, and forgotten when it ends.
func Ephemeral(targets ...string) (*Keys, error) {
	k := &Keys{private: map[string]ed25519.PrivateKey{}, public: map[string]ed25519.PublicKey{}}
	for _, t := range targets {
		pub, priv, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		k.private[t], k.public[t] = priv, pub
	}
	return k, nil
}

// InitDir writes a key pair for each target that has none: NAME.key (the
// seed, mode 0600) and NAME.pub, both base64. Several processes may run it at
// once; the first file wins.
func InitDir(dir string, targets ...string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, t := range targets {
		pub, priv, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		if err := writeNew(filepath.Join(dir, t+".key"), priv.Seed(), 0o600); errors.Is(err, fs.ErrExist) {
			// The public half is derived, so a crash between the two files heals itself.
			if pub, err = publicOf(dir, t); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		if err := writeNew(filepath.Join(dir, t+".pub"), pub, 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

func publicOf(dir, target string) (ed25519.PublicKey, error) {
	seed, err := readKey(filepath.Join(dir, target+".key"), ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey), nil
}

// writeNew writes the whole file under its name or nothing (link of a
// finished temporary file); fs.ErrExist when there is one already.
func writeNew(path string, raw []byte, mode fs.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, werr := tmp.WriteString(base64.StdEncoding.EncodeToString(raw) + "\n")
	if err := errors.Join(werr, tmp.Chmod(mode), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path)
}

func readKey(path string, size int) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != size {
		return nil, fmt.Errorf("identity: %s is not a key of %d bytes", path, size)
	}
	return raw, nil
}

// LoadDir reads the private keys of own and every public key of the folder.
func LoadDir(dir string, own ...string) (*Keys, error) {
	k := &Keys{private: map[string]ed25519.PrivateKey{}, public: map[string]ed25519.PublicKey{}}
	for _, t := range own {
		seed, err := readKey(filepath.Join(dir, t+".key"), ed25519.SeedSize)
		if err != nil {
			return nil, err
		}
		k.private[t] = ed25519.NewKeyFromSeed(seed)
	}
	pubs, err := filepath.Glob(filepath.Join(dir, "*.pub"))
	if err != nil {
		return nil, err
	}
	for _, p := range pubs {
		raw, err := readKey(p, ed25519.PublicKeySize)
		if err != nil {
			return nil, err
		}
		k.public[strings.TrimSuffix(filepath.Base(p), ".pub")] = raw
	}
	return k, nil
}
