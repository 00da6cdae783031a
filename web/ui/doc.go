// Package ui holds the components that every area of the pages shares, in the look of web/static/src/css: one
// templ file or Go file per group, the same groups as the style sheet.
//
//	fields.templ   inputs, choices, the error summary (Faults ties a problem's fields to them)
//	status.templ   tags, notices, empty states, dialogs
//	money.templ    the waterfall, figures, facts
//	text.templ     icons, rich messages, trails
//
// Components take what they show as arguments, in words: they never fetch, and they hold no message of an
// area. Nothing here writes a style attribute or an inline script; the pages' policy forbids both.
package ui
