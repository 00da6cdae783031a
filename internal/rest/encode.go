package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/gin-gonic/gin"
)

type header struct {
	index []int
	name  string
}

type encoder struct {
	status  int
	empty   bool
	headers []header
}

func newEncoder(t reflect.Type, status int) *encoder {
	e := &encoder{status: status, empty: t == reflect.TypeFor[Empty]()}
	if t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			if name := f.Tag.Get("header"); name != "" {
				e.headers = append(e.headers, header{f.Index, name})
			}
		}
	}
	if e.status == 0 {
		e.status = http.StatusOK
		if e.empty {
			e.status = http.StatusNoContent
		}
	}
	return e
}

// write marshals before the head is sent, so that a fault is still a problem.
func (e *encoder) write(c *gin.Context, out any) error {
	v := reflect.ValueOf(out)
	if e.empty || v.IsNil() {
		c.Status(e.status)
		c.Writer.WriteHeaderNow()
		return nil
	}
	for _, h := range e.headers {
		if f := v.Elem().FieldByIndex(h.index); !f.IsZero() {
			c.Header(h.name, fmt.Sprint(f.Interface()))
		}
	}
	body, err := marshal(out)
	if err != nil {
		return err
	}
	c.Data(e.status, "application/json", body)
	return nil
}

// ready is an answer whose JSON was kept ready; nil means that it was not.
type ready interface{ ReadyJSON() []byte }

// marshal hands on what is ready as it is: encoding/json would check and copy it once more, at a multiple of what the rest
// of the answer costs.
func marshal(out any) ([]byte, error) {
	if r, ok := out.(ready); ok {
		if body := r.ReadyJSON(); body != nil {
			return body, nil
		}
	}
	return json.Marshal(out)
}

// MarshalJSON writes an empty page as [] and not null.
func (p Page[T]) MarshalJSON() ([]byte, error) {
	type plain Page[T]
	if p.Items == nil {
		p.Items = []T{}
	}
	return json.Marshal(plain(p))
}
