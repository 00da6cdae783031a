package mailcatcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Keep is how many messages a store holds; older ones are removed.
const Keep = 500

// ErrNotFound says that no message has that id (any more).
var ErrNotFound = errors.New("no such message")

const (
	suffix = ".eml"
	// The envelope travels as the header lines that mail servers use for it.
	fromHeader = "Return-Path"
	toHeader   = "Delivered-To"
)

// Store is a folder of caught messages. Any number of processes may read it;
// one may add.
type Store struct {
	dir  string
	mu   sync.Mutex
	seen map[string]Message // files never change, so a parsed one stays valid
	held []string           // what the one who adds knows to be there, newest first; nil until the first Add
}

// OpenStore opens the folder, made if absent.
func OpenStore(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the mail folder: %w", err)
	}
	return &Store{dir: dir, seen: map[string]Message{}}, nil
}

// twins bounds how far back Add looks for the same message.
const twins = 50

// twin is the id of the same message to the same recipients, "" if there is none.
func (s *Store) twin(m Message) string {
	messageID := func(m Message) string { return strings.Join(m.Headers["Message-Id"], "") }
	fresh := messageID(m)
	if fresh == "" {
		return ""
	}
	for _, id := range s.held[:min(len(s.held), twins)] {
		old, known := s.seen[id]
		if !known {
			old, _ = s.read(id)
		}
		if messageID(old) == fresh && slices.Equal(old.To, m.To) && s.exists(id) {
			return id
		}
	}
	return ""
}

// Add keeps a message as it was sent and returns its id; ids grow. A message
// that comes again, by its Message-ID and recipients, is kept once, as mailboxes
// with duplicate suppression do: a sender in doubt sends again under the same id.
func (s *Store) Add(from string, to []string, raw []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		ids, err := s.ids()
		if err != nil {
			return "", err
		}
		s.held = ids
	}
	var body bytes.Buffer
	_, _ = fmt.Fprintf(&body, "%s: <%s>\r\n", fromHeader, from)
	for _, rcpt := range to {
		_, _ = fmt.Fprintf(&body, "%s: %s\r\n", toHeader, rcpt)
	}
	_, _ = body.Write(raw)
	m := parse(body.Bytes())
	if id := s.twin(m); id != "" {
		return id, nil
	}
	last := 0
	if len(s.held) > 0 {
		last, _ = strconv.Atoi(s.held[0])
	}
	id := fmt.Sprintf("%08d", last+1)
	if err := s.write(id, body.Bytes()); err != nil {
		return "", fmt.Errorf("keep message: %w", err)
	}
	if info, err := os.Stat(s.path(id)); err == nil {
		m.ID, m.Received = id, info.ModTime().UTC()
		s.seen[id] = m
	}
	s.held = slices.Insert(s.held, 0, id)
	return id, nil
}

// write puts a message into its place. Once there are enough, it writes over the oldest one's file: to remove and make a file for each
// mail costs a file system more than all else that is done about the mail.
func (s *Store) write(id string, body []byte) error {
	partial := filepath.Join(s.dir, "incoming")
	for len(s.held) >= Keep {
		oldest := s.held[len(s.held)-1]
		if err := os.Rename(s.path(oldest), partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		delete(s.seen, oldest)
		s.held = s.held[:len(s.held)-1]
	}
	f, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err := errors.Join(err, f.Truncate(int64(len(body))), f.Close()); err != nil {
		return err
	}
	return os.Rename(partial, s.path(id))
}

// List returns the newest messages first, at most limit, to the address if one
// is given (compared without regard to case).
func (s *Store) List(to string, limit int) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	messages := []Message{}
	for _, id := range ids {
		if len(messages) == limit {
			break
		}
		m, err := s.read(id)
		if errors.Is(err, ErrNotFound) {
			continue // removed since the folder was listed
		}
		if err != nil {
			return nil, err
		}
		if to == "" || slices.ContainsFunc(m.To, func(a string) bool { return strings.EqualFold(a, to) }) {
			messages = append(messages, m)
		}
	}
	return messages, nil
}

// Get returns one message, or ErrNotFound.
func (s *Store) Get(id string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read(id)
}

// Raw returns a message's file, or ErrNotFound.
func (s *Store) Raw(id string) ([]byte, error) {
	if !validID.MatchString(id) {
		return nil, ErrNotFound
	}
	raw, err := os.ReadFile(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	return raw, err
}

// Clear removes every message.
func (s *Store) Clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids, err := s.ids()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := os.Remove(s.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove message: %w", err)
		}
	}
	clear(s.seen)
	s.held = nil
	return nil
}

// Await returns the newest message that matches, waiting for it until ctx ends.
func (s *Store) Await(ctx context.Context, match func(Message) bool) (Message, error) {
	for {
		messages, err := s.List("", Keep)
		if err != nil {
			return Message{}, err
		}
		if i := slices.IndexFunc(messages, match); i >= 0 {
			return messages[i], nil
		}
		select {
		case <-ctx.Done():
			return Message{}, fmt.Errorf("no such mail arrived: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var validID = regexp.MustCompile(`^[0-9]{8}$`)

// exists is false once another process has cleared the folder.
func (s *Store) exists(id string) bool {
	_, err := os.Stat(s.path(id))
	return err == nil
}

func (s *Store) path(id string) string { return filepath.Join(s.dir, id+suffix) }

// ids lists what is there, newest first.
func (s *Store) ids() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("list the mail folder: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		if id, ok := strings.CutSuffix(entry.Name(), suffix); ok && validID.MatchString(id) {
			ids = append(ids, id)
		}
	}
	slices.Reverse(ids) // ReadDir sorts by name
	return ids, nil
}

func (s *Store) read(id string) (Message, error) {
	raw, err := s.Raw(id)
	if err != nil {
		return Message{}, err
	}
	if m, ok := s.seen[id]; ok {
		return m, nil
	}
	info, err := os.Stat(s.path(id))
	if err != nil {
		return Message{}, ErrNotFound
	}
	m := parse(raw)
	m.ID, m.Received = id, info.ModTime().UTC()
	s.seen[id] = m
	return m, nil
}
