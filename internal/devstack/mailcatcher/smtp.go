package mailcatcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
)

// maxMessage is the largest mail accepted, in bytes, announced by SIZE.
const maxMessage = 25 << 20

// Server is the SMTP side (RFC 5321, without authentication or TLS: it only
// ever listens on loopback).
type Server struct {
	store    *Store
	log      *slog.Logger
	listener net.Listener
	open     sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]struct{}
}

// Listen starts the server at addr ("127.0.0.1:0" = any free port) and returns
// at once. An address off loopback is refused.
func Listen(ctx context.Context, addr string, store *Store, log *slog.Logger) (*Server, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("read the mail catcher's address: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the mail catcher takes mail from anyone and must listen on loopback, not on %q", host)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("start the mail catcher: %w", err)
	}
	s := &Server{store: store, log: log, listener: listener, conns: map[net.Conn]struct{}{}}
	s.open.Go(s.accept)
	return s, nil
}

// Addr is host:port of the server.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close stops listening, hangs up and waits until every session has ended.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.open.Wait()
	return err
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = struct{}{}
		s.mu.Unlock()
		s.open.Go(func() {
			defer func() {
				_ = conn.Close()
				s.mu.Lock()
				delete(s.conns, conn)
				s.mu.Unlock()
			}()
			session := session{text: textproto.NewConn(conn), server: s}
			if err := session.run(); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				s.log.Debug("mail session ended", "error", err)
			}
		})
	}
}

// session is one client's conversation.
type session struct {
	text   *textproto.Conn
	server *Server
	from   string
	begun  bool // MAIL was given; the null sender is legal
	to     []string
}

func (s *session) reply(code int, text string) error {
	return s.text.PrintfLine("%d %s", code, text)
}

func (s *session) reset() { s.from, s.begun, s.to = "", false, nil }

func (s *session) run() error {
	if err := s.reply(220, "workfluence mail catcher"); err != nil {
		return err
	}
	for {
		line, err := s.text.ReadLine()
		if err != nil {
			return err
		}
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if verb == "QUIT" {
			return s.reply(221, "bye")
		}
		if err := s.command(verb, rest); err != nil {
			return err
		}
	}
}

func (s *session) command(verb, rest string) error {
	switch verb {
	case "EHLO":
		s.reset()
		return s.text.PrintfLine("250-workfluence\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 SIZE %d", maxMessage)
	case "HELO":
		s.reset()
		return s.reply(250, "workfluence")
	case "NOOP":
		return s.reply(250, "ok")
	case "RSET":
		s.reset()
		return s.reply(250, "ok")
	case "MAIL":
		address, ok := path(rest, "FROM:")
		if !ok {
			return s.reply(501, "say MAIL FROM:<address>")
		}
		s.reset()
		s.from, s.begun = address, true
		return s.reply(250, "ok")
	case "RCPT":
		address, ok := path(rest, "TO:")
		switch {
		case !s.begun:
			return s.reply(503, "MAIL first")
		case !ok || address == "":
			return s.reply(501, "say RCPT TO:<address>")
		}
		s.to = append(s.to, address)
		return s.reply(250, "ok")
	case "DATA":
		if len(s.to) == 0 {
			return s.reply(503, "RCPT first")
		}
		return s.data()
	default:
		return s.reply(502, "not known here")
	}
}

func (s *session) data() error {
	if err := s.reply(354, "end with a dot on a line of its own"); err != nil {
		return err
	}
	lines := s.text.DotReader()
	raw, err := io.ReadAll(io.LimitReader(lines, maxMessage+1))
	if err != nil {
		return err
	}
	if len(raw) > maxMessage {
		if _, err := io.Copy(io.Discard, lines); err != nil {
			return err
		}
		s.reset()
		return s.reply(552, "too large")
	}
	id, err := s.server.store.Add(s.from, s.to, raw)
	s.reset()
	if err != nil {
		s.server.log.Error("mail could not be kept", "error", err)
		return s.reply(451, "could not keep it")
	}
	return s.reply(250, "kept as "+id)
}

// path reads "FROM:<a@b> SIZE=1" (RFC 5321, 4.1.2); a bare address is accepted.
func path(rest, keyword string) (address string, ok bool) {
	if len(rest) < len(keyword) || !strings.EqualFold(rest[:len(keyword)], keyword) {
		return "", false
	}
	address, _, _ = strings.Cut(strings.TrimSpace(rest[len(keyword):]), " ")
	if address == "<>" {
		return "", true
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil {
		return "", false
	}
	return parsed.Address, true
}
