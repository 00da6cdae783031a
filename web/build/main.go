// Command build bundles the pages' style sheet and script: it reads web/static/src and writes web/static/dist,
// whose files carry a hash of their content in their names, and a manifest from plain name to hashed name.
//
// The output is committed, so that the program builds and runs without this step and without Node. Run it
// after a change below web/static/src:
//
//	go run ./web/build
//
// A test fails when the committed output is not what the sources give.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run("web/static"); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(static string) error {
	files, err := bundle(filepath.Join(static, "src"))
	if err != nil {
		return err
	}
	dist := filepath.Join(static, "dist")
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dist, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bundle returns the files of dist by name, the manifest among them.
func bundle(src string) (map[string][]byte, error) {
	out := map[string][]byte{}
	manifest := map[string]string{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		ext := filepath.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:5]) + ext
		out[hashed], manifest[name] = content, hashed
	}
	for _, entry := range []string{"css/app.css", "js/app.js"} {
		content, err := compile(filepath.Join(src, entry))
		if err != nil {
			return nil, err
		}
		add(filepath.Base(entry), content)
	}
	images, err := filepath.Glob(filepath.Join(src, "img", "*"))
	if err != nil {
		return nil, err
	}
	for _, path := range images {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		add(filepath.Base(path), content)
	}
	list, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, err
	}
	out["manifest.json"] = append(list, '\n')
	return out, nil
}

// compile bundles one entry point. The syntax stays what the sources use: every browser that knows
// light-dark() knows nesting and modules too.
func compile(entry string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		Format:            api.FormatIIFE,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		LegalComments:     api.LegalCommentsNone,
		Charset:           api.CharsetUTF8,
		Target:            api.ESNext,
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		first := result.Errors[0]
		return nil, fmt.Errorf("%s: %s", entry, first.Text)
	}
	return result.OutputFiles[0].Contents, nil
}
