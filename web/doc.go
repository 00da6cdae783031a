// Package web is the pages: templ components, htmx where it makes a page nicer, no state of its own.
//
// It owns no data. It asks the services through their clients, as the person who is signed in, and shows what
// they answer; their problems reach the browser unchanged, in the visitor's words.
//
//	static/     style sheet, script, pictures; src is edited, dist is what `go run ./web/build` makes of it
//	i18n/       the words, one file per area and language
//	shell/      the frame of every page: language, theme, masthead, flash, problems, cache
//	ui/         components that areas share: fields, notices, waterfall
//	storybook/  every view in every state; storytest holds them to golden files and to the laws of pages
//	public/     the pages of a stranger
//	account/    signing up and in, the first steps, settings, inbox, mandates
//	creator/    what a creator does all day: products, sales, payouts
//	documents/  what an author writes: versions, comments, publishing, the record of it
//	operator/   who runs the platform: events that failed, money that does not agree
//	developers/ the API reference, read from docs/openapi.json
//	e2e/        browser tests: axe over the storybook
//
// # How to add an area
//
// Say its pages are a shelf of books, for buyers.
//
//  1. web/shelf/area.go: a function Area(…clients it asks…) shell.Area with a name, the sections it adds to the
//     strip (their words are shell.section.<ID>, in i18n/shell.*.toml) and Register, which calls s.Page once per
//     page: pattern, summary, access rule, role, section, handler.
//  2. web/shelf/*.templ: one component per view. Take locale.L and plain data; say words by l.T("shelf.…") and
//     l.N for numbers of things; format by l.Money, l.Date, l.RelativeDay; put what people wrote into dir="auto".
//     Generate with `make generate` and commit the _templ.go files.
//  3. web/i18n/shelf.{en,fr,nl,ar,zh}.toml: the words. The test there says what is missing.
//  4. web/shelf/stories.go: func Stories(b *storybook.Book), each view in each state, and shelf_test.go with
//     storytest.Run. Write the golden files with `go test ./web/shelf -update` and read them.
//  5. One line each in areas.go (areas and Stories), and in clients if it asks a new service. Then
//     `go test ./web -update` writes the area's rows of docs/access.md.
//
// A handler is func(v *shell.Visit) error. It reads v.Param, v.Query, v.Form; calls services with v.Context();
// sets v.Page.Title; answers with v.Show(component), with v.ShowStatus(422, form) for a form that comes back
// (ui.FaultsOf ties a problem's fields to the inputs), or with v.Flash and v.See after a change. Returned errors
// become problem pages. A public page that strangers share uses v.ShowPublic. For htmx the same handler answers
// with the main part; v.Part("id") asks whether one element is enough.
//
// Style: use the classes of static/src/css, one pen-filled button a page, hairlines before boxes; a new component
// gets a file of its own there and a line in app.css. A script is a small module in static/src/js, imported by app.js, and the page works
// without it. After a change run `go run ./web/build` and commit dist.
package web
