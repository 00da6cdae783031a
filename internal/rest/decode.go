package rest

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/problem"
)

// source reads one value that stands outside the body.
type source struct {
	index []int
	from  string // path, query or header
	name  string
}

type decoder struct {
	sources []source
	body    bool
	max     int64
}

func newDecoder(t reflect.Type, max int64) *decoder {
	d := &decoder{max: max}
	if t.Kind() != reflect.Struct {
		panic("rest: input must be a struct: " + t.String())
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		outside := false
		for _, from := range []string{"path", "query", "header"} {
			if name := f.Tag.Get(from); name != "" {
				d.sources, outside = append(d.sources, source{f.Index, from, name}), true
			}
		}
		if name := f.Tag.Get("json"); name != "" && name != "-" && !outside {
			d.body = true
		}
	}
	return d
}

// into fills v, a pointer to the input struct.
func (d *decoder) into(c *gin.Context, v any) error {
	if d.body {
		if err := d.readBody(c, v); err != nil {
			return err
		}
	}
	rv := reflect.ValueOf(v).Elem()
	fault := problem.ErrInvalid
	for _, s := range d.sources {
		texts := s.read(c)
		if s.from == "path" && texts[0] == "" {
			return problem.ErrNotFound // "//" names nothing, and "nothing" must not mean "any"
		}
		if len(texts) == 0 {
			continue
		}
		if err := set(rv.FieldByIndex(s.index), texts); err != nil {
			fault = fault.WithField("/"+s.name, "type", err.Error())
		}
	}
	if len(fault.Fields) > 0 {
		return fault
	}
	return Validate(v)
}

func (s source) read(c *gin.Context) []string {
	switch s.from {
	case "path":
		return []string{c.Param(s.name)}
	case "query":
		return c.QueryArray(s.name)
	}
	return c.Request.Header.Values(s.name)
}

// set parses texts into a field; lists take all, others the first.
func set(f reflect.Value, texts []string) error {
	if f.Kind() == reflect.Slice {
		list := reflect.MakeSlice(f.Type(), len(texts), len(texts))
		for i, t := range texts {
			if err := set(list.Index(i), []string{t}); err != nil {
				return err
			}
		}
		f.Set(list)
		return nil
	}
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		return set(f.Elem(), texts)
	}
	text := texts[0]
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return errors.New("must be valid UTF-8")
	}
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return errors.New("has the wrong form")
		}
		return nil
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("must be true or false")
		}
		f.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, f.Type().Bits())
		if err != nil {
			return errors.New("must be a whole number")
		}
		f.SetInt(n)
	default:
		return fmt.Errorf("can't be read as %s", f.Kind())
	}
	return nil
}

func (d *decoder) readBody(c *gin.Context, v any) error {
	if ct := c.GetHeader("Content-Type"); ct != "" {
		if m, _, err := mime.ParseMediaType(ct); err != nil || m != "application/json" {
			return problem.ErrUnsupported.WithDetail("Send application/json.")
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, d.max))
	if err != nil {
		return tooLarge(err)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil // every field is absent; validation names the required ones
	}
	if !utf8.Valid(body) {
		return problem.ErrMalformed.WithDetail("The body is not valid UTF-8.")
	}
	if half := loneSurrogate(body); half != "" {
		return problem.ErrMalformed.WithDetail("The body holds %s, half of a surrogate pair, which is no character.", half)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return jsonFault(err, reflect.TypeOf(v))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return problem.ErrMalformed.WithDetail("The body holds more than one JSON value.")
	}
	return nil
}

// loneSurrogate is the first \u escape of body that is half of a surrogate pair, "" for none: encoding/json would turn it into U+FFFD without
// a word. It costs a look at each backslash, and most bodies have none.
func loneSurrogate(body []byte) string {
	for {
		at := bytes.IndexByte(body, '\\')
		if at < 0 {
			return ""
		}
		body = body[at:]
		unit, ok := escapedUnit(body)
		if !ok { // \n, \\ or no JSON at all
			body = body[min(2, len(body)):]
			continue
		}
		if utf16.IsSurrogate(unit) {
			low, _ := escapedUnit(body[escapeLen:])
			if utf16.DecodeRune(unit, low) == utf8.RuneError {
				return string(body[:escapeLen])
			}
			body = body[escapeLen:]
		}
		body = body[escapeLen:]
	}
}

// escapeLen is the length of "\uXXXX".
const escapeLen = 6

// escapedUnit is the UTF-16 unit that an escape at the start of body stands for.
func escapedUnit(body []byte) (rune, bool) {
	if len(body) < escapeLen || body[0] != '\\' || body[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(body[2:escapeLen]), 16, 16)
	return rune(unit), err == nil
}

// tooLarge names the limit that a body passed.
func tooLarge(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return problem.ErrTooLarge.WithDetail("The body is larger than the %d bytes allowed.", big.Limit).Because(err)
	}
	return err
}

// shown is a path of encoding/json's as JSON shows it: without the structs that are embedded in others.
func shown(t reflect.Type, path string) string {
	var out []string
	for name := range strings.SplitSeq(path, ".") {
		for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map) {
			t = t.Elem()
		}
		f, known := fieldOf(t, name)
		if t = f.Type; !known || !f.Anonymous {
			out = append(out, name)
		}
	}
	return strings.Join(out, ".")
}

// fieldOf is the field of a struct that encoding/json calls name.
func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	if t == nil || t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name || tag == "" && f.Name == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func jsonFault(err error, in reflect.Type) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return problem.ErrInvalid.WithField(pointer(shown(in, wrong.Field)), "type", "must be "+described(wrong.Type)).Because(err)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		name, uerr := strconv.Unquote(strings.TrimPrefix(err.Error(), "json: unknown field "))
		if uerr != nil {
			name = "unknown"
		}
		return problem.ErrInvalid.WithField(pointer(name), "unknown", "is not a field of this request").Because(err)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) {
		return problem.ErrMalformed.WithDetail("The body is not valid JSON.").Because(err)
	}
	return problem.ErrInvalid.WithDetail("A value has the wrong form.").Because(err)
}

func described(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a whole number"
}

// pointer turns "buyer.email" or "lines[2].amount" into "/buyer/email", "/lines/2/amount".
func pointer(path string) string {
	path = strings.ReplaceAll(strings.ReplaceAll(path, "~", "~0"), "/", "~1")
	path = strings.NewReplacer("[", ".", "]", "").Replace(path)
	return "/" + strings.ReplaceAll(path, ".", "/")
}
