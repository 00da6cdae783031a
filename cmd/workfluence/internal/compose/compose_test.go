package compose_test

import (
	"slices"
	"testing"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/web/operator"
)

// Every part with a schema handles events and may fail at one: the operator's page must know of it.
func TestTheOperatorSeesTheEventsOfEveryPart(t *testing.T) {
	t.Parallel()
	want, got := compose.Schemas(compose.Modules()), slices.Clone(operator.Parts)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the page lists %q, the parts with events are %q", got, want)
	}
}
