package reviewapi

import (
	"context"
	"net/http"
	"time"

	"github.com/workfluence/workfluence/internal/call"
)

// Agree is the kind of a decision that agrees for one person's part, while others are still to be heard: never asked for, only answered.
const Agree = "agree"

// How many have to agree in a stage.
const (
	NeedOne  = "one"  // anybody in one of its roles
	NeedAll  = "all"  // a person for each of its roles
	NeedSome = "some" // as many people as Count says
)

// StagePlan is how what is sent to an organisation passes. Version 0 says that nothing is set: any one member of the desk decides.
type StagePlan struct {
	Version int64      `json:"version"` // send it as If-Match; grows with each setting
	Since   *time.Time `json:"since,omitempty"`
	SetStages
	// MayEdit is true for owners and admins.
	MayEdit bool `json:"may_edit"`
	// Unmanned are open stages in which too few may speak, oldest first.
	Unmanned []UnmannedStage `json:"unmanned"`
}

// SetStages is a plan. What was sent before keeps the one of its day.
type SetStages struct {
	// Zone is in which business days are counted, an IANA name.
	Zone string `json:"zone" validate:"required,max=64"`
	// Closed are days on which nobody works there, "2027-12-25".
	Closed []string `json:"closed" validate:"max=200,dive,max=10"`
	// Stages in order, at least one of them without When; none takes the plan away.
	Stages []PlanStage `json:"stages" validate:"max=6,dive"`
}

// PlanStage is one of its stages.
type PlanStage struct {
	Name  string   `json:"name" validate:"required,max=60"` // its author reads it too
	Roles []string `json:"roles" validate:"required,min=1,max=3,unique,dive,oneof=hr_reviewer legal_reviewer principal"`
	Need  string   `json:"need" validate:"required,oneof=one all some"`
	// Count is of "some": 2 to 20 people.
	Count int `json:"count,omitempty" validate:"min=0,max=20"`
	// Days are business days until it is escalated.
	Days int `json:"days" validate:"min=1,max=10"`
	// Beside opens it together with the stage before it.
	Beside bool `json:"beside,omitempty"`
	// When leaves the stage out unless something in the submission asks for it; null is always.
	When *StageWhen `json:"when,omitempty"`
}

// StageWhen holds when one hit of the policy's rules is of one of the kinds, names one of the routes, or is as severe.
type StageWhen struct {
	Kinds    []string `json:"kinds,omitempty" validate:"max=30,unique,dive,max=40"` // docs/prescreen.md: "FINANCE"
	Routes   []string `json:"routes,omitempty" validate:"max=6,unique,dive,oneof=hr legal finance comms security ethics"`
	Severity string   `json:"severity,omitempty" validate:"omitempty,oneof=low medium high"`
}

// UnmannedStage is a stage that waits for somebody who isn't there: give a member one of its roles, or have a deputy named.
type UnmannedStage struct {
	Submission string    `json:"submission"`
	Stage      string    `json:"stage"`
	Roles      []string  `json:"roles"`
	Since      time.Time `json:"since"`
}

// States of a stage.
const (
	StageWaiting = "waiting"
	StageOpen    = "open"
	StagePassed  = "passed"
	StageStopped = "stopped" // the submission ended in it, or before it came
)

// Stage is a stage of a submission as its author sees it: no names.
type Stage struct {
	Name  string     `json:"name"`
	State string     `json:"state"`
	Due   *time.Time `json:"due,omitempty"` // while it is open
	// NoReviewer is true while nobody at the employer may decide in it. Silence stays silence.
	NoReviewer bool `json:"no_reviewer"`
}

// DeskStage is a stage as the desk sees it.
type DeskStage struct {
	Stage
	Roles []string `json:"roles"`
	Need  string   `json:"need"`
	Count int      `json:"count"` // how many have to agree
	// Said are those who spoke in it.
	Said []StageVoice `json:"said"`
	// Yours are the roles in which the reader may speak in it now.
	Yours []string `json:"yours"`
}

// StageVoice is who spoke in a stage.
type StageVoice struct {
	Name string    `json:"name,omitempty"`
	Role string    `json:"role"`
	Kind string    `json:"kind"`
	For  string    `json:"for,omitempty"` // whom they stood in for, "" for nobody or somebody without a name
	At   time.Time `json:"at"`
	Void bool      `json:"void,omitempty"` // taken back by the owner
}

// NewDeputy names who stands in for the caller. The delegate acts for the organisation too.
type NewDeputy struct {
	Delegate string    `json:"delegate" validate:"required,max=64"` // a person
	From     time.Time `json:"from" validate:"required"`
	Until    time.Time `json:"until" validate:"required"` // at most a year after From
}

// Deputy is somebody who stands in for another. Names are "" for who gave none.
type Deputy struct {
	ID           string     `json:"id"`
	Person       string     `json:"person"`
	Name         string     `json:"name"`
	Delegate     string     `json:"delegate"`
	DelegateName string     `json:"delegate_name"`
	Roles        []string   `json:"roles"`
	From         time.Time  `json:"from"`
	Until        time.Time  `json:"until"`
	Ended        *time.Time `json:"ended,omitempty"`
}

// Colleague is a member who can be named as a deputy, or whose decisions can be taken back.
type Colleague struct {
	Person string   `json:"person"`
	Member string   `json:"member"`
	Name   string   `json:"name"`
	Roles  []string `json:"roles"`
}

// Deputies are those of an organisation that are not over, and whom else one could name.
type Deputies struct {
	Data       []Deputy    `json:"data"`
	Colleagues []Colleague `json:"colleagues"`
}

// Kinds of a stake.
const (
	StakeWriter = "writer" // they wrote it, or help its author write
	StakeBrand  = "brand"  // they have something to gain from whom it is about
	StakeClose  = "close"  // they are close to its author
	StakeOther  = "other"
)

// DeclareStake says that one has something to gain or to lose: one decides nothing about it, for good.
type DeclareStake struct {
	Kind string `json:"kind" validate:"required,oneof=writer brand close other"`
}

// TakeBackAll takes back what one member decided: what it cleared is revoked, and what it agreed to in open stages is asked anew.
type TakeBackAll struct {
	Member string `json:"member" validate:"required,max=64"` // present or former
	Reason string `json:"reason" validate:"required,max=5000"`
	// Name is who says so, as it stands on the receipts.
	Name string `json:"name" validate:"required,max=100"`
}

// TakenBackAll says what became of it. Left is true when there is more: ask again.
type TakenBackAll struct {
	Revoked  int  `json:"revoked"`
	Reopened int  `json:"reopened"`
	Left     bool `json:"left"`
}

// Kinds of what a member is told.
const (
	NoteAsked      = "asked"
	NoteReminder   = "reminder"
	NoteEscalation = "escalation"
	NoteNoReviewer = "no_reviewer"
)

// DeskMail is what notify needs to write to a member: no word of the post. Path begins with a slash.
type DeskMail struct {
	Mailbox      string     `json:"mailbox"`
	Locale       string     `json:"locale"`
	Zone         string     `json:"zone"`
	Kind         string     `json:"kind"`
	Organisation string     `json:"organisation"`
	Author       string     `json:"author"` // "" for somebody without a name
	Stage        string     `json:"stage"`
	Path         string     `json:"path"`
	Due          *time.Time `json:"due,omitempty"`
}

// Stages is how what is sent to an organisation passes.
func (c *Client) Stages(ctx context.Context, organisation string) (StagePlan, error) {
	return call.Do[StagePlan](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/stages", organisation), nil)
}

// SetStages sets it for what is sent from now on. problem.ErrStale, accountsapi.ErrRoleMissing.
func (c *Client) SetStages(ctx context.Context, organisation string, version int64, in SetStages) (StagePlan, error) {
	return call.Do[StagePlan](ctx, c.hc, http.MethodPut, path("/api/v1/employers/%s/stages", organisation), in, ifMatch(version))
}

// Deputies are who stands in for whom.
func (c *Client) Deputies(ctx context.Context, organisation string) (Deputies, error) {
	return call.Do[Deputies](ctx, c.hc, http.MethodGet, path("/api/v1/employers/%s/deputies", organisation), nil)
}

// NameDeputy names who stands in for the caller. ErrDeputyUnfit.
func (c *Client) NameDeputy(ctx context.Context, organisation string, in NewDeputy) (Deputy, error) {
	return call.Do[Deputy](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/deputies", organisation), in)
}

// EndDeputy ends it now: who named them, the deputy, an owner or an admin. accountsapi.ErrRoleMissing.
func (c *Client) EndDeputy(ctx context.Context, organisation, deputy string) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodDelete, path("/api/v1/employers/%s/deputies/%s", organisation, deputy), nil)
	return err
}

// DeclareStake recuses the caller from a submission, for good.
func (c *Client) DeclareStake(ctx context.Context, organisation, submission string, in DeclareStake) error {
	_, err := call.Do[call.Empty](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/submissions/%s/stake", organisation, submission), in)
	return err
}

// TakeBackAll takes back what one member decided. Owners only: accountsapi.ErrRoleMissing.
func (c *Client) TakeBackAll(ctx context.Context, organisation string, in TakeBackAll) (TakenBackAll, error) {
	return call.Do[TakenBackAll](ctx, c.hc, http.MethodPost, path("/api/v1/employers/%s/revocations", organisation), in)
}

// DeskNoteForMail is what the mail of a note says. Notify only; problem.ErrNotFound once it needs no mail any more.
func (c *Client) DeskNoteForMail(ctx context.Context, noteID string) (DeskMail, error) {
	return call.Do[DeskMail](ctx, c.hc, http.MethodGet, path("/internal/desk-notes/%s/mail", noteID), nil)
}
