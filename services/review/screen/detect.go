package screen

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Detectors are the names that cues may use without a list of words: what has a form instead of a spelling.
var detectors = []string{"money", "number", "percent", "email", "phone", "iban", "date", "url", "code"}

// detect reports what has a form. Amounts need a currency or a magnitude beside the digits; a phone number needs a
// leading + or 0, or to be a Chinese mobile number; an IBAN must pass its check digits (ISO 13616, mod 97); a code is
// what shops give to followers ("SAVE15"): capitals and digits in the author's own spelling.
func detect(f *Folded, report func(name string, start, end int)) {
	t := f.Text
	for i := 0; i < len(t); {
		switch c := t[i]; {
		case isDigit(c) && (i == 0 || !isLatin(t[i-1])):
			i = f.number(i, report)
		case c == '@':
			f.email(i, report)
			i++
		case c == 'h' && bytes.HasPrefix(t[i:], []byte("http")) || c == 'w' && bytes.HasPrefix(t[i:], []byte("www.")):
			i = f.url(i, report)
		case isLatin(c) && (i == 0 || !isLatin(t[i-1]) && !isDigit(t[i-1])):
			i = f.word(i, report)
		case c >= utf8.RuneSelf:
			i = f.han10(i, report)
		default:
			i++
		}
	}
}

// number reads digits with their separators, and what they count.
func (f *Folded) number(i int, report func(string, int, int)) int {
	t, end, digits, marks := f.Text, i, 0, 0
	for end < len(t) && end < i+64 && (isDigit(t[end]) || end+1 < len(t) && isDigit(t[end+1]) && bytes.IndexByte([]byte(".,:/-"), t[end]) >= 0) {
		if isDigit(t[end]) {
			digits++
		} else if t[end] == '/' || t[end] == '-' || t[end] == '.' {
			marks++
		}
		end++
	}
	if n := f.phone(i, report); n > end {
		return n
	}
	report("number", i, end)
	if marks == 2 && 4 <= digits && digits <= 8 {
		report("date", i, end)
		return end
	}
	if n := unit(t, end, percentUnits); n > 0 {
		report("percent", i, n)
		return n
	}
	if n := unit(t, end, dateUnits); n > 0 {
		report("date", i, n)
	}
	start, money := i, false
	if before := currencyBefore(t, i); before < i {
		start, money = before, true
	}
	last := end
	for range 3 {
		n := unit(t, last, moneyUnits)
		if n == 0 {
			break
		}
		last, money = n, true
	}
	if money {
		report("money", start, last)
	}
	return end
}

// unit is the end of the longest unit that stands at i, behind a blank or at once, or 0.
func unit(t []byte, i int, units []string) int {
	rest, from := t[i:], i
	if len(rest) > 0 && rest[0] == ' ' {
		rest, from = rest[1:], i+1
	}
	for _, u := range units {
		if bytes.HasPrefix(rest, []byte(u)) && endsWord(t, from+len(u)) {
			return from + len(u)
		}
	}
	return 0
}

var (
	percentUnits = []string{"%", "per cent", "percent", "pour cent", "pourcent", "procent", "بالميه", "بالمايه", "في الميه", "成", "个点"}
	dateUnits    = []string{"月", "号", "日"}
	moneyUnits   = []string{
		"€", "$", "£", "¥", "euros", "euro", "eur", "usd", "gbp", "dollars", "dollar", "pounds", "quid", "bucks", "cents", "k", "m", "bn", "mn", "mio", "mln", "mld", "million", "millions", "billion", "milliard", "milliards",
		"miljoen", "miljard", "thousand", "grand", "mille", "duizend", "ton", "balles", "piek",
		"ريالات", "ريال", "دراهم", "درهم", "جنيهات", "جنيه", "دنانير", "دينار", "ليرات", "ليره", "دولارات", "دولار", "يورو", "الاف", "الفا", "الف", "ملايين", "مليون", "مليار",
		"万元", "亿元", "万", "亿", "元", "块", "美元", "欧元", "人民币", "港币", "rmb", "cny", "千",
	}
	currencies = []string{"€", "$", "£", "¥", "eur", "usd", "gbp", "rmb", "cny", "aed", "sar", "egp", "chf", "euro"}
)

func currencyBefore(t []byte, i int) int {
	end := i
	if end > 0 && t[end-1] == ' ' {
		end--
	}
	for _, c := range currencies {
		if bytes.HasSuffix(t[:end], []byte(c)) && startsWord(t, end-len(c)) {
			return end - len(c)
		}
	}
	return i
}

// phone is the end of a phone number that starts at i, or 0.
func (f *Folded) phone(i int, report func(string, int, int)) int {
	t, start := f.Text, i
	plus := i > 0 && t[i-1] == '+'
	if !plus && i > 0 && currencyBefore(t, i) < i {
		return 0
	}
	end, digits, gap := i, 0, 0
	for j := i; j < len(t) && gap < 3 && digits <= 15; j++ {
		switch {
		case isDigit(t[j]):
			digits++
			end, gap = j+1, 0
		case bytes.IndexByte([]byte(" .-/()"), t[j]) >= 0:
			gap++
		default:
			gap = 3
		}
	}
	mobile := end-i == 11 && digits == 11 && t[i] == '1' && t[i+1] >= '3'
	if digits > 15 || !mobile && (digits < 9 || !plus && t[i] != '0') {
		return 0
	}
	if plus {
		start--
	}
	report("phone", start, end)
	return end
}

// email looks around an @.
func (f *Folded) email(at int, report func(string, int, int)) {
	local := func(c byte) bool {
		return isLatin(c) || isDigit(c) || c == '.' || c == '_' || c == '+' || c == '-'
	}
	start, end, dot := at, at+1, 0
	for start > 0 && local(f.Text[start-1]) {
		start--
	}
	for end < len(f.Text) && local(f.Text[end]) {
		if f.Text[end] == '.' {
			dot = end
		}
		end++
	}
	if start < at && dot > at+1 && end-dot > 2 {
		report("email", start, end)
	}
}

func (f *Folded) url(i int, report func(string, int, int)) int {
	end := i
	for end < len(f.Text) && f.Text[end] != ' ' && f.Text[end] < utf8.RuneSelf {
		end++
	}
	if bytes.Contains(f.Text[i:end], []byte("://")) || bytes.HasPrefix(f.Text[i:], []byte("www.")) {
		report("url", i, end)
	}
	return max(end, i+1)
}

// word looks at a word in Latin letters: an IBAN or a code may begin here.
func (f *Folded) word(i int, report func(string, int, int)) int {
	t, end := f.Text, i
	letters, digits := 0, 0
	for end < len(t) && (isLatin(t[end]) || isDigit(t[end])) {
		if isDigit(t[end]) {
			digits++
		} else {
			letters++
		}
		end++
	}
	if digits >= 2 && end-i >= 4 && isDigit(t[i+2]) && isDigit(t[i+3]) {
		if last := iban(t, i); last > 0 {
			report("iban", i, last)
			return last
		}
	}
	if letters >= 3 && digits >= 1 && digits <= 4 && isDigit(t[end-1]) && int(f.to[end-1]) <= len(f.src) {
		if own := f.src[f.from[i]:f.to[end-1]]; strings.IndexFunc(own, unicode.IsLower) < 0 {
			report("code", i, end)
		}
	}
	return end
}

// iban is the end of an account number that starts at i and passes its check, or 0.
func iban(t []byte, i int) int {
	var compact []byte
	last := 0
	for j := i; j < len(t) && len(compact) < 34; j++ {
		switch c := t[j]; {
		case isLatin(c) || isDigit(c):
			compact = append(compact, c)
			if len(compact) >= 15 && (j+1 == len(t) || !isLatin(t[j+1]) && !isDigit(t[j+1])) && mod97(compact) == 1 {
				last = j + 1
			}
		case c != ' ' && c != '-':
			return last
		}
	}
	return last
}

func mod97(compact []byte) int {
	n := 0
	for k := range compact {
		c := compact[(k+4)%len(compact)]
		if isDigit(c) {
			n = (n*10 + int(c-'0')) % 97
		} else {
			n = (n*100 + int(c-'a') + 10) % 97
		}
	}
	return n
}

// han10 reads a number in Chinese numerals; other characters are passed by.
func (f *Folded) han10(i int, report func(string, int, int)) int {
	t, end, count := f.Text, i, 0
	for end < len(t) {
		r, n := utf8.DecodeRune(t[end:])
		if !strings.ContainsRune("零一二三四五六七八九十百千万亿两半几", r) {
			break
		}
		count++
		end += n
	}
	if count == 0 {
		_, n := utf8.DecodeRune(t[i:])
		return i + n
	}
	if n := unit(t, end, []string{"成", "个点"}); n > 0 {
		report("percent", i, n)
		return n
	}
	if n := unit(t, end, []string{"号", "月"}); n > 0 {
		report("date", i, n)
		return end
	}
	magnitude := bytes.HasSuffix(t[i:end], []byte("万")) || bytes.HasSuffix(t[i:end], []byte("亿"))
	if n := unit(t, end, []string{"元", "块", "美元", "欧元"}); n > 0 {
		report("money", i, n)
	} else if magnitude && count >= 2 || count >= 3 && bytes.Contains(t[i:end], []byte("千")) {
		report("money", i, end)
	}
	if count >= 2 {
		report("number", i, end)
	}
	return end
}
