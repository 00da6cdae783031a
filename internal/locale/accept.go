package locale

import (
	"sync"

	"golang.org/x/text/language"
)

// accept is what an Accept-Language header says.
type accept struct {
	tag     Tag
	country string
	named   bool
}

// accepts remembers what headers say, because reading one costs as much as the rest of a kept page, and browsers send few. A visitor
// who sends many empties it.
var accepts = struct {
	sync.RWMutex
	known map[string]accept
}{known: map[string]accept{}}

const (
	acceptsRoom   = 1000 // headers
	longestAccept = 200  // bytes; no browser's is longer, and a longer one is not remembered and names no country
)

func acceptOf(header string) accept {
	if len(header) > longestAccept {
		return accept{tag: read(header).tag}
	}
	accepts.RLock()
	a, ok := accepts.known[header]
	accepts.RUnlock()
	if ok {
		return a
	}
	a = read(header)
	accepts.Lock()
	defer accepts.Unlock()
	if len(accepts.known) >= acceptsRoom {
		clear(accepts.known)
	}
	accepts.known[header] = a
	return a
}

func read(header string) accept {
	a := accept{tag: English}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return a
	}
	if _, i, confidence := matcher.Match(wanted...); confidence != language.No {
		a.tag = All[i]
	}
	region, confidence := wanted[0].Region()
	a.country, a.named = region.String(), confidence == language.Exact
	return a
}

// Region is the country that a browser's first language names, and whether it was named rather than guessed
// from the language.
func Region(acceptLanguage string) (country string, named bool) {
	a := acceptOf(acceptLanguage)
	return a.country, a.named
}
