// Package load finds signatures: those that come with rules, and those in
// people's own files and folders. It checks what all engines share, so that a
// signature that could never work is an error at the start, with its place.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
	"github.com/tracehound/tracehound/pkg/signature/rego"
	"github.com/tracehound/tracehound/signatures"
	"github.com/tracehound/tracehound/signatures/golang"
)

// Engine is what a signature is written in.
type Engine string

// The engines.
const (
	Go   Engine = "go"
	Rego Engine = "rego"
	CEL  Engine = "cel"
)

// Loaded is a signature that passed all checks.
type Loaded struct {
	signature.Signature
	Engine Engine
	Where  signature.Position
	// ID is the one of its metadata.
	ID string
	// Key is the same for the same id with the same text, libraries included.
	Key string
	// Needs are the arguments that it reads and tracer does not give unasked.
	Needs []Need
}

// SameFile reports whether the file of s is that of a signature which came with rules,
// byte for byte.
func (s *Loaded) SameFile(shipped Loaded) bool {
	name, ok := strings.CutPrefix(shipped.Where.File, shippedDir)
	if !ok {
		return false
	}
	want, err := signatures.Files.ReadFile(name)
	if err != nil {
		return false // one in Go
	}
	got, err := os.ReadFile(s.Where.File)
	return err == nil && bytes.Equal(got, want)
}

// shippedDir begins the names of files that came with rules.
const shippedDir = "signatures/"

// Options say where to look.
type Options struct {
	// Shipped takes the signatures that come with rules.
	Shipped bool
	// Dirs are searched, and the folders below them. What is no signature
	// there is passed over; hidden files and folders always are.
	Dirs []string
	// Files must each hold signatures, or be a folder to search.
	Files []string
}

// Result is what was found. Signatures are in the order of Options, and within
// a folder in the order of their paths.
type Result struct {
	Signatures []Loaded
	// Notes name what was passed over, for people to know.
	Notes []string
	// Warnings name what is not as shipped: people's own signatures in place of it.
	Warnings []string
	// Errors name what cannot be used, each with its place. Rules does not
	// start with any, rather than watch for less than it was asked to.
	Errors []error
}

// Err joins the errors; nil when there are none.
func (r *Result) Err() error { return errors.Join(r.Errors...) }

// Load finds and checks signatures.
func Load(o Options) *Result {
	l := &loader{ids: map[string]signature.Position{}, files: map[string]bool{}}
	if o.Shipped {
		l.shipped()
		l.builtin = len(l.Signatures)
	}
	for _, dir := range o.Dirs {
		l.group(l.search(dir), false)
	}
	var named []string
	for _, file := range o.Files {
		if isDir(file) {
			l.group(l.search(file), false)
		} else {
			named = append(named, file)
		}
	}
	l.group(named, true)
	return &l.Result
}

// loader gathers a Result.
type loader struct {
	Result
	ids map[string]signature.Position
	// builtin is how many of the signatures, the first ones, came with rules.
	builtin int
	files   map[string]bool // absolute paths, each to be read once
	sum     string          // of the text that signatures are read from
	// shared are the lists and macros of the group of files that is being loaded.
	shared *cel.Shared
}

func (l *loader) note(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); !slices.Contains(l.Notes, note) {
		l.Notes = append(l.Notes, note)
	}
}

func (l *loader) fail(err error) { l.Errors = append(l.Errors, err) }

// shipped loads the signatures that come with rules.
func (l *loader) shipped() {
	l.sum, l.shared = "shipped", &cel.Shared{}
	if err := l.shippedShared(); err != nil {
		l.fail(err)
		return
	}
	for _, s := range golang.All() {
		l.add(s, Go, sourceOf(s))
	}
	engine, err := rego.NewLoader(nil, byName)
	if err != nil {
		l.fail(err)
		return
	}
	err = fs.WalkDir(signatures.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || kindOf(name) == testFile || name == sharedFile {
			return err
		}
		data, err := signatures.Files.ReadFile(name)
		if err != nil {
			return err
		}
		shown := path.Join(shippedDir, name)
		if kindOf(name) == regoFile {
			l.rego(engine, rego.File{Path: shown, Data: data}, true)
		} else {
			l.cel(shown, data, true)
		}
		return nil
	})
	if err != nil {
		l.fail(fmt.Errorf("read shipped signatures: %w", err))
	}
}

// sharedFile holds what the shipped signatures in CEL have in common.
const sharedFile = "cel/shared.yaml"

// shippedShared reads the lists and macros of the shipped signatures in CEL.
func (l *loader) shippedShared() error {
	data, err := signatures.Files.ReadFile(sharedFile)
	if err != nil {
		return fmt.Errorf("read shipped signatures: %w", err)
	}
	return cel.LoadShared(path.Join(shippedDir, sharedFile), data, l.shared)
}

func (l *loader) rego(engine *rego.Loader, f rego.File, named bool) {
	s, err := engine.Load(f)
	switch {
	case errors.Is(err, rego.ErrForeign) && !named:
		l.note("ignored %s: %v", f.Path, err)
	case errors.Is(err, rego.ErrForeign):
		l.fail(fmt.Errorf("%s: %w", f.Path, err))
	case err != nil:
		l.failEach(err)
	default:
		l.add(s, Rego, s.Position())
	}
}

func (l *loader) cel(path string, data []byte, named bool) {
	all, err := cel.Load(path, data, l.shared, define)
	switch {
	case errors.Is(err, cel.ErrForeign) && !named:
		l.note("ignored %s: %v", path, err)
	case errors.Is(err, cel.ErrForeign):
		l.fail(fmt.Errorf("%s: %w", path, err))
	case err != nil:
		l.failEach(err)
	}
	for _, s := range all {
		l.add(s, CEL, s.Position())
	}
}

// failEach takes joined errors apart, so that each is one line.
func (l *loader) failEach(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		l.Errors = append(l.Errors, joined.Unwrap()...)
		return
	}
	l.fail(err)
}

// sourceOf is where a shipped signature in Go is written.
func sourceOf(s signature.Signature) signature.Position {
	m, ok := reflect.TypeOf(s).MethodByName("OnEvent")
	if !ok {
		return signature.Position{}
	}
	f := runtime.FuncForPC(m.Func.Pointer())
	if f == nil {
		return signature.Position{}
	}
	file, line := f.FileLine(f.Entry())
	return signature.Position{File: path.Join("signatures/golang", path.Base(file)), Line: line}
}
