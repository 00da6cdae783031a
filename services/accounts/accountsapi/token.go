package accountsapi

import "time"

// TokenPrefix begins every API token, so that a leaked one is recognised by scanners of code and logs.
const TokenPrefix = "wfp_"

// The scopes of an API token. There is none for what a person has to do themselves: approve, publish, pay, refund, change roles, security or
// tokens.
const (
	TokenProfileRead     = "profile:read"
	TokenDocumentsRead   = "documents:read"
	TokenDocumentsWrite  = "documents:write"
	TokenSubmissionsRead = "submissions:read"
	TokenDeskRead        = "desk:read"
	TokenProductsRead    = "products:read"
	TokenProductsWrite   = "products:write"
	TokenSalesRead       = "sales:read"
	TokenOrdersRead      = "orders:read"
	TokenMoneyRead       = "money:read"
)

// TokenScopes are all scopes, in the order in which a page offers them.
var TokenScopes = []string{
	TokenProfileRead, TokenDocumentsRead, TokenDocumentsWrite, TokenSubmissionsRead, TokenDeskRead,
	TokenProductsRead, TokenProductsWrite, TokenSalesRead, TokenOrdersRead, TokenMoneyRead,
}

// TokenDays are the lives that a token may have, in days.
var TokenDays = []int{30, 90, 365}

// MakeAPIToken asks for a token. Days is one of TokenDays.
type MakeAPIToken struct {
	Name   string   `json:"name" validate:"required,max=60"`
	Scopes []string `json:"scopes" validate:"required,min=1,max=10,unique,dive,oneof=profile:read documents:read documents:write submissions:read desk:read products:read products:write sales:read orders:read money:read"`
	Days   int      `json:"days" validate:"required,oneof=30 90 365"`
}

// APIToken is a token that lives. Its secret is not kept: Ending is what remains of it.
type APIToken struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Ending   string     `json:"ending"`
	Scopes   []string   `json:"scopes"`
	Created  time.Time  `json:"created"`
	LastUsed *time.Time `json:"last_used,omitempty"`
	Expires  time.Time  `json:"expires"`
}

// MadeAPIToken is a new token. Token is shown this once: only its hash is stored.
type MadeAPIToken struct {
	APIToken
	Token string `json:"token"`
}

// APITokens are the caller's living tokens, the newest first.
type APITokens struct {
	Data []APIToken `json:"data"`
}
