package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/workfluence/workfluence/services/review/receipt"
)

type receiptCmd struct {
	Verify receiptVerifyCmd `cmd:"" help:"Follow a receipt from the post to the signature of the log, with nothing but the key file."`
}

// keyFile is where the house's public keys are, which nobody takes from what is to be checked.
type keyFile struct {
	Key string `required:"" placeholder:"KEYFILE" help:"The log's public keys, as published." type:"existingfile"`
}

func (f keyFile) read() (receipt.Keys, error) {
	raw, err := os.ReadFile(f.Key)
	if err != nil {
		return receipt.Keys{}, err
	}
	return receipt.ParseKeys(raw)
}

type receiptVerifyCmd struct {
	keyFile
	Receipt string `arg:"" help:"The receipt." type:"existingfile"`
	Post    string `arg:"" optional:"" help:"The post as a text file: is it the one that was decided about?" type:"existingfile"`
	Title   string `help:"The post's title, of an article or a newsletter." placeholder:"FILE" type:"existingfile"`
	Caption string `help:"The caption beside a script." placeholder:"FILE" type:"existingfile"`
}

// Run says what was decided, or where the proof breaks.
func (c *receiptVerifyCmd) Run() error {
	keys, err := c.read()
	if err != nil {
		return err
	}
	file, err := os.ReadFile(c.Receipt)
	if err != nil {
		return err
	}
	var post receipt.Post
	for path, into := range map[string]**string{c.Post: &post.Text, c.Title: &post.Title, c.Caption: &post.Caption} {
		if path == "" {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := string(raw)
		*into = &text
	}
	r, err := receipt.Verify(keys, file, &post)
	if err != nil {
		return fmt.Errorf("this receipt proves nothing: %w", err)
	}
	c.say(os.Stdout, r)
	return nil
}

// say prints what the receipt proves: who decided what, when, under which policy, and whether the post is the one (A52).
func (c *receiptVerifyCmd) say(w io.Writer, r receipt.Receipt) {
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	s := r.Statement
	employer := s.Employer.Name
	if s.Employer.Domain != "" {
		employer += " (" + s.Employer.Domain + ")"
	}
	by := "by"
	if s.Decision == receipt.Requested || s.Decision == receipt.SelfReported {
		by = "of" // the author alone speaks, about them
	}
	line("The receipt holds: %s %s %s, %s.", s.Decision, by, employer, s.Decided.Format(time.RFC3339))
	for _, who := range s.Signatures {
		line("  %s, %s, known by %s", who.Name, who.Role, who.Assurance)
		if who.Basis != "" {
			line("    basis: %s", who.Basis)
		}
	}
	if s.Standing != nil {
		line("  under the standing permission %s (%s), signed %s, as %q", s.Standing.ID, s.Standing.Digest, s.Signatures[0].At.Format(time.RFC3339), s.Standing.Topic)
	}
	line("  under the policy %s (%s)", s.Policy.Digest, s.Policy.Source)
	if s.Asked != nil {
		line("  %s was asked %s; an answer counted until %s, unanswered by then: %t", s.Asked.Mailbox, s.Asked.At.Format(time.RFC3339), s.Asked.Until.Format(time.RFC3339), s.Asked.Unanswered)
	}
	if s.Reported != nil {
		line("  as the author says, %s (%s) answered %q by %s, %s", s.Reported.Name, s.Reported.Role, s.Reported.Answer, s.Reported.How, s.Reported.Said.Format(time.RFC3339))
	}
	if s.ValidFrom != nil {
		line("  from %s", s.ValidFrom.Format(time.RFC3339))
	}
	if s.ValidUntil != nil {
		line("  until %s", s.ValidUntil.Format(time.RFC3339))
	}
	line("  about %s", s.Digest)
	if c.Post == "" {
		line("No post was given to compare it with.")
	} else {
		line("The post matches: it is the one that was decided about.")
	}
}

type logCmd struct {
	Audit logAuditCmd `cmd:"" help:"Build the log's tree again and hold it against checkpoints and receipts that you kept."`
}

type logAuditCmd struct {
	keyFile
	Log         string   `arg:"" help:"The log: a row a line." type:"existingfile"`
	Checkpoints []string `arg:"" optional:"" help:"Checkpoints that you kept." type:"existingfile"`
	Receipts    []string `name:"receipt" help:"Receipts that you kept; each says what its own row was." placeholder:"FILE" type:"existingfile"`
}

// Run names what is not as it was, and fails if there is anything.
func (c *logAuditCmd) Run() error {
	if len(c.Checkpoints)+len(c.Receipts) == 0 {
		return errors.New("give a checkpoint or a receipt that you kept: without one a log can only be compared with itself")
	}
	keys, err := c.read()
	if err != nil {
		return err
	}
	checkpoints, err := readAll(c.Checkpoints)
	if err != nil {
		return err
	}
	receipts, err := readAll(c.Receipts)
	if err != nil {
		return err
	}
	signed := make([]string, len(checkpoints))
	for i, raw := range checkpoints {
		signed[i] = string(raw)
	}
	log, err := os.Open(c.Log)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	rep, err := receipt.Audit(keys, log, signed, receipts)
	if err != nil {
		return err
	}
	for _, f := range rep.Faults {
		fmt.Println(strings.TrimPrefix(f.Error(), "the "))
	}
	fmt.Printf("%d rows; agrees with %d checkpoints and %d receipts; %d faults\n", rep.Rows, len(rep.Checkpoints), rep.Receipts, len(rep.Faults))
	if len(rep.Faults) > 0 {
		return errors.New("the log is not what was signed")
	}
	return nil
}

func readAll(paths []string) ([][]byte, error) {
	all := make([][]byte, len(paths))
	for i, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		all[i] = raw
	}
	return all, nil
}
