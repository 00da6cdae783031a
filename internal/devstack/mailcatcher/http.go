package mailcatcher

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
)

// Handler serves the store as JSON, newest first:
//
//	GET    /messages?to=ADDRESS&limit=N   {"data": [Message, …]}
//	GET    /messages/{id}                 Message
//	GET    /messages/{id}/raw             the mail as it was sent, message/rfc822
//	DELETE /messages                      forgets all
func (s *Store) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /messages", s.serveList)
	mux.HandleFunc("GET /messages/{id}", func(w http.ResponseWriter, r *http.Request) {
		m, err := s.Get(r.PathValue("id"))
		answer(w, m, err)
	})
	mux.HandleFunc("GET /messages/{id}/raw", func(w http.ResponseWriter, r *http.Request) {
		raw, err := s.Raw(r.PathValue("id"))
		if err != nil {
			answer(w, nil, err)
			return
		}
		w.Header().Set("Content-Type", "message/rfc822")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(raw)
	})
	mux.HandleFunc("DELETE /messages", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.Clear(); err != nil {
			answer(w, nil, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func (s *Store) serveList(w http.ResponseWriter, r *http.Request) {
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit <= 0 {
		limit = 50
	}
	messages, err := s.List(r.URL.Query().Get("to"), limit)
	answer(w, struct {
		Data []Message `json:"data"`
	}{messages}, err)
}

func answer(w http.ResponseWriter, body any, err error) {
	switch {
	case errors.Is(err, ErrNotFound):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body)
	}
}
