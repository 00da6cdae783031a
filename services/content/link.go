package content

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

// maxLinks bounds the links of a version that are kept; more are no post.
const maxLinks = 200

// address finds what LinkedIn and others make a link of. It ends before a blank, a quotation mark, an angle bracket, and
// the punctuation of Chinese and Arabic, which no address has unescaped.
var address = regexp.MustCompile("(?i)\\b(?:https?://|www\\.)[^\\s<>\"`«»“”„（）【】《》、，。！？；：،؛؟]+")

// links lists the addresses in a text in order of appearance, each spelling once, with where they lead. Nothing is
// fetched: a resolved link is the address in one spelling, so that a host in look-alike letters or a name before an @ can
// be seen for what it is. What is no address after all is left out.
func links(text string) []contentapi.Link {
	found := []contentapi.Link{}
	seen := map[string]bool{}
	for _, written := range address.FindAllString(text, -1) {
		written = withoutPunctuation(written)
		resolved := resolve(written)
		if resolved == "" || seen[written] || len(found) == maxLinks {
			continue
		}
		seen[written] = true
		found = append(found, contentapi.Link{Written: written, Resolved: resolved})
	}
	return found
}

// withoutPunctuation takes off what ends the sentence and not the address. A closing bracket stays if it was opened inside.
func withoutPunctuation(s string) string {
	for {
		cut := strings.TrimRight(s, ".,;:!?'*_~…’")
		for _, pair := range []string{"()", "[]", "{}"} {
			if strings.HasSuffix(cut, pair[1:]) && strings.Count(cut, pair[:1]) < strings.Count(cut, pair[1:]) {
				cut = cut[:len(cut)-1]
			}
		}
		if cut == s {
			return s
		}
		s = cut
	}
}

var hosts = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false))

// resolve brings an address into one spelling (RFC 3986 §6.2.2 and §6.2.3): lower-case scheme and host, the host in its
// ASCII form, no default port, no user name, no dot segments, percent-encoding only where it is needed. "" for no address;
// one that does not read back as itself is none.
func resolve(written string) string {
	once := spell(written)
	if once == "" || spell(once) != once {
		return ""
	}
	return once
}

func spell(written string) string {
	if len(written) >= 4 && strings.EqualFold(written[:4], "www.") {
		written = "https://" + written
	}
	u, err := url.Parse(written)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") { // Parse puts the scheme in lower case
		return ""
	}
	host, err := hosts.ToASCII(strings.TrimSuffix(u.Hostname(), "."))
	if err != nil || host == "" || strings.ContainsAny(host, " /?#@:%") {
		return ""
	}
	if port := u.Port(); port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		host += ":" + port
	}
	out := u.Scheme + "://" + host + plainPath(u.EscapedPath())
	if u.RawQuery != "" {
		out += "?" + plain(u.RawQuery)
	}
	if f := u.EscapedFragment(); f != "" {
		out += "#" + plain(f)
	}
	return out
}

// plainPath takes the dot segments out of a path (RFC 3986 §5.2.4); an empty one is "/".
func plainPath(p string) string {
	var out []string
	segments := strings.Split(strings.TrimPrefix(plain(p), "/"), "/")
	for i, s := range segments {
		switch s {
		case ".":
		case "..":
			out = out[:max(len(out)-1, 0)]
		default:
			out = append(out, s)
			continue
		}
		if i == len(segments)-1 {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// plain writes percent-encoding in one way: %7E as ~, %c3 as %C3, é as %C3%A9.
func plain(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0 {
			c, i = byte(hex(s[i+1])<<4|hex(s[i+2])), i+2
			if !unreserved(c) {
				b.WriteString(string([]byte{'%', digits[c>>4], digits[c&15]}))
				continue
			}
		}
		if c > unicode.MaxASCII || c <= ' ' || c == 0x7f || c == '%' {
			b.WriteString(string([]byte{'%', digits[c>>4], digits[c&15]}))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// hex is the value of a hexadecimal digit, -1 for another character.
func hex(c byte) int {
	if c >= 'A' && c <= 'F' {
		c += 'a' - 'A'
	}
	return strings.IndexByte("0123456789abcdef", c)
}
