package courses

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits bound what one import may cost. All sizes are bytes after unpacking.
type Limits struct {
	Entries int   // files and folders in the zip
	Lesson  int64 // one Markdown file
	File    int64 // one other file
	Total   int64 // everything together
	Ratio   int64 // times the zip's own size, once Total passes RatioFrom
}

// DefaultLimits leave room for a long course with video.
var DefaultLimits = Limits{Entries: 5_000, Lesson: 1 << 20, File: 2 << 30, Total: 4 << 30, Ratio: 100}

// ratioFrom is where the ratio starts to matter: small texts compress well
// without being bombs.
const ratioFrom = 8 << 20

// entry is one file of the archive under its cleaned path.
type entry struct {
	path string
	zip  *zip.File
}

var archiveExt = map[string]bool{
	".zip": true, ".tar": true, ".gz": true, ".tgz": true, ".bz2": true, ".xz": true, ".zst": true,
	".7z": true, ".rar": true, ".jar": true, ".br": true, ".lz": true, ".lzma": true,
}

// readArchive lists the files of a zip after refusing whatever could hurt. It
// trusts no size that the zip states: contents are read under a bound as well.
func readArchive(r io.ReaderAt, size int64, lim Limits) ([]entry, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refuse(Problem{Code: BadZip}, "this is not a zip file, or it is damaged")
	}
	if len(z.File) > lim.Entries {
		return nil, refuse(Problem{Code: TooMuch, Reason: TooMany, Params: map[string]string{ParamCount: strconv.Itoa(len(z.File)), ParamLimit: strconv.Itoa(lim.Entries)}},
			"the zip holds %d files and folders; at most %d can be imported", len(z.File), lim.Entries)
	}
	var out []entry
	var bad trouble
	var total int64
	seen := map[string]bool{}
	for _, f := range z.File {
		name, err := cleanName(f.Name)
		switch {
		case err != nil:
			var p *ImportError
			if errors.As(err, &p) {
				bad = append(bad, p.Problems...)
			}
		case f.Flags&1 != 0:
			bad.add(Problem{Code: BadZip, Reason: Encrypted, File: name}, "the file is encrypted")
		case f.Mode()&fs.ModeType&^fs.ModeDir != 0:
			bad.add(Problem{Code: SpecialFile, File: name}, "links and devices can't be imported")
		case f.FileInfo().IsDir() || name == "" || ignored(name):
		case seen[name]:
			bad.add(Problem{Code: DuplicateSlug, Reason: SameFile, File: name}, "the zip holds this file twice")
		case archiveExt[strings.ToLower(path.Ext(name))]:
			bad.add(Problem{Code: NestedArchive, File: name}, "an archive inside the archive: unpack it first")
		case f.UncompressedSize64 > uint64(lim.fileLimit(name)):
			bad.add(tooLarge(name, lim.fileLimit(name)), "the file is larger than %s", bytesText(lim.fileLimit(name)))
		default:
			seen[name] = true
			total += int64(f.UncompressedSize64)
			out = append(out, entry{path: name, zip: f})
		}
		if len(bad) >= maxProblems {
			break
		}
	}
	if total > lim.Total {
		bad.add(Problem{Code: TooMuch, Reason: TooLargeAll, Params: limit(lim.Total)}, "the unpacked files are larger than %s", bytesText(lim.Total))
	}
	if total > ratioFrom && total/lim.Ratio > size {
		bad.add(Problem{Code: TooMuch, Reason: TooDense, Params: limit(lim.Ratio)}, "the zip unpacks to more than %d times its size", lim.Ratio)
	}
	return out, bad.err()
}

func (l Limits) fileLimit(name string) int64 {
	if isLesson(name) {
		return l.Lesson
	}
	return l.File
}

// longestPath of a file, in bytes.
const longestPath = 500

func limit(n int64) map[string]string { return map[string]string{ParamLimit: strconv.FormatInt(n, 10)} }

func tooLarge(file string, lim int64) Problem {
	return Problem{Code: TooMuch, Reason: TooLarge, Params: limit(lim), File: file}
}

// cleanName returns the path of an entry in NFC, with slashes, or why it is refused.
func cleanName(name string) (string, error) {
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return "", refuse(Problem{Code: BadText, Reason: BadName, File: strings.ToValidUTF8(name, "\ufffd")}, "the file name is not UTF-8")
	}
	if len(name) > longestPath {
		return "", refuse(Problem{Code: UnsafePath, Reason: LongPath, Params: limit(longestPath), File: strings.ToValidUTF8(name[:40], "") + "…"}, "the path is longer than %d bytes", longestPath)
	}
	slashed := strings.ReplaceAll(name, `\`, "/")
	drive := len(slashed) > 1 && slashed[1] == ':' && (slashed[0]|0x20 >= 'a' && slashed[0]|0x20 <= 'z')
	if strings.HasPrefix(slashed, "/") || drive {
		return "", refuse(Problem{Code: UnsafePath, Reason: Absolute, File: name}, "the path is absolute")
	}
	for part := range strings.SplitSeq(slashed, "/") {
		if part == ".." {
			return "", refuse(Problem{Code: UnsafePath, File: name}, "the path leads out of the zip")
		}
	}
	clean := norm.NFC.String(path.Clean(slashed))
	if clean == "." {
		return "", nil
	}
	return clean, nil
}

// ignored leaves out what systems and editors add by themselves.
func ignored(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" || part == "Thumbs.db" || part == "desktop.ini" {
			return true
		}
	}
	return false
}

func isLesson(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".markdown"
}

// readText returns a lesson's text, which must be UTF-8 without NUL.
func (e entry) readText(lim int64) (string, error) {
	rc, err := e.zip.Open()
	if err != nil {
		return "", refuse(Problem{Code: BadZip, Reason: Damaged, File: e.path}, "the file can't be unpacked")
	}
	defer func() { _ = rc.Close() }()
	b, err := io.ReadAll(io.LimitReader(rc, lim+1))
	switch {
	case err != nil:
		return "", refuse(Problem{Code: BadZip, Reason: Damaged, File: e.path}, "the file is damaged")
	case int64(len(b)) > lim:
		return "", refuse(tooLarge(e.path, lim), "the file is larger than %s", bytesText(lim))
	case !utf8.Valid(b) || strings.ContainsRune(string(b), 0):
		return "", refuse(Problem{Code: BadText, File: e.path}, "the text is not UTF-8")
	}
	return string(b), nil
}

// file reads an entry once, to prove that it unpacks and to learn its digest.
func (e entry) file(as string, lim int64) (File, error) {
	rc, err := e.zip.Open()
	if err != nil {
		return File{}, refuse(Problem{Code: BadZip, Reason: Damaged, File: e.path}, "the file can't be unpacked")
	}
	defer func() { _ = rc.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(rc, lim+1))
	if err != nil {
		return File{}, refuse(Problem{Code: BadZip, Reason: Damaged, File: e.path}, "the file is damaged")
	}
	if n > lim {
		return File{}, refuse(tooLarge(e.path, lim), "the file is larger than %s", bytesText(lim))
	}
	return NewFile(as, n, "sha256:"+hex.EncodeToString(h.Sum(nil)), e.zip.Open), nil
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}
