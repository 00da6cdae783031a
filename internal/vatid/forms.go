package vatid

import "strings"

// form is how the numbers of one country are written behind its letters.
type form struct {
	shapes []string          // 9 a digit, A a letter, * either; U, B and other signs themselves
	ends   []string          // words that may stand behind, in the languages of the country
	end    string            // the word that a receipt keeps
	fits   func(string) bool // whether the check digits fit; nil where no rule is public or it has exceptions
}

func nines(lengths ...int) []string {
	out := make([]string, len(lengths))
	for i, n := range lengths {
		out[i] = strings.Repeat("9", n)
	}
	return out
}

// forms, read 2026-11, by the letters that a number begins with.
//
// Shapes: the European Commission's list "Structure of VAT identification numbers" of VIES; XI, Northern Ireland, is in it since
// 2021-01-01 and GB out of it since; HMRC, VATREG; the Swiss UIDG, art. 3 with ordinance; the Norwegian Enhetsregister.
// EU begins the numbers of sellers from outside the Union who use its one-stop shop (Implementing Regulation (EU) 282/2011, art. 57d).
var forms = map[string]*form{
	"AT":  {shapes: []string{"U99999999"}, fits: austrian},
	"BE":  {shapes: []string{"0999999999", "1999999999"}, fits: belgian},
	"BG":  {shapes: nines(9, 10)},
	"CHE": {shapes: nines(9), ends: []string{"MWST", "TVA", "IVA", "VAT"}, fits: swiss},
	"CY":  {shapes: []string{"99999999A"}},
	"CZ":  {shapes: nines(8, 9, 10)},
	"DE":  {shapes: nines(9), fits: mod1110},
	"DK":  {shapes: nines(8), fits: func(s string) bool { return weighted(s, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }},
	"EE":  {shapes: nines(9), fits: func(s string) bool { return (10-weighted(s, 3, 7, 1, 3, 7, 1, 3, 7)%10)%10 == at(s, 8) }},
	"EL":  {shapes: nines(9), fits: func(s string) bool { return weighted(s, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == at(s, 8) }},
	"ES":  {shapes: []string{"*9999999*"}},
	"EU":  {shapes: nines(9)},
	"FI":  {shapes: nines(8), fits: finnish},
	"FR":  {shapes: []string{"**999999999"}, fits: french},
	"GB":  {shapes: append(nines(9, 12), "GD999", "HA999"), fits: british},
	"HR":  {shapes: nines(11), fits: mod1110},
	"HU":  {shapes: nines(8), fits: func(s string) bool { return (10-weighted(s, 9, 7, 3, 1, 9, 7, 3)%10)%10 == at(s, 7) }},
	"IE":  {shapes: []string{"9999999A", "9999999AA", "9*99999A"}, fits: irish},
	"IT":  {shapes: nines(11), fits: luhn},
	"LT":  {shapes: nines(9, 12)},
	"LU":  {shapes: nines(8), fits: func(s string) bool { return number(s[:6])%89 == number(s[6:]) }},
	"LV":  {shapes: nines(11)},
	"MT":  {shapes: nines(8), fits: func(s string) bool { return 37-weighted(s, 3, 4, 6, 7, 8, 9)%37 == number(s[6:]) }},
	"NL":  {shapes: []string{"999999999B99"}, fits: dutch},
	"NO":  {shapes: nines(9), ends: []string{"MVA"}, end: "MVA", fits: norwegian},
	"PL":  {shapes: nines(10), fits: func(s string) bool { return weighted(s, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == at(s, 9) }},
	"PT":  {shapes: nines(9), fits: portuguese},
	"RO":  {shapes: nines(2, 3, 4, 5, 6, 7, 8, 9, 10)},
	"SE":  {shapes: nines(12), fits: func(s string) bool { return luhn(s[:10]) }},
	"SI":  {shapes: nines(8), fits: slovene},
	"SK":  {shapes: nines(10), fits: func(s string) bool { return number(s)%11 == 0 }},
	"XI":  {shapes: append(nines(9, 12), "GD999", "HA999"), fits: british},
}

func at(s string, i int) int { return int(s[i] - '0') }

// number is a row of at most 18 digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + at(s, i)
	}
	return n
}

// weighted sums the first digits, each times its weight.
func weighted(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * at(s, i)
	}
	return sum
}

// eleven is what lacks to a multiple of eleven: 0 for none, and 10 for a remainder that no digit can say.
func eleven(sum int) int { return (11 - sum%11) % 11 }

// luhn is ISO/IEC 7812-1 annex B: every second digit from the right doubled.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := at(s, len(s)-1-i)
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum%10 == 0
}

// mod1110 is ISO/IEC 7064, MOD 11,10: Germany and Croatia.
func mod1110(s string) bool {
	check := 5
	for i := range len(s) {
		if check == 0 {
			check = 10
		}
		check = (check*2%11 + at(s, i)) % 10
	}
	return check == 1
}

func austrian(s string) bool {
	sum := 4
	for i := 1; i <= 7; i++ {
		d := at(s, i)
		if i%2 == 0 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return (10-sum%10)%10 == at(s, 8)
}

func belgian(s string) bool { return 97-number(s[:8])%97 == number(s[8:]) }

func finnish(s string) bool {
	check := eleven(weighted(s, 7, 9, 10, 5, 8, 4, 2))
	return check < 10 && check == at(s, 7)
}

// french checks keys of digits. Keys with a letter, never O or I, have no rule that holds for all of them, and the numbers
// of Monaco stand apart.
func french(s string) bool {
	if !digit(s[0]) || !digit(s[1]) {
		return !strings.ContainsAny(s[:2], "OI")
	}
	if s[2:5] == "000" {
		return true
	}
	return (12+3*(number(s[2:])%97))%97 == number(s[:2])
}

// british knows both rules, of 97 and of 9755, the branches with three more digits, and the departments and health authorities.
func british(s string) bool {
	switch {
	case strings.HasPrefix(s, "GD"):
		return number(s[2:]) < 500
	case strings.HasPrefix(s, "HA"):
		return number(s[2:]) >= 500
	}
	sum := weighted(s, 8, 7, 6, 5, 4, 3, 2) + number(s[7:9])
	return sum%97 == 0 || (sum+55)%97 == 0
}

// irish takes the form of today, with one letter or two, and the one until 2013 with a letter in the second place.
func irish(s string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	digits, extra := s[:7], 0
	if !digit(s[1]) {
		digits = "0" + s[2:7] + s[:1]
	}
	if len(s) == 9 {
		if extra = strings.IndexByte(letters, s[8]); extra < 0 {
			return false
		}
	}
	return letters[(weighted(digits, 8, 7, 6, 5, 4, 3, 2)+9*extra)%23] == s[7]
}

// dutch takes the numbers of companies, by the rule of eleven, and those that sole traders have since 2020, by the rule of 97.
func dutch(s string) bool {
	if sum := weighted(s, 9, 8, 7, 6, 5, 4, 3, 2) % 11; sum < 10 && sum == at(s, 8) {
		return true
	}
	rest := 0
	for _, c := range []byte("NL" + s) {
		if digit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

func swiss(s string) bool {
	check := eleven(weighted(s, 5, 4, 3, 2, 7, 6, 5, 4))
	return check < 10 && check == at(s, 8)
}

func norwegian(s string) bool {
	check := eleven(weighted(s, 3, 2, 7, 6, 5, 4, 3, 2))
	return check < 10 && check == at(s, 8)
}

func portuguese(s string) bool { return eleven(weighted(s, 9, 8, 7, 6, 5, 4, 3, 2))%10 == at(s, 8) }

// slovene has no number whose sum is a multiple of eleven.
func slovene(s string) bool {
	sum := weighted(s, 8, 7, 6, 5, 4, 3, 2)
	return sum%11 != 0 && eleven(sum)%10 == at(s, 7)
}
