package mutation

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
	"github.com/tracehound/tracehound/pkg/signature"
	"github.com/tracehound/tracehound/pkg/signature/cel"
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
	library, tests := read(t, libraryFile), cases(t)
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
				t.Errorf("%s: no case notices", m)
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
			t.Errorf("%s: no case notices", m)
		}
	}
	t.Log(total, "changes")
}
