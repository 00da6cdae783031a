package stripesim

// listQuery is which part of a list is asked for. after and before are sequence numbers of rows, 0 for none.
type listQuery struct {
	limit         int
	after, before int64
	created       span
}

// paging are the parameters of every list.
var paging = fields{"limit": whole, "starting_after": text, "ending_before": text}

// timed are those of lists that can be narrowed by creation.
var timed = paging.and(fields{"created": moments})

// listed answers a list call: the rows under key that pass keep, newest first.
func listed[R row](c *call, url string, t *table[R], key string, render func(R) obj, keep func(R) bool) (any, *failure) {
	q := listQuery{limit: 10}
	if c.p.has("limit") {
		if n := c.p.num("limit"); n < 1 || n > 100 {
			return nil, invalid("parameter_invalid_integer", "limit", "This value must be between 1 and 100 (inclusive).")
		}
		q.limit = int(c.p.num("limit"))
	}
	if r, ok := c.p["created"].(span); ok {
		q.created = r
	}
	for _, cur := range []struct {
		name string
		to   *int64
	}{{"starting_after", &q.after}, {"ending_before", &q.before}} {
		id := c.p.str(cur.name)
		if id == "" {
			continue
		}
		r, ok := t.get(id)
		if !ok {
			return nil, missing("object", id, cur.name)
		}
		*cur.to = r.base().Seq
	}
	if q.after > 0 && q.before > 0 {
		return nil, invalid("", "ending_before", "You can't specify both starting_after and ending_before.")
	}
	rows, more := page(t.list(key), q, keep)
	return wrapList(url, rows, more, render), nil
}

func wrapList[R row](url string, rows []R, more bool, render func(R) obj) obj {
	data := make([]obj, len(rows))
	for i, r := range rows {
		data[i] = render(r)
	}
	return obj{"object": "list", "url": url, "has_more": more, "data": data}
}
