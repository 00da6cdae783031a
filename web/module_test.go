package web

import (
	"strings"
	"testing"

	"github.com/workfluence/workfluence/internal/app"
	"github.com/workfluence/workfluence/web/public"
)

// Production doesn't start without an imprint, and says what it lacks beside everything else.
func TestProductionNamesItsOperator(t *testing.T) {
	t.Parallel()
	m := Module()
	err := app.Config{}.Missing([]app.Module{m})
	for _, want := range []string{"WEB_OPERATOR_ADDRESS", "WEB_OPERATOR_EMAIL", "WORKFLUENCE_PUBLIC_URL"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not asked for: %v", want, err)
		}
	}
	full := public.Config{Operator: "Workfluence", Address: "1 Test Street", Email: "help@test.example"}
	if err := (Config{Public: full}).Missing(); err != nil {
		t.Error(err)
	}
	full.Address = " \n"
	if err := (Config{Public: full}).Missing(); err == nil || strings.Contains(err.Error(), "EMAIL") {
		t.Errorf("an address of spaces: %v", err)
	}
}
