package mailcatcher

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

// Message is a caught mail with its parts decoded. From and To are the
// envelope's addresses; what the sender wrote into the header is in Headers.
type Message struct {
	ID          string              `json:"id"`
	From        string              `json:"from"`
	To          []string            `json:"to"`
	Subject     string              `json:"subject"`
	Received    time.Time           `json:"received"`
	Text        string              `json:"text"`
	HTML        string              `json:"html"`
	Headers     map[string][]string `json:"headers"`
	Attachments []Attachment        `json:"attachments"`
}

// Attachment describes a part that is not shown as text. Size is in bytes,
// decoded.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"`
}

// maxDepth bounds nested multiparts; mail from our own notices has two.
const maxDepth = 8

// parse reads what it can: a malformed mail is shown as text rather than lost,
// because its sender is being developed.
func parse(raw []byte) Message {
	m := Message{To: []string{}, Headers: map[string][]string{}, Attachments: []Attachment{}}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		m.Text = string(raw)
		return m
	}
	words := mime.WordDecoder{}
	for name, values := range parsed.Header {
		switch name {
		case fromHeader:
			m.From = strings.Trim(values[0], "<>")
			continue
		case toHeader:
			m.To = values
			continue
		}
		for _, value := range values {
			if decoded, err := words.DecodeHeader(value); err == nil {
				value = decoded
			}
			m.Headers[name] = append(m.Headers[name], value)
		}
	}
	if subject := m.Headers["Subject"]; len(subject) > 0 {
		m.Subject = subject[0]
	}
	m.part(textHeader(parsed.Header), parsed.Body, 0)
	return m
}

// textHeader is what mail.Header and a part's MIME header have in common.
type textHeader map[string][]string

func (h textHeader) get(name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// part puts one MIME part where it belongs: the first plain text, the first
// HTML, or the attachments.
func (m *Message) part(header textHeader, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(header.get("Content-Type"))
	if err != nil {
		kind = "text/plain" // RFC 2045, 5.2
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxDepth {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return
			}
			m.part(textHeader(p.Header), p, depth+1)
		}
	}
	content, _ := io.ReadAll(decoded(header.get("Content-Transfer-Encoding"), body))
	disposition, dparams, _ := mime.ParseMediaType(header.get("Content-Disposition"))
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	switch {
	case disposition != "attachment" && kind == "text/plain" && m.Text == "":
		m.Text = text
	case disposition != "attachment" && kind == "text/html" && m.HTML == "":
		m.HTML = text
	default:
		name := dparams["filename"]
		if name == "" {
			name = params["name"]
		}
		m.Attachments = append(m.Attachments, Attachment{Name: name, Type: kind, Size: len(content)})
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	default:
		return body
	}
}
