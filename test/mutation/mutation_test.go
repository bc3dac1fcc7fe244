package mutation

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
	"github.com/tracehound/tracehound/pkg/signature/load"
	"github.com/tracehound/tracehound/pkg/signature/rego"
	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

const top = "../.."

// cases are those of the shipped signatures, by id.
func cases(t *testing.T) map[string][]sigtest.Case {
	t.Helper()
	all := map[string][]sigtest.Case{}
	for _, pattern := range []string{"*_test.yaml", "*.txtar"} {
		files, err := filepath.Glob(filepath.Join(top, "signatures", "*", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			list, err := sigtest.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				all[c.Signature] = append(all[c.Signature], c)
			}
		}
	}
	return all
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(top, file))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// notices reports whether a case fails.
func notices(s signature.Signature, cases map[string][]sigtest.Case) bool {
	list := cases[s.Metadata().ID]
	for i := range list {
		if forget, ok := s.(signature.Stateful); ok {
			forget.Reset()
		}
		if list[i].Run(s) != nil {
			return true
		}
	}
	return false
}

// A case that fails anyway would seem to notice every change.
func TestUnchanged(t *testing.T) {
	all := load.Load(load.Options{Shipped: true})
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	tests := cases(t)
	for _, s := range all.Signatures {
		found, silent := 0, 0
		for _, c := range tests[s.ID] {
			if forget, ok := s.Signature.(signature.Stateful); ok {
				forget.Reset()
			}
			if err := c.Run(s.Signature); err != nil {
				t.Errorf("%s: %s: %v", c.Where, c.Name, err)
			}
			if len(c.Findings) > 0 {
				found++
			} else {
				silent++
			}
		}
		if found == 0 || silent == 0 {
			t.Errorf("%s: %d cases with findings and %d without any", s.ID, found, silent)
		}
	}
}

func define(name string) (*schema.Event, error) {
	if def := catalog.ByName(name); def != nil {
		return def, nil
	}
	return nil, fmt.Errorf("unknown event %q", name)
}

// survives runs a changed file of CEL. A change that does not even load is a
// fault of ours.
func survives(t *testing.T, m Mutant, library []byte, cases map[string][]sigtest.Case) bool {
	t.Helper()
	all, err := loadCEL(m.File, m.Text, library)
	if err != nil {
		t.Errorf("%s: is no change: %v", m, err)
		return false
	}
	for _, s := range all {
		if notices(s, cases) {
			return false
		}
	}
	return true
}

func loadCEL(file string, text, library []byte) ([]*cel.Signature, error) {
	shared := &cel.Shared{}
	if err := cel.LoadShared("library", library, shared); err != nil {
		return nil, err
	}
	return cel.Load(file, text, shared, define)
}

const libraryFile = "signatures/cel/shared.yaml"

func TestCEL(t *testing.T) {
	library, tests, left := read(t, libraryFile), cases(t), equivalents(t, ".yaml")
	paths, err := filepath.Glob(filepath.Join(top, "signatures/cel/t*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no signatures: ", err)
	}
	files := map[string][]byte{}
	total := 0
	for _, p := range paths {
		file, _ := filepath.Rel(top, p)
		if sigtest.IsFile(file) {
			continue
		}
		files[file] = read(t, file)
		mutants, err := CEL(file, files[file])
		if err != nil {
			t.Fatal(err)
		}
		total += len(mutants)
		for _, m := range mutants {
			if survives(t, m, library, tests) {
				left.survived(t, m)
			}
		}
	}
	mutants, err := CEL(libraryFile, library)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants {
		total++
		noticed := false
		for _, file := range users(library, m, files) {
			if !survives(t, Mutant{File: file, Line: m.Line, What: m.What, Text: files[file]}, m.Text, tests) {
				noticed = true
				break
			}
		}
		if !noticed {
			left.survived(t, m)
		}
	}
	left.end(t)
	t.Log(total, "changes")
}

func TestRego(t *testing.T) {
	tests, left := cases(t), equivalents(t, ".rego")
	paths, err := filepath.Glob(filepath.Join(top, "signatures/rego/*.rego"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no signatures: ", err)
	}
	loader, err := rego.NewLoader(nil, catalog.ByName)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, p := range paths {
		file, _ := filepath.Rel(top, p)
		mutants, err := Rego(file, read(t, file))
		if err != nil {
			t.Fatal(err)
		}
		total += len(mutants)
		for _, m := range mutants {
			s, err := loader.Load(rego.File{Path: m.File, Data: m.Text})
			if err != nil {
				// A name that no event or argument has is noticed before any case.
				if !strings.HasPrefix(m.What, "text ") {
					t.Errorf("%s: is no change: %v", m, err)
				}
				continue
			}
			if !notices(s, tests) {
				left.survived(t, m)
			}
		}
	}
	left.end(t)
	t.Log(total, "changes")
}

// signatureFile is how the files of signatures in Go are called; the others hold
// what these remember with.
var signatureFile = regexp.MustCompile(`/t[a-z]+_[0-9]+\.go$`)

// What a signature in Go says must be proved by its cases; what it remembers with,
// and how much of it, may be by Go tests beside it.
func TestGo(t *testing.T) {
	mutants, program := buildGo(t)
	left := equivalents(t, ".go")
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(mutants); i = next.Add(1) - 1 {
				m := mutants[i]
				tests := "."
				if signatureFile.MatchString(m.File) {
					tests = "^TestCases$"
				}
				if runGo(t, program, m.Number, tests) == nil {
					left.survived(t, m)
				}
			}
		})
	}
	workers.Wait()
	left.end(t)
	if err := runGo(t, program, 0, "."); err != nil {
		t.Errorf("without any change: %v", err)
	}
	t.Log(len(mutants), "changes")
}

func runGo(t *testing.T, program string, number int, tests string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-test.run", tests)
	cmd.Dir = filepath.Join(top, "signatures/golang")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", ChosenVariable, number))
	return cmd.Run()
}

// buildGo builds the tests of the signatures in Go with all changes in them.
func buildGo(t *testing.T) (mutants []Mutant, program string) {
	t.Helper()
	root, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(root, "signatures/golang/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replaced := map[string]string{}
	put := func(path string, text []byte) {
		replaced[path] = filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(replaced[path], text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(filepath.Join(root, "signatures/golang/chooser.go"), []byte(Chooser))
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, _ := filepath.Rel(root, path)
		text, more, err := Go(file, read(t, file), len(mutants)+1)
		if err != nil {
			t.Fatal(err)
		}
		put(path, text)
		mutants = append(mutants, more...)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	put("overlay.json", overlay)
	program = filepath.Join(dir, "changed.test")
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o", program, "./signatures/golang")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the changes: %v\n%s", err, out)
	}
	return mutants, program
}
