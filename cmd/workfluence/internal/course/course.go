// Package course holds the demo world's lessons: what the tour imports when
// it is given no file, and what the demo's creators sell.
package course

import (
	"archive/zip"
	"bytes"
	"embed"
	"io/fs"
)

//go:embed rotas first-month
var files embed.FS

// The courses.
const (
	Rotas      = "rotas"       // two sections, six lessons
	FirstMonth = "first-month" // one section, three lessons, free
)

// Zip packs a course as its author would send it.
func Zip(name string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	root, err := fs.Sub(files, name)
	if err != nil {
		return nil, err
	}
	if err := w.AddFS(root); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
