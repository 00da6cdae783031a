package creator

import (
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/workfluence/workfluence/internal/locale"
	"github.com/workfluence/workfluence/internal/problem"
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

// at gives a fault of the form as a whole to one field.
func at(faults ui.Faults, field string) ui.Faults {
	for i := range faults {
		if faults[i].Field == "" {
			faults[i].Field = field
		}
	}
	return faults
}

// ofForm makes faults those of the form as a whole, where the page has no field for them.
func ofForm(faults ui.Faults) ui.Faults {
	for i := range faults {
		faults[i].Field = ""
	}
	return faults
}

func stale(err error) bool { return problem.From(err).Kind == problem.Stale }

// faultsOf is [ui.FaultsOf], with the words of a form whose typed text stays on the page.
func faultsOf(l locale.L, err error) ui.Faults {
	if stale(err) {
		return ui.Faults{{Text: l.T("creator.stale")}}
	}
	return ui.FaultsOf(l, err)
}

// version reads the version that a form was made from; a broken one is stale.
func version(v *shell.Visit) int64 { return parseVersion(v.Form("version")) }

func parseVersion(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// smallField bounds a field beside a file, in bytes.
const smallField = 1 << 20

// filePart finds the file of a multipart form without keeping it: small fields
// that come before it are read, the file itself streams on.
func filePart(r *http.Request) (fields map[string]string, file *multipart.Part, err error) {
	fields = map[string]string{}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, problem.ErrUnsupported.Because(err)
	}
	for {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // documented to be io.EOF itself
			return fields, nil, nil
		}
		if err != nil {
			return nil, nil, problem.ErrMalformed.Because(err)
		}
		if p.FileName() != "" {
			return fields, p, nil
		}
		if p.FormName() == "file" { // a file input that was left empty
			continue
		}
		value, err := io.ReadAll(io.LimitReader(p, smallField+1))
		if err != nil {
			return nil, nil, problem.ErrMalformed.Because(err)
		}
		if len(value) > smallField {
			return nil, nil, problem.ErrTooLarge
		}
		fields[p.FormName()] = string(value)
	}
}
