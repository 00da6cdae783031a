package screen

import (
	"unicode"
	"unicode/utf8"
)

// minSpaced is how many single letters in a row are a word written apart ("l a y o f f"). Three happen in ordinary prose.
const minSpaced = 4

// Squeezed is the text with everything taken out that people put between the letters of a word to hide it: blanks after
// each letter, dots, stars, emoji, digits in place of letters. It is nil when there is nothing of the kind. It is read
// beside the folded text and not instead of it, for it also joins what belongs apart ("and/or").
func (f *Folded) Squeezed() *Folded {
	g := &Folded{src: f.src}
	changed := false
	for i := 0; i < len(f.Text); {
		if end := f.spacedRun(i); end > i {
			f.copyRun(g, i, end)
			i, changed = end, true
			continue
		}
		r, n := utf8.DecodeRune(f.Text[i:])
		if skip := f.betweenLetters(i, r, n); skip > 0 {
			i, changed = i+skip, true
			continue
		}
		if letter := f.leet(i); letter != 0 {
			g.emit(letter, int(f.from[i]), int(f.to[i]))
			i, changed = i+1, true
			continue
		}
		g.Text = append(g.Text, f.Text[i:i+n]...)
		g.from, g.to = append(g.from, f.from[i:i+n]...), append(g.to, f.to[i:i+n]...)
		i += n
	}
	if !changed {
		return nil
	}
	g.tokenise()
	return g
}

// spacedRun is the end of a run of single letters that starts at i, or 0.
func (f *Folded) spacedRun(i int) int {
	if i > 0 && !isSeparator(f.Text[i-1]) {
		return 0
	}
	letters, end := 0, i
	for j := i; j < len(f.Text); {
		r, n := utf8.DecodeRune(f.Text[j:])
		if !unicode.IsLetter(r) || isHan(r) {
			break
		}
		if j+n < len(f.Text) && !isSeparator(f.Text[j+n]) {
			break
		}
		letters++
		end = j + n
		j = end + 1
	}
	if letters < minSpaced {
		return 0
	}
	return end
}

// copyRun joins the letters of a run; where the source has more than one character between two of them, a word ends.
func (f *Folded) copyRun(g *Folded, i, end int) {
	for i < end {
		_, n := utf8.DecodeRune(f.Text[i:])
		g.Text = append(g.Text, f.Text[i:i+n]...)
		g.from, g.to = append(g.from, f.from[i:i+n]...), append(g.to, f.to[i:i+n]...)
		if next := i + n + 1; next < end && f.from[next]-f.to[i] > 1 {
			g.emit(' ', int(f.to[i]), int(f.from[next]))
		}
		i += n + 1
	}
}

// betweenLetters is the length of what stands between two letters at i and is no part of a word, or 0.
func (f *Folded) betweenLetters(i int, r rune, n int) int {
	if i == 0 || !isFiller(r) {
		return 0
	}
	if before, _ := utf8.DecodeLastRune(f.Text[:i]); !unicode.IsLetter(before) {
		return 0
	}
	skip := n
	for i+skip < len(f.Text) {
		next, n := utf8.DecodeRune(f.Text[i+skip:])
		if unicode.IsLetter(next) {
			return skip
		}
		if !isFiller(next) {
			return 0
		}
		skip += n
	}
	return 0
}

// leet is the letter that a digit between letters stands for, or 0.
func (f *Folded) leet(i int) byte {
	if i == 0 || i+1 >= len(f.Text) || !isLatin(f.Text[i-1]) || !isLatin(f.Text[i+1]) {
		return 0
	}
	switch f.Text[i] {
	case '0':
		return 'o'
	case '1', '!':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	}
	return 0
}

func isLatin(c byte) bool { return 'a' <= c && c <= 'z' }

func isSeparator(c byte) bool {
	return c == ' ' || c == '.' || c == '_' || c == '*' || c == '/' || c == '|' || c == ','
}

func isFiller(r rune) bool {
	switch r {
	case '*', '.', '_', '~', '|', '+', '^', '/', '\\', '·', '•', '#', '"', '=', '<', '>':
		return true
	}
	return r > unicode.MaxLatin1 && unicode.In(r, unicode.So, unicode.Sk, unicode.Co)
}
