// Package review is the pages of a sign-off: an author asks their employer about a document, sees what the reviewer will see, sends and
// follows it; a reviewer without an account opens a mailed link, reads on a phone and decides.
//
// Both read the words by one component, sheet, from one structure. A link's page shows one button and no word of the post; only its form
// acts, and only from the browser that has opened the page, because mail scanners open and submit what they find. The session it makes is a
// cookie of these pages alone.
package review
