package vtt

import (
	"html"
	"strings"
)

// plain is a line of a cue without its tags: "<v Ana>Hello <i>you</i>" says "Ana: Hello you". A tag that is not in the format
// is a fault: a browser would drop it, with whatever stands in it.
func plain(line string, number int) (string, error) {
	if strings.ContainsRune(line, 0) {
		return "", fault(number, "zero", "holds a zero character, which no text has")
	}
	if strings.Contains(line, "-->") {
		return "", fault(number, "times", "holds an arrow inside a cue; put a blank line before the next one")
	}
	var b strings.Builder
	for rest := line; rest != ""; {
		before, after, found := strings.Cut(rest, "<")
		b.WriteString(before)
		if !found {
			break
		}
		inside, next, closed := strings.Cut(after, ">")
		if !closed {
			return "", fault(number, "tag", "has a < without its >; write &lt; for the sign itself")
		}
		speaker, ok := tag(inside)
		if !ok {
			return "", fault(number, "tag", "has the unknown tag <%s>; write &lt; for the sign itself", shortened(inside))
		}
		b.WriteString(speaker)
		rest = next
	}
	return strings.Join(strings.Fields(nfc(html.UnescapeString(b.String()))), " "), nil
}

// tags of the format that only say how words look or sound (section 3.5).
var tags = map[string]bool{"c": true, "i": true, "b": true, "u": true, "ruby": true, "rt": true, "lang": true, "v": true}

// tag says whether what stands between < and > is of the format, and which words of its own it has: the speaker's name.
func tag(inside string) (words string, ok bool) {
	if name, closing := strings.CutPrefix(inside, "/"); closing {
		return "", tags[name]
	}
	if _, ok := clock(inside); ok { // when the words after it are said
		return "", true
	}
	name, annotation, _ := strings.Cut(strings.ReplaceAll(inside, "\t", " "), " ")
	name, _, _ = strings.Cut(name, ".") // classes
	annotation = strings.TrimSpace(annotation)
	switch {
	case !tags[name], name == "v" && annotation == "":
		return "", false
	case name == "v":
		return annotation + ": ", true
	}
	return "", true
}

// escape writes the signs that begin tags and characters by name.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
