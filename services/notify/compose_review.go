package notify

import (
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/letter"
	"github.com/workfluence/workfluence/services/review/reviewapi"
)

// reviewLetter asks somebody at an employer to read a post: who asks, what pressing does, until when, and no word of the post. Its reader
// has no account and may never have heard of us.
func (s *Service) reviewLetter(m reviewapi.LinkMail) letter.Letter {
	l, out := speak(m.Locale, m.Zone)
	from := m.Author
	if from == "" {
		from = l.T("mail.somebody")
	}
	out.Footer = l.T("mail.review.footer", "Employer", m.Employer)
	out.Subject = l.T("mail.review.subject", "From", from)
	out.Heading = l.T("mail.review.heading", "From", from, "Employer", m.Employer)
	out.Body = []string{l.T("mail.review.body", "From", from)}
	if m.Own {
		out.Body = append(out.Body, l.T("mail.review.own"))
	}
	if m.Due != nil {
		out.Body = append(out.Body, l.T("mail.review.due", "Day", l.Day(*m.Due)))
	}
	out.Preview = out.Body[0]
	out.Button = s.button(l, l.T("mail.review.button"), m.Path)
	out.Code = &letter.Code{Label: l.T("mail.code"), Code: m.Code}
	out.Small = []string{l.T("mail.review.press"), l.T("mail.review.small", "From", from)}
	return out
}

// codeLetter carries a code to a mailbox at work: no name, no word of what is written, and nothing to press.
func (s *Service) codeLetter(m reviewapi.CodeMail) letter.Letter {
	l, out := speak(m.Locale, "")
	out.Footer = l.T("mail.work_code.footer")
	out.Subject = l.T("mail.work_code.subject")
	out.Heading = l.T("mail.work_code.heading")
	out.Body = []string{l.T("mail.work_code.body", "Employer", m.Employer)}
	out.Preview = out.Body[0]
	out.Code = &letter.Code{Label: l.T("mail.work_code.code"), Code: m.Code}
	out.Small = []string{l.T("mail.work_code.small")}
	return out
}

// deskLetter tells a member of an organisation what waits at its desk: who asks, in which stage, until when, and no word of the post.
func (s *Service) deskLetter(m reviewapi.DeskMail) letter.Letter {
	l, out := speak(m.Locale, m.Zone)
	from, id := m.Author, "mail.desk."+m.Kind
	if from == "" {
		from = l.T("mail.somebody")
	}
	out.Footer = l.T("mail.desk.footer", "Organisation", m.Organisation)
	out.Subject = l.T(id+".subject", "From", from, "Stage", m.Stage)
	out.Heading = l.T(id+".heading", "From", from, "Stage", m.Stage, "Organisation", m.Organisation)
	out.Body = []string{l.T(id+".body", "From", from)}
	if m.Due != nil && m.Kind != reviewapi.NoteEscalation {
		out.Body = append(out.Body, l.T("mail.desk.due", "Day", l.Day(*m.Due)))
	}
	out.Preview = out.Heading
	out.Button = s.button(l, l.T(id+".button"), m.Path)
	return out
}

// answerLetter tells an author that their employer answered, or did not. What was said stands on its page alone.
func (s *Service) answerLetter(c accountsapi.Contact, n Notice) letter.Letter {
	l, out := speak(c.Locale, c.Zone)
	out.Subject = l.T("mail.review_answer.subject")
	out.Heading = sentence(l, n)
	out.Body = []string{l.T("mail.review_answer.body")}
	out.Preview = out.Heading
	out.Button = s.button(l, l.T("mail.review_answer.button"), n.path())
	return out
}
