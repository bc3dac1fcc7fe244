package load

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/document"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
	"github.com/tracehound/tracehound/pkg/signature/goplugin"
	"github.com/tracehound/tracehound/pkg/signature/rego"
)

// maxSize is the longest text file that is read; signatures are short.
const maxSize = 4 << 20

type fileKind int

const (
	otherFile fileKind = iota
	regoFile
	regoLibrary
	regoTest
	regoHelpers // Tracee's own copy of what is built in
	celFile
	pluginFile
	testFile // cases, for rules test
)

// kindOf tells by its name what a file is.
func kindOf(path string) fileKind {
	name := filepath.Base(path)
	switch ext := strings.ToLower(filepath.Ext(name)); {
	case name == "helpers.rego":
		return regoHelpers
	case strings.HasSuffix(name, "_test.rego"):
		return regoTest
	case strings.HasSuffix(name, "helpers.rego"):
		return regoLibrary
	case ext == ".rego":
		return regoFile
	case strings.HasSuffix(name, "_test.yaml"), strings.HasSuffix(name, "_test.yml"):
		return testFile
	case ext == ".yaml", ext == ".yml", ext == ".cel":
		return celFile
	case ext == ".so":
		return pluginFile
	}
	return otherFile
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// search lists the files that may hold signatures in a folder and below it, in
// order. It follows links to files but not to folders, and passes over hidden
// names, where Kubernetes keeps the other copies of a mounted ConfigMap.
func (l *loader) search(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		l.fail(fmt.Errorf("read rules directory: %w", err))
		return nil
	}
	var files []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), "."):
		case entry.IsDir():
			files = append(files, l.search(path)...)
		case kindOf(path) == otherFile:
			if entry.Type()&os.ModeSymlink != 0 && isDir(path) {
				l.note("ignored %s: a link to a directory is not followed; name the directory itself", path)
			}
		default:
			files = append(files, path)
		}
	}
	return files
}

// group loads files that belong together: libraries among them serve all
// others. Files that were named must be signatures.
func (l *loader) group(files []string, named bool) {
	var libraries, texts []rego.File
	for _, path := range files {
		if !l.first(path) {
			continue
		}
		switch kindOf(path) {
		case regoHelpers:
			l.note("ignored %s: data.tracee.helpers is built in", path)
		case regoTest, testFile:
			if named {
				l.note("ignored %s: the name says that it is a test", path)
			}
		case regoLibrary:
			libraries = l.read(libraries, path)
		case regoFile, celFile:
			texts = l.read(texts, path)
		case pluginFile:
			l.plugin(path)
		default:
			l.fail(fmt.Errorf("%s: not a signature file: its name must end in .rego, .yaml, .yml, .cel or .so", path))
		}
	}
	engine, err := rego.NewLoader(libraries, byName)
	if err != nil {
		l.failEach(err)
	}
	texts, shared := l.takeShared(texts)
	for _, f := range texts {
		l.sum = checksum(slices.Concat(libraries, shared, []rego.File{f}))
		switch {
		case kindOf(f.Path) == celFile:
			l.cel(f.Path, f.Data, named)
		case engine != nil: // else they would fail for their library's sake
			l.rego(engine, f, named)
		}
	}
}

// first reports whether a file comes up for the first time.
func (l *loader) first(path string) bool {
	key := path
	if abs, err := filepath.Abs(path); err == nil {
		key = abs
	}
	seen := l.files[key]
	l.files[key] = true
	return !seen
}

// read adds a file's text to the list.
func (l *loader) read(to []rego.File, path string) []rego.File {
	data, err := readFile(path)
	if err != nil {
		l.fail(fmt.Errorf("read signature file: %w", err))
		return to
	}
	return append(to, rego.File{Path: path, Data: data})
}

// readFile reads a regular file of at most maxSize bytes. What is no file, a
// pipe for one, could block for ever.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", path)
	}
	return document.Read(path, maxSize)
}

// takeShared reads the files that hold lists and macros for the CEL signatures
// among the others.
func (l *loader) takeShared(texts []rego.File) (others, shared []rego.File) {
	l.shared = &cel.Shared{}
	for _, f := range texts {
		if kindOf(f.Path) != celFile {
			others = append(others, f)
			continue
		}
		switch err := cel.LoadShared(f.Path, f.Data, l.shared); {
		case errors.Is(err, cel.ErrForeign):
			others = append(others, f)
		case err != nil:
			l.failEach(err)
		default:
			shared = append(shared, f)
		}
	}
	return others, shared
}

// checksum tells whether texts have changed.
func checksum(files []rego.File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s %d\n%s", f.Path, len(f.Data), f.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A plugin stays as it is once it is loaded: Go cannot load its new version.
func (l *loader) plugin(path string) {
	l.sum = path
	all, err := goplugin.Load(path)
	if err != nil {
		l.fail(err)
		return
	}
	if len(all) == 0 {
		l.fail(fmt.Errorf("open plugin %s: its list of signatures is empty", path))
	}
	for _, s := range all {
		l.add(s, Go, signature.Position{File: path})
	}
}
