package documents

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/services/content/contentapi"
	"github.com/workfluence/workfluence/web/shell"
	"github.com/workfluence/workfluence/web/ui"
)

// shown says that a problem belongs beside the form: the person can mend it.
func shown(err error) bool {
	switch problem.From(err).Kind {
	case problem.Invalid, problem.Conflict, problem.Stale, problem.TooLarge, problem.Unsupported, problem.Malformed, problem.Upstream:
		return true
	}
	return false
}

func stale(err error) bool { return problem.From(err).Kind == problem.Stale }

// toField gives a fault of the form as a whole to one field.
func toField(faults ui.Faults, field string) ui.Faults {
	for i := range faults {
		if faults[i].Field == "" {
			faults[i].Field = field
		}
	}
	return faults
}

// faultsOf is [ui.FaultsOf] with words of these pages for what content says of a field: documents.fault.is_<code>.
func faultsOf(l locale.L, err error) ui.Faults {
	faults := ui.FaultsOf(l, err)
	for i, f := range problem.From(err).Fields {
		if id := "documents.fault.is_" + f.Code; i < len(faults) && l.Has(id) {
			faults[i].Text = l.T(id)
		}
	}
	return faults
}

func digits[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// number reads a whole number of a form or an address; -1 is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// maxWords bounds all fields of a form beside its file, in bytes: twenty transcripts and a long text.
const maxWords = 24 << 20

// typed reads a form, and hands on each file that comes with it while it comes: nothing of it is kept here. A file that was
// refused does not keep the fields behind it from being read; the first refusal is returned with all that was typed.
func typed(v *shell.Visit, take func(file io.Reader) error) (url.Values, error) {
	r := v.Request()
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		if err := r.ParseForm(); err != nil {
			return nil, tooLarge(err)
		}
		return r.PostForm, nil
	}
	if err != nil {
		return nil, problem.ErrUnsupported.Because(err)
	}
	out, left := url.Values{}, int64(maxWords)
	var refused error
	for {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // documented to be io.EOF itself
			return out, refused
		}
		if err != nil {
			return out, errors.Join(refused, tooLarge(err))
		}
		if p.FileName() != "" {
			if err := take(p); err != nil && refused == nil {
				refused = err
			}
			continue
		}
		text, err := field(p, &left)
		if err != nil {
			return out, err
		}
		out.Add(p.FormName(), text)
	}
}

func field(p *multipart.Part, left *int64) (string, error) {
	text, err := io.ReadAll(io.LimitReader(p, *left+1))
	if err != nil {
		return "", tooLarge(err)
	}
	if *left -= int64(len(text)); *left < 0 {
		return "", problem.ErrTooLarge
	}
	return string(text), nil
}

// tooLarge says of a form that was cut off why.
func tooLarge(err error) error {
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return contentapi.ErrMediaTooLarge.Because(err)
	}
	return problem.ErrMalformed.Because(err)
}

// lines is a text of a form as content keeps it.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
