package rest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/workfluence/workfluence/internal/problem"
)

// embedded stands in a path for a struct whose fields JSON shows as those of the one around it.
const embedded = "\x00"

// rules is the one validator of the house; it is safe for concurrent use.
var rules = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		if f.Anonymous && f.Tag.Get("json") == "" {
			return embedded
		}
		for _, tag := range []string{"json", "path", "query", "header"} {
			if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
				return name
			}
		}
		return f.Name
	})
	return v
}()

// Validate checks the validate tags of a struct and names each fault by its
// JSON pointer, as problem.ErrInvalid.
func Validate(v any) error {
	err := rules.Struct(v)
	if err == nil {
		return nil
	}
	var faults validator.ValidationErrors
	if !errors.As(err, &faults) {
		return err // a defect of the tags, not of the input
	}
	p := problem.ErrInvalid.Because(err)
	for _, f := range faults {
		_, path, _ := strings.Cut(f.Namespace(), ".")
		path = strings.ReplaceAll(path, embedded+".", "")
		code, detail := sentence(f)
		p = p.WithField(pointer(path), code, detail)
	}
	return p
}

// sentence says what a rule wants, for a person. The codes are ours: they
// stay when the library's names change.
func sentence(f validator.FieldError) (code, detail string) {
	text := f.Kind() == reflect.String
	list := f.Kind() == reflect.Slice || f.Kind() == reflect.Map
	switch f.Tag() {
	case "required", "required_with", "required_without", "required_if":
		return "required", "is required"
	case "max", "lte":
		if text {
			return "too_long", "may have at most " + f.Param() + " characters"
		} else if list {
			return "too_many", "may have at most " + f.Param() + " entries"
		}
		return "too_large", "may be at most " + f.Param()
	case "min", "gte":
		if text {
			return "too_short", "must have at least " + f.Param() + " characters"
		} else if list {
			return "too_few", "must have at least " + f.Param() + " entries"
		}
		return "too_small", "must be at least " + f.Param()
	case "gt":
		return "too_small", "must be more than " + f.Param()
	case "oneof":
		return "not_allowed", "must be one of " + strings.Join(strings.Fields(f.Param()), ", ")
	case "email":
		return "email", "must be an e-mail address"
	case "url", "http_url":
		return "url", "must be a web address"
	case "iso4217":
		return "currency", "must be a currency such as USD"
	case "iso3166_1_alpha2":
		return "country", "must be a country such as BE"
	}
	return f.Tag(), fmt.Sprintf("breaks the rule %s %s", f.Tag(), f.Param())
}
