package account

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/accounts/accountsapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// tokensPath is the page of a person's API tokens.
const tokensPath = "/settings/tokens" //nolint:gosec // a path, no secret

// tokenForm is what was typed for a new token, and what there is. secret is that of the token just made, shown in this answer alone.
type tokenForm struct {
	name, days string
	scopes     []string
	tokens     []accountsapi.APIToken
	secret     string
	faults     ui.Faults
}

func (h *pages) tokens(v *shell.Visit) error {
	return h.showTokens(v, http.StatusOK, tokenForm{days: strconv.Itoa(accountsapi.TokenDays[1])})
}

func (h *pages) showTokens(v *shell.Visit, status int, form tokenForm) error {
	list, err := h.accounts.APITokens(v.Context())
	if err != nil {
		return err
	}
	form.tokens = list.Data
	v.Page.Title, v.Page.Once = v.L.T("account.token.title"), form.secret != ""
	return v.ShowStatus(status, tokensPage(v.L, form))
}

// postTokens revokes a token, or makes one and shows it: the answer to the press itself, since a page to be led to would need the secret kept.
func (h *pages) postTokens(v *shell.Visit) error {
	if id := v.Form("revoke"); id != "" {
		if err := h.accounts.RevokeAPIToken(v.Context(), id); err != nil {
			return err
		}
		v.Flash("account.token.revoked")
		return v.See(tokensPath)
	}
	form := tokenForm{name: strings.TrimSpace(v.Form("name")), days: v.Form("days"), scopes: v.Forms("scopes")}
	days, _ := strconv.Atoi(form.days) // what is no number is none of the choices
	made, err := h.accounts.MakeAPIToken(v.Context(), accountsapi.MakeAPIToken{Name: form.name, Scopes: form.scopes, Days: days})
	if err == nil {
		return h.showTokens(v, http.StatusCreated, tokenForm{days: form.days, secret: made.Token})
	}
	if !shown(err) {
		return err
	}
	form.faults = ui.FaultsOf(v.L, err)
	return h.showTokens(v, problem.From(err).Status(), form)
}

// scopeWord says what a scope allows.
func scopeWord(l locale.L, scope string) string {
	return l.T("account.token.scope." + strings.ReplaceAll(scope, ":", "_"))
}

func allowed(l locale.L, scopes []string) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = scopeWord(l, s)
	}
	return strings.Join(words, " · ")
}

func dayOptions(l locale.L) []ui.Option {
	var out []ui.Option
	for _, d := range accountsapi.TokenDays {
		n := strconv.Itoa(d)
		out = append(out, ui.Option{Value: n, Label: l.T("account.token.life." + n)})
	}
	return out
}
