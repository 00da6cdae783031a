package crash_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/workfluence/workfluence/billing/stripesim"
	"github.com/workfluence/workfluence/cmd/workfluence/internal/house"
)

func stripeURL(h *house.House) (string, error) {
	var ports struct {
		Stripe int `json:"stripe"`
	}
	text, err := os.ReadFile(filepath.Join(h.State, "ports.json"))
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(text, &ports); err != nil {
		return "", err
	}
	return fmt.Sprintf("http://127.0.0.1:%d", ports.Stripe), nil
}

// provoke asks the simulator for the fault that leads to a place which a
// sunny day never comes by: money.md §8 row 8, a 500 that Stripe keeps.
func provoke(ctx context.Context, h *house.House, place string) error {
	if !strings.HasPrefix(place, "billing.operation.") {
		return nil
	}
	base, err := stripeURL(h)
	if err != nil {
		return err
	}
	body, err := json.Marshal(stripesim.Fault{Mode: stripesim.FaultStored500, Method: http.MethodPost, Path: "/v1/transfers"})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/_sim/faults", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("the simulator refused the fault: %s", resp.Status)
	}
	return nil
}
