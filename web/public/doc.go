// Package public holds the pages that a stranger sees: the start page, what we promise (terms, privacy, fees,
// refunds, imprint, accessibility, report something), what a charge on a statement is, and the API reference.
//
// The promises are Markdown in content/, one file per page and language; the test compares their headings
// and links across languages. What we keep of a sale is asked of billing and never written down here.
package public
