// Package dev is the demo's own part: the clock that walks, the mails that
// were caught, and the Stripe simulator. It is wired under `serve --dev` and
// nowhere else; a test walks production's routes and finds none of it.
package dev

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/internal/clock"
	"github.com/workfluence/workfluence/internal/devstack/devapi"
	"github.com/workfluence/workfluence/internal/devstack/mailcatcher"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
)

// Options are what serve hands over.
type Options struct {
	Clock *clock.Demo
	Mail  *mailcatcher.Store
	Parts []string // every other part of the house
	Sim   Simulator
	// SimURL is where the simulator is served.
	SimURL string
	// People are those of the demo world, as far as it is complete.
	People func() []devapi.DemoPerson
}

// Simulator is what the walk needs of stripesim.
type Simulator interface {
	Tick(ctx context.Context) int
	Quiet() bool
	NextDue() time.Time
	Run(ctx context.Context) error
}

// Module is the demo's part.
func Module(o Options) app.Module {
	return app.Module{Name: devapi.Name, Init: func(_ context.Context, k *app.Kit) (*app.Part, error) {
		s := &service{opts: o, walker: walker{clock: o.Clock, parts: o.Parts, hc: k.HTTP, more: []source{{
			name:  "stripe",
			quiet: func(ctx context.Context) (bool, error) { return o.Sim.Tick(ctx) == 0 && o.Sim.Quiet(), nil },
			due: func(context.Context) (app.Due, error) {
				return app.Due{At: o.Sim.NextDue(), What: "Stripe acts by itself"}, nil
			},
		}}}}
		r := rest.NewRouter(k.Name, k.Verifier, rest.WithLog(k.Log), rest.WithDev(true))
		s.routes(r)
		return &app.Part{Handler: r, Routes: r.Routes(), Background: []func(context.Context) error{o.Sim.Run}}, nil
	}}
}

type service struct {
	opts   Options
	walker walker
	moving sync.Mutex
}

type mailID struct {
	ID string `path:"id" validate:"required,max=100"`
}

type mailQuery struct {
	To string `query:"to" validate:"max=320"`
}

// listed is how many mails a list shows.
const listed = 100

func (s *service) routes(r *rest.Router) {
	dev := rest.Any(rest.Dev)
	rest.Handle(r, rest.Route{Method: "GET", Path: devapi.Prefix + "/clock", Summary: "Read the demo's time and its next deadline", Access: dev},
		func(ctx context.Context, _ *rest.Empty) (*devapi.Clock, error) { return s.read(ctx) })
	rest.Handle(r, rest.Route{Method: "POST", Path: devapi.Prefix + "/clock", Summary: "Walk the demo's time forward", Access: dev}, s.move)
	rest.Handle(r, rest.Route{Method: "POST", Path: devapi.Prefix + "/settle", Summary: "Wait until nothing is left to do", Access: dev},
		func(ctx context.Context, _ *rest.Empty) (*devapi.Clock, error) {
			if err := s.walker.settle(ctx); err != nil {
				return nil, err
			}
			return s.read(ctx)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: devapi.Prefix + "/mails", Summary: "List the caught mails", Access: dev}, s.mails)
	rest.Handle(r, rest.Route{Method: "GET", Path: devapi.Prefix + "/mails/:id", Summary: "Read a caught mail", Access: dev}, s.mail)
	rest.Handle(r, rest.Route{Method: "GET", Path: devapi.Prefix + "/demo", Summary: "Say what stands ready to be tried", Access: dev},
		func(context.Context, *rest.Empty) (*devapi.Demo, error) {
			out := &devapi.Demo{People: []devapi.DemoPerson{}, Stripe: s.opts.SimURL}
			if s.opts.People != nil {
				out.People = append(out.People, s.opts.People()...)
			}
			return out, nil
		})
}

func (s *service) read(ctx context.Context) (*devapi.Clock, error) {
	next, err := s.walker.next(ctx)
	if err != nil {
		return nil, err
	}
	return &devapi.Clock{Now: s.opts.Clock.Now(), Wall: s.opts.Clock.Wall(), Next: next}, nil
}

func (s *service) move(ctx context.Context, in *devapi.Move) (*devapi.Clock, error) {
	if !s.moving.TryLock() {
		return nil, problem.ErrConflict.WithDetail("The clock is already walking.")
	}
	defer s.moving.Unlock()
	var to time.Time
	switch {
	case in.Until != nil:
		to = *in.Until
	case in.Hours > 0:
		to = s.opts.Clock.Now().Add(time.Duration(in.Hours) * time.Hour)
	}
	if err := s.walker.walk(ctx, to); err != nil {
		return nil, err
	}
	return s.read(ctx)
}

func (s *service) mails(_ context.Context, in *mailQuery) (*devapi.Mails, error) {
	found, err := s.opts.Mail.List(in.To, listed)
	if err != nil {
		return nil, err
	}
	out := &devapi.Mails{Data: []devapi.Mail{}}
	for _, m := range found {
		mail := wire(m)
		mail.Text, mail.HTML = "", ""
		out.Data = append(out.Data, mail)
	}
	return out, nil
}

func (s *service) mail(_ context.Context, in *mailID) (*devapi.Mail, error) {
	m, err := s.opts.Mail.Get(in.ID)
	if errors.Is(err, mailcatcher.ErrNotFound) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	out := wire(m)
	return &out, nil
}

func wire(m mailcatcher.Message) devapi.Mail {
	return devapi.Mail{ID: m.ID, To: m.To, From: m.From, Subject: m.Subject, At: m.Received, Text: m.Text, HTML: m.HTML}
}
