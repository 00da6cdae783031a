// Package courses owns what a course is made of: sections, lessons in Markdown,
// and the files they show or offer. It is pure: it reads no database, no clock
// and no network, so every rule here can be tested by its text alone.
//
//	zip ──Import──▶ Course ──Export──▶ zip        Import(Export(x)) == x
//	                  │
//	                  ├──Render──▶ safe HTML       (goldmark, then bluemonday)
//	                  └──Manifest──▶ digest        (docs/digest.md)
//
// A zip is read in this form, and written back in it:
//
//	our-approach/            a folder is a section; its title is that of
//	  index.md               index.md, else of _section.md, else its name
//	  be-concise.md          a lesson: YAML front matter, then Markdown
//	  _section.md            optional: title and order of the section
//	images/team.png          any other file: shown or offered by a lesson
//
// Front matter knows title, slug, order and free. Without order the index comes
// first, then lessons follow by file name (digits count as numbers, so 2-b comes
// before 10-a). One folder that wraps everything else is looked through.
//
// An error imports nothing: a zip that can't be read, a path that leaves it, a
// link, a nested archive, text that is not UTF-8, two lessons with one address,
// or more than Limits allow. A warning imports and says file and line: a template
// tag of another system, a missing image, a dead link, a key we don't know.
package courses
