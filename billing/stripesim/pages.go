package stripesim

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"sort"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/money"
)

//go:embed pages
var pageFiles embed.FS

// What the pages need is read when the first of them is shown: the program is also started where there is no simulator.
var (
	templates = sync.OnceValue(func() *template.Template { return template.Must(template.ParseFS(pageFiles, "pages/*.html")) })
	messages  = sync.OnceValue(func() *locale.Bundle { return locale.MustLoad(mustSub(pageFiles, "pages/i18n")) })
	styles, _ = pageFiles.ReadFile("pages/till.css")
)

func mustSub(f fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		panic(err)
	}
	return sub
}

// view is what every hosted page knows. Errors are tied to their fields and summed up on top.
type view struct {
	locale.L
	Title    string
	Back     string // where the way back leads; empty hides it
	Problem  string // of the whole form
	Errors   []fieldError
	Values   map[string]string
	Content  any
	template string
	status   int
}

type fieldError struct{ Field, Text string }

// Error is the error of one field, or nothing.
func (v *view) Error(field string) string {
	for _, e := range v.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

func (v *view) wrong(field, message string) {
	v.Errors = append(v.Errors, fieldError{field, v.T(message)})
}

// Value is what was typed or prefilled.
func (v *view) Value(field string) string { return v.Values[field] }

// pages registers the hosted pages.
func (s *Sim) pages(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.page(func(r *http.Request) *view {
		v := s.view(r, "", "home", "home_title")
		v.Content = testCardTable
		return v
	}))
	mux.HandleFunc("GET /till.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=3600")
		_, _ = w.Write(styles)
	})
	mux.HandleFunc("GET /c/pay/{id}", s.page(s.showPay))
	mux.HandleFunc("POST /c/pay/{id}", s.action(s.doPay))
	mux.HandleFunc("GET /c/pay/{id}/confirm", s.page(s.showChallenge))
	mux.HandleFunc("POST /c/pay/{id}/confirm", s.action(s.doChallenge))
	mux.HandleFunc("GET /setup/e/{account}/{token}", s.action(s.enterSetup))
	mux.HandleFunc("GET /setup/s/{token}", s.action(s.showSetup))
	mux.HandleFunc("POST /setup/s/{token}", s.action(s.doSetup))
	mux.HandleFunc("GET /express/{account}/{token}", s.page(s.showExpress))
	mux.HandleFunc("/", s.page(func(r *http.Request) *view { return s.nothing(r) }))
}

// page serves a view.
func (s *Sim) page(show func(*http.Request) *view) http.HandlerFunc {
	return s.action(func(r *http.Request) (*view, string) { return show(r), "" })
}

// action serves a view, or sends the browser on (303). The lock is held while it decides, not while it writes.
func (s *Sim) action(do func(*http.Request) (*view, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			if err := r.ParseForm(); err != nil {
				http.Error(w, "unreadable form", http.StatusBadRequest)
				return
			}
		}
		s.mu.Lock()
		s.settle()
		v, next := do(r)
		s.commit()
		s.mu.Unlock()
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		if next != "" {
			http.Redirect(w, r, next, http.StatusSeeOther)
			return
		}
		var b bytes.Buffer
		if err := templates().ExecuteTemplate(&b, v.template+".html", v); err != nil {
			s.log.Error("a simulator page failed", "page", v.template, "error", err)
			http.Error(w, "the page could not be made", http.StatusInternalServerError)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(v.status)
		_, _ = w.Write(b.Bytes())
	}
}

func (s *Sim) view(r *http.Request, want, name, title string, data ...any) *view {
	l := messages().For(string(locale.Match(r.Header.Get("Accept-Language"), r.URL.Query().Get("lang"), want)))
	return &view{L: l, Title: l.T(title, data...), template: name, status: http.StatusOK, Values: map[string]string{}}
}

// said is a page that says one thing and offers one way on.
type said struct{ Text, Next, NextURL string }

func (s *Sim) nothing(r *http.Request) *view {
	v := s.view(r, "", "said", "gone_title")
	v.status = http.StatusNotFound
	v.Content = said{Text: v.T("gone_text")}
	return v
}

// amountIn writes an amount as people of the page's language do.
func amountIn(l locale.L, units int64, currency string) string {
	c := money.Currency(strings.ToUpper(currency))
	a, err := money.FromRail(units, c)
	if err != nil {
		a = money.New(units, c)
	}
	return l.Money(a)
}

// place is an option of a list of countries.
type place struct{ Code, Name string }

// payerCountries are the countries a payer may come from: those of payees and the larger rest.
var payerCountries = strings.Fields("AE AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK DZ EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT JO JP KE " +
	"KR KW LB LI LT LU LV MA MT MX MY NG NL NO NZ OM PE PH PK PL PT QA RO RS SA SE SG SI SK TH TN TR TW UA US VN ZA")

// placeNames are their names in each language, in its order.
var placeNames = sync.OnceValue(func() map[locale.Tag][]place {
	out := map[locale.Tag][]place{}
	for _, t := range locale.All {
		tag := language.Make(t.BCP47())
		names, order := display.Regions(tag), collate.New(tag)
		list := make([]place, len(payerCountries))
		for i, code := range payerCountries {
			list[i] = place{code, names.Name(language.MustParseRegion(code))}
		}
		sort.Slice(list, func(a, b int) bool { return order.CompareString(list[a].Name, list[b].Name) < 0 })
		out[t] = list
	}
	return out
})

// placeOptions are the countries as options of a list, made once: they are most of the page.
var placeOptions = sync.OnceValue(func() map[locale.Tag]template.HTML {
	out := map[locale.Tag]template.HTML{}
	for tag, list := range placeNames() {
		var b strings.Builder
		for _, p := range list {
			b.WriteString(`<option value="` + p.Code + `">` + template.HTMLEscapeString(p.Name) + "</option>\n")
		}
		out[tag] = template.HTML(b.String())
	}
	return out
})

func placeName(l locale.L, code string) string {
	for _, p := range placeNames()[l.Tag] {
		if p.Code == code {
			return p.Name
		}
	}
	return code
}
