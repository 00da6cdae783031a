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
)

// errRefused says that a mail server will never take this mail.
var errRefused = errors.New("the mail server refuses")

// smtpTime bounds one conversation with the mail server.
const smtpTime = 8 * time.Second

// Post sends letters.
type Post interface {
	// Send hands a letter over under its Message-ID. errRefused means for good.
	Send(ctx context.Context, messageID string, a addressed, at time.Time) error
}

// smtpPost speaks SMTP, one conversation a mail.
type smtpPost struct {
	host string
	opts []mail.Option
	from *stdmail.Address
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
	p := &smtpPost{host: u.Hostname(), from: sender, opts: []mail.Option{mail.WithTimeout(smtpTime)}}
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
	client, err := mail.NewClient(p.host, p.opts...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, smtpTime)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, m)
	var refused *mail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
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
