package accounts

import (
	"time"

	"github.com/workfluence/workfluence/internal/id"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
)

const invitationPrefix = "orginvite"

// Invitation asks the owner of a mailbox to act for an organisation. Whoever accepts it has read that mailbox and is signed in, by whatever
// address their account has: the mailbox proves the right to the role, and never opens an account.
//
//	open ── accept, signed in ──► accepted
//	  ├── revoke ───────────────► revoked      (also when its organisation closes)
//	  └── 14 days ──────────────► expired
type Invitation struct {
	ID             string
	OrganisationID string
	Mailbox        *Email // nil once its owner was erased
	Roles          []string
	State          string
	InvitedBy      string
	AcceptedBy     *string
	CreatedAt      time.Time
	AnswerBy       time.Time
	EndedAt        *time.Time

	From         string // joined: the name of who invites
	Organisation string // joined
	Kind         string // joined
}

func newInvitation(organisationID, by string, to Email, roles []string, now time.Time) Invitation {
	return Invitation{
		ID: id.New(invitationPrefix), OrganisationID: organisationID, Mailbox: &to, Roles: roles, State: accountsapi.InvitationOpen, InvitedBy: by, CreatedAt: now,
		AnswerBy: now.Add(inviteLife),
	}
}

// Due is the deadline that the timer watches, nil when there is none.
func (i *Invitation) Due() *time.Time {
	if i.State == accountsapi.InvitationOpen {
		return &i.AnswerBy
	}
	return nil
}

// current is the state at a domain time: a deadline that has passed counts even before the timer wrote it down.
func (i *Invitation) current(now time.Time) string {
	if due := i.Due(); due != nil && !now.Before(*due) {
		return accountsapi.InvitationExpired
	}
	return i.State
}

// end moves an open invitation to its end. ErrInvitationClosed with the state when it is none any more.
func (i *Invitation) end(state string, now time.Time) error {
	if current := i.current(now); current != accountsapi.InvitationOpen {
		return accountsapi.ErrInvitationClosed.WithState(current)
	}
	i.State, i.EndedAt = state, &now
	return nil
}

func (i *Invitation) wire(now time.Time) accountsapi.OrgInvitation {
	return accountsapi.OrgInvitation{
		ID: i.ID, Mailbox: string(deref(i.Mailbox)), Roles: i.Roles, State: i.current(now), Created: i.CreatedAt, AnswerBy: i.AnswerBy, Ended: i.EndedAt,
	}
}
