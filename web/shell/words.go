package shell

import "net/url"

// documents are the pages that the footer of every page leads to.
var documents = []string{"terms", "privacy", "fees", "refunds", "imprint", "accessibility", "report", "charge", "developers"}

// discoverPath is the list of what is on sale.
const discoverPath = "/discover"

// themes are what a visitor may choose; system follows the device.
var themes = []string{"system", "light", "dark"}

func windowTitle(p Page) string {
	if p.Title == "" {
		return "Workfluence"
	}
	return p.Title + " · Workfluence"
}

func query(s string) string { return url.QueryEscape(s) }
