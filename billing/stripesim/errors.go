package stripesim

import "fmt"

// failure is an error in Stripe's form. stored says that the request began to execute, so its answer is kept under its
// idempotency key; validation and conflicts are not kept (Stripe API reference, "Idempotent requests").
type failure struct {
	Status  int
	Kind    string
	Code    string
	Decline string
	Param   string
	Message string
	Charge  string
	Intent  obj
	stored  bool
}

func (f *failure) Error() string { return f.Message }

func (f *failure) body() obj {
	e := obj{"type": f.Kind, "message": f.Message}
	for k, v := range map[string]string{"code": f.Code, "decline_code": f.Decline, "param": f.Param, "charge": f.Charge} {
		if v != "" {
			e[k] = v
		}
	}
	if f.Code != "" {
		e["doc_url"] = "https://stripe.com/docs/error-codes/" + dashed(f.Code)
	}
	if f.Intent != nil {
		e["payment_intent"] = f.Intent
	}
	return obj{"error": e}
}

func dashed(code string) string {
	b := []byte(code)
	for i := range b {
		if b[i] == '_' {
			b[i] = '-'
		}
	}
	return string(b)
}

const (
	invalidRequest = "invalid_request_error"
	idempotency    = "idempotency_error"
	apiFault       = "api_error"
)

// invalid is a 400 found while validating: nothing was executed.
func invalid(code, param, format string, a ...any) *failure {
	return &failure{Status: 400, Kind: invalidRequest, Code: code, Param: param, Message: fmt.Sprintf(format, a...)}
}

// refusal is a 400 found while executing.
func refusal(code, param, format string, a ...any) *failure {
	f := invalid(code, param, format, a...)
	f.stored = true
	return f
}

// missing is a 404, or a 400 for an id given as a parameter.
func missing(what, id, param string) *failure {
	f := refusal("resource_missing", param, "No such %s: '%s'", what, id)
	if param == "id" || param == "" {
		f.Status, f.Param = 404, "id"
	}
	return f
}
