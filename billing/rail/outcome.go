package rail

import (
	"errors"
	"net/http"

	"github.com/stripe/stripe-go/v76"
)

// Class says what is known about a call after it ended.
type Class uint8

// The classes of an outcome; money.md §8 names what an operation does next.
const (
	Done         Class = iota // it happened
	Failed                    // it did not happen and the same request never will
	RateLimited               // it did not happen; the same key may be sent again after a pause
	InFlight                  // another sender holds the same key, or a lock; the same key may be sent again after a pause
	Unauthorised              // it did not happen: our key is wrong, which no retry heals; an alert, not a failed operation
	Unknown                   // it may have happened; send the same key again within 23 h, else look it up
)

func (c Class) String() string {
	return [...]string{"done", "failed", "rate limited", "in flight", "unauthorised", "unknown"}[c]
}

// Verdict is a classified error.
type Verdict struct {
	Class       Class
	Certain     bool   // for Failed: the code is one we know. When false, look the object up before calling it failed (money.md §11)
	Code        string // Stripe's error code, or its type where it has no code
	DeclineCode string
	Param       string
	Status      int  // HTTP; 0 when no answer came
	Replayed    bool // the answer was stored under the key before: a 5xx that is replayed will be replayed forever (§8 row 8)
	RequestID   string
	Message     string // Stripe's text, for logs and operators; may name ids
}

// Outcome classifies the error of any Rail method. It never guesses: what is not known for certain is Unknown. That includes a
// connection that could not be made, because net/http may have replayed the request after a first try that went out.
func Outcome(err error) Verdict {
	if err == nil {
		return Verdict{Class: Done}
	}
	if local := (*refused)(nil); errors.As(err, &local) {
		return Verdict{Class: Failed, Certain: true, Code: "refused_before_sending", Message: err.Error()}
	}
	var se *stripe.Error
	if !errors.As(err, &se) {
		return Verdict{Class: Unknown, Message: err.Error()}
	}
	v := Verdict{
		Code: string(se.Code), DeclineCode: string(se.DeclineCode), Param: se.Param, Status: se.HTTPStatusCode,
		RequestID: se.RequestID, Message: se.Msg,
	}
	if se.LastResponse != nil {
		v.Replayed = se.LastResponse.Header.Get("Idempotent-Replayed") == "true"
	}
	if v.Code == "" {
		v.Code = string(se.Type)
	}
	switch {
	case v.Status == http.StatusConflict:
		v.Class = InFlight
	case v.Status == http.StatusTooManyRequests && se.Code == stripe.ErrorCodeLockTimeout:
		v.Class = InFlight
	case v.Status == http.StatusTooManyRequests:
		v.Class = RateLimited
	case v.Status == http.StatusUnauthorized:
		v.Class = Unauthorised
	case se.Type == stripe.ErrorTypeIdempotency:
		v.Class = Unknown // the key was spent on other parameters: what it made then must be looked up
	case v.Status >= 400 && v.Status < 500:
		v.Class, v.Certain = Failed, certain[v.Code] || se.Type == stripe.ErrorTypeCard
	default:
		v.Class = Unknown
	}
	return v
}

// IsMissing says whether err means that the object asked for does not exist.
func IsMissing(err error) bool {
	v := Outcome(err)
	return v.Class == Failed && (v.Code == string(stripe.ErrorCodeResourceMissing) || v.Status == http.StatusNotFound)
}

// certain lists the codes after which nothing was made. Strings, because insufficient_capabilities_for_transfer has no
// constant in this version of the library.
var certain = map[string]bool{
	"account_invalid":                        true,
	"amount_too_large":                       true,
	"amount_too_small":                       true,
	"balance_insufficient":                   true,
	"charge_already_refunded":                true,
	"charge_disputed":                        true,
	"charge_not_refundable":                  true,
	"country_unsupported":                    true,
	"insufficient_capabilities_for_transfer": true,
	"instant_payouts_unsupported":            true,
	"parameter_invalid_empty":                true,
	"parameter_invalid_integer":              true,
	"parameter_missing":                      true,
	"parameter_unknown":                      true,
	"payouts_not_allowed":                    true,
	"refund_disputed_payment":                true,
	"resource_missing":                       true,
	"transfers_not_allowed":                  true,
	"url_invalid":                            true,
}
