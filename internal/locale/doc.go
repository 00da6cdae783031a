// Package locale speaks to each person in their own language: English, French, Dutch, Arabic and Simplified Chinese.
//
// It owns three things:
//
//   - the choice of a language from what a request says ([Match]), its direction and its own name ([Tag]);
//   - messages: TOML files, one per area and language, loaded once ([Load]) and read through an [L];
//   - figures: numbers, money, dates and days, written as people of that language write them.
//
// The figures follow Unicode's CLDR as Intl of Node 20 applies it, with two deliberate differences: a negative
// figure carries the true minus sign (U+2212), so that it lines up with digits and is never broken from them,
// and in Arabic a sign such as "US$" ends with a left-to-right mark, without which it is shown as "$US".
// testdata/intl.golden.json holds Intl's answers, testdata/intl.mjs writes that file, and the tests compare
// without needing Node. English dates and figures are those of en-GB: day before month, a 24-hour clock, and
// "US$" where a bare "$" could be any of several dollars.
//
// A message that is missing falls back to English and then to its id between double brackets, which no page
// may show: the tests of the areas compare keys, placeholders and plural forms over all five files.
package locale
