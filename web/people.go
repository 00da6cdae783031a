package web

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/identity"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/services/notify/notifyapi"
	"github.com/workfluence/workfluence/web/shell"
)

// nameFor is how long the masthead may lag behind a change of name, role or unread messages. A page that changes
// one of them drops the entry of its own session, so that nobody sees their own change late.
const nameFor = 3 * time.Second

// mostPeople bounds the masthead's memory; past it all are forgotten.
const mostPeople = 20000

// people knows who is signed in, for the masthead.
type people struct {
	accounts *accountsapi.Client
	notify   *notifyapi.Client
	clock    clock.Clock
	log      *slog.Logger

	mu    sync.Mutex
	known map[string]known
}

type known struct {
	person shell.Person
	until  time.Time
}

func newPeople(a *accountsapi.Client, n *notifyapi.Client, c clock.Clock, log *slog.Logger) *people {
	return &people{accounts: a, notify: n, clock: c, log: log, known: map[string]known{}}
}

// of is shell.Config.People.
func (p *people) of(ctx context.Context, caller identity.Caller) (shell.Person, error) {
	key := caller.Session + " " + caller.Person + " " + caller.For
	now := p.clock.Wall()
	p.mu.Lock()
	k, ok := p.known[key]
	p.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.person, nil
	}
	person, err := p.ask(ctx, caller)
	if err != nil {
		return shell.Person{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= mostPeople {
		clear(p.known)
	}
	p.known[key] = known{person, now.Add(nameFor)}
	return person, nil
}

// forget drops what is known of a person.
func (p *people) forget(caller identity.Caller) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, caller.Session+" "+caller.Person+" "+caller.For)
}

func (p *people) ask(ctx context.Context, caller identity.Caller) (shell.Person, error) {
	me, err := p.accounts.Me(ctx)
	if err != nil {
		return shell.Person{}, err
	}
	// Under a mandate the assistant's own answer says nothing about the person represented.
	solo := me.WorksFor == accountsapi.WorksNo && caller.For == ""
	out := shell.Person{ID: me.ID, Name: me.Name, Zone: me.Zone, Roles: rolesOf(me), Solo: solo}
	if out.Name == "" {
		out.Name = me.Email
	}
	if caller.For != "" {
		out.ActingFor, out.Roles = p.represented(ctx, caller)
		return out, nil
	}
	// Neither organisations nor a mailbox that don't answer must take the page with them.
	if acts, err := p.accounts.Organisations(ctx); err != nil {
		p.log.WarnContext(ctx, "the masthead goes without organisations", "error", err)
	} else {
		out.Organisations = organisationMenu(acts.Data)
	}
	unread, err := p.notify.Unread(ctx)
	if err != nil {
		p.log.WarnContext(ctx, "the masthead goes without the number of messages", "error", err)
	}
	out.Unread = unread.Count
	return out, nil
}

// represented names the person acted for, and their hats: the assistant's own don't matter here. Without an answer
// the page still says that the visitor acts for someone, and leads to all that the mandate opens.
func (p *people) represented(ctx context.Context, caller identity.Caller) (string, []shell.Role) {
	list, err := p.accounts.Mandates(ctx)
	if err != nil {
		p.log.WarnContext(ctx, "the masthead goes without the name of the person represented", "error", err)
		return "…", rolesUnder(true, caller)
	}
	for _, m := range list.Held {
		if m.Represented == caller.For && m.State == accountsapi.MandateActive {
			if m.RepresentedName == "" {
				m.RepresentedName = "…"
			}
			return m.RepresentedName, rolesUnder(m.RepresentedSelling, caller)
		}
	}
	return "…", rolesUnder(true, caller)
}

// rolesUnder are the hats of a person represented, as far as the mandate reaches. What they bought is for who may see;
// who may not finds their drafts among the creator's pages, whether they sell or not.
func rolesUnder(selling bool, caller identity.Caller) []shell.Role {
	var roles []shell.Role
	see := caller.Has(accountsapi.ScopeSee)
	if selling || !see {
		roles = append(roles, shell.Creator)
	}
	if see {
		roles = append(roles, shell.Buyer)
	}
	return roles
}

func rolesOf(me accountsapi.Person) []shell.Role {
	var roles []shell.Role
	if me.Selling {
		roles = append(roles, shell.Creator)
	}
	roles = append(roles, shell.Buyer)
	if me.Operator {
		roles = append(roles, shell.Operator)
	}
	return roles
}

// most bounds the organisations in the menu; the page of organisations lists them all.
const most = 5

// organisationMenu leads to what somebody does for each organisation: the desk for who reviews, else its page.
func organisationMenu(all []accountsapi.Organisation) []shell.Organisation {
	var out []shell.Organisation
	for _, o := range all[:min(len(all), most)] {
		to := shell.Organisation{Name: o.Name, Path: "/organisations/" + o.ID}
		if slices.Contains(o.Mine, accountsapi.RoleHRReviewer) || slices.Contains(o.Mine, accountsapi.RoleLegalReviewer) && o.Kind == accountsapi.KindEmployer {
			to.Path = "/desk?organisation=" + o.ID
		}
		out = append(out, to)
	}
	return out
}
