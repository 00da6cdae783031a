// Package storybook lists every view of the pages in every state, from fixtures: empty, one, many, long words,
// error, forbidden, right to left.
//
// Each area has a file stories.go with one function that adds its stories to a [Book]:
//
//	func Stories(b *storybook.Book) {
//		b.Add("library", "shelf", "empty", func(p *shell.Page) templ.Component {
//			storybook.AsBuyer(p)
//			p.Title = p.L.T("library.title")
//			return shelf(p.L, nil)
//		})
//	}
//
// A story is a page as a person sees it: it sets the page as the handler would and returns the main part. The
// same stories feed three readers: the storybook under /dev/storybook (only under `serve --dev`, and by
// `go run ./web/storybook/cmd` without a backend), the golden HTML of storytest, and the browser tests, which
// take each one through axe in light, dark and Arabic.
package storybook
