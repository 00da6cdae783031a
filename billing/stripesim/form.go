package stripesim

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// node is one place in a nested form: a value, or named children. a[b][]=x and a[b][0]=x are lists.
type node struct {
	value string
	leaf  bool
	kids  map[string]*node
}

// decodeForm reads Stripe's bracket notation. Pairs keep no order beyond the numbers of their brackets.
func decodeForm(values url.Values) (*node, *failure) {
	root := &node{}
	for _, key := range sortedKeys(values) {
		for i, v := range values[key] {
			path, ok := splitKey(key)
			if !ok {
				return nil, invalid("parameter_unknown", key, "Received unknown parameter: %s", key)
			}
			at := root
			for _, part := range path {
				if part == "" {
					part = strconv.Itoa(i + len(at.kids))
					if _, taken := at.kids[part]; taken {
						part = strconv.Itoa(i)
					}
				}
				if at.leaf {
					return nil, invalid("", key, "Invalid hash: %s", key)
				}
				if at.kids == nil {
					at.kids = map[string]*node{}
				}
				next := at.kids[part]
				if next == nil {
					next = &node{}
					at.kids[part] = next
				}
				at = next
			}
			if at.kids != nil {
				return nil, invalid("", key, "Invalid string: %s", key)
			}
			at.value, at.leaf = v, true
		}
	}
	return root, nil
}

func splitKey(key string) ([]string, bool) {
	name, rest, nested := strings.Cut(key, "[")
	if name == "" {
		return nil, false
	}
	path := []string{name}
	for nested {
		part, after, closed := strings.Cut(rest, "]")
		if !closed || len(path) > 12 {
			return nil, false
		}
		path = append(path, part)
		if after == "" {
			return path, true
		}
		if after[0] != '[' {
			return nil, false
		}
		rest = after[1:]
	}
	return path, true
}

// sequence gives the children of a list in the order of their numbers, or false when a name is no number.
func (n *node) sequence() ([]*node, bool) {
	at := make([]int, 0, len(n.kids))
	for k := range n.kids {
		i, err := strconv.Atoi(k)
		if err != nil || i < 0 {
			return nil, false
		}
		at = append(at, i)
	}
	sort.Ints(at)
	out := make([]*node, len(at))
	for i, k := range at {
		out[i] = n.kids[strconv.Itoa(k)]
	}
	return out, true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
