package shell

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/workfluence/workfluence/internal/locale"
)

// flashSeconds is how long a flash waits for the page that shows it.
const flashSeconds = 60

// flashWire is what the cookie holds: a message and its placeholders, never a finished text, so that the page
// that shows it speaks the language of that page.
type flashWire struct {
	ID   string   `json:"i"`
	Data []string `json:"d,omitempty"`
}

func encodeFlash(id string, data []string) string {
	raw, err := json.Marshal(flashWire{ID: id, Data: data})
	if err != nil { // strings always marshal
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// takeFlash reads the flash and clears it. A cookie that we didn't write says nothing.
func (s *Shell) takeFlash(w http.ResponseWriter, r *http.Request, l locale.L) *Flash {
	value := cookie(r, flashCookie)
	if value == "" {
		return nil
	}
	s.setCookie(w, flashCookie, "", -1)
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	var f flashWire
	if json.Unmarshal(raw, &f) != nil || !l.Has(f.ID) {
		return nil
	}
	data := make([]any, len(f.Data))
	for i, d := range f.Data {
		data[i] = d
	}
	return &Flash{Text: l.T(f.ID, data...)}
}
