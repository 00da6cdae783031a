package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	stdmail "net/mail"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/workfluence/workfluence/internal/clock"
)

// errRefused says that a mail server will never take this mail.
var errRefused = errors.New("the mail server refuses")

// errLate says that too little is left of the lease to send a mail in; it is tried again.
var errLate = errors.New("the mail server took too long to answer")

const (
	// smtpTime bounds the dialling, and then again the sending of one mail.
	smtpTime = 6 * time.Second
	// idleLines is how many connections are kept for the next mails, and idleTime how long. go-mail gives a connection its deadline
	// before each mail, and that deadline ends its rest as well: one that rests longer could only fail.
	idleLines = 4
	idleTime  = smtpTime
)

// Post sends letters.
type Post interface {
	// Send hands a letter over under its Message-ID. errRefused means for good.
	Send(ctx context.Context, messageID string, a addressed, at time.Time) error
}

// smtpPost speaks SMTP. A connection that has taken a mail is kept for the next ones.
type smtpPost struct {
	host string
	opts []mail.Option
	from *stdmail.Address
	idle chan line
}

// line is a connection to the mail server that waits for its next mail.
type line struct {
	client *mail.Client
	idle   func() time.Duration
}

// newSMTPPost reads the address of the mail server: smtp:// speaks STARTTLS
// and insists on it, except with a loopback server (the catcher of serve
// --dev); smtps:// speaks TLS from the start. Credentials stand in the URL.
func newSMTPPost(server, from string) (*smtpPost, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, fmt.Errorf("mail server: not an smtp:// or smtps:// address") // without the address: it holds a password
	}
	sender, err := stdmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("sender %q: %w", from, err)
	}
	p := &smtpPost{host: u.Hostname(), from: sender, idle: make(chan line, idleLines), opts: []mail.Option{mail.WithTimeout(smtpTime)}}
	port := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("mail server: port: %w", err)
		}
	}
	p.opts = append(p.opts, mail.WithPort(port))
	switch {
	case u.Scheme == "smtps":
		p.opts = append(p.opts, mail.WithSSL())
	case loopback(u.Hostname()):
		p.opts = append(p.opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		p.opts = append(p.opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		p.opts = append(p.opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return p, nil
}

func (p *smtpPost) Send(ctx context.Context, messageID string, a addressed, at time.Time) error {
	m, err := p.message(messageID, a, at)
	if err != nil {
		return err
	}
	// A kept connection that has died is found out before anything of the mail was said: then a new one is dialled.
	for client := p.kept(); client != nil; client = p.kept() {
		if err := p.say(ctx, client, m); !died(err) {
			return err
		}
	}
	client, err := mail.NewClient(p.host, p.opts...)
	if err != nil {
		return err
	}
	dial, cancel := context.WithTimeout(ctx, smtpTime)
	defer cancel()
	if err := client.DialWithContext(dial); err != nil {
		return refused(err)
	}
	return p.say(ctx, client, m)
}

// kept is a connection that waits, or nil.
func (p *smtpPost) kept() *mail.Client {
	for {
		select {
		case l := <-p.idle:
			if l.idle() < idleTime {
				return l.client
			}
			_ = l.client.Close()
		default:
			return nil
		}
	}
}

// say sends one mail and keeps the connection, unless something went wrong on it. It does not begin what might end after ctx: by then
// another process may send the same mail.
func (p *smtpPost) say(ctx context.Context, client *mail.Client, m *mail.Msg) error {
	if left, ok := clock.Left(ctx); ok && left < smtpTime {
		_ = client.Close()
		return errLate
	}
	err := client.Send(m)
	if err == nil {
		select {
		case p.idle <- line{client, clock.Stopwatch()}:
			return nil
		default:
		}
	}
	_ = client.Close()
	if m.IsDelivered() {
		return nil // the server has taken the mail; what failed came after
	}
	return refused(err)
}

// died says that the connection was found dead before the mail was begun.
func died(err error) bool {
	var e *mail.SendError
	return errors.As(err, &e) && e.Reason == mail.ErrConnCheck
}

// refused marks the errors that no later try can mend.
func refused(err error) error {
	var e *mail.SendError
	if errors.As(err, &e) && !e.IsTemp() && e.ErrorCode() >= 500 {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

// message builds the mail: text first, HTML as the better alternative.
func (p *smtpPost) message(messageID string, a addressed, at time.Time) (*mail.Msg, error) {
	text, err := a.Text()
	if err != nil {
		return nil, err
	}
	html, err := a.HTML()
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg()
	m.FromMailAddress(p.from)
	if err := m.To(a.To); err != nil {
		return nil, fmt.Errorf("%w: no address to send to", errRefused)
	}
	m.Subject(a.Subject)
	m.SetMessageIDWithValue(messageID)
	m.SetDateWithValue(at)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday answers, please
	m.SetGenHeader(mail.HeaderContentLang, a.Lang)
	m.SetBodyString(mail.TypeTextPlain, text)
	m.AddAlternativeString(mail.TypeTextHTML, html)
	return m, nil
}

// loopback says that a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
