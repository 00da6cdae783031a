// Package vatid reads VAT numbers as people type them: with spaces, dots, hyphens and small letters, with or without the letters of
// their country. It knows how the numbers of the European Union, Northern Ireland, Great Britain, Switzerland and Norway are written and,
// where the rule is public, whether their check digits fit.
//
// It says nothing about a registry: a number that is well written may belong to nobody. Numbers of other countries are taken
// when they look like a number at all.
package vatid
