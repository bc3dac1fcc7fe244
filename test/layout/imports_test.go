package layout

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const top = "../.."

// list asks go list, for every build that there is: with cgo and plugins.
func list(t *testing.T, args ...string) []Package {
	t.Helper()
	args = append([]string{"list", "-tags", "plugins", "-json=ImportPath,Standard,Imports,CgoFiles"}, args...)
	cmd := exec.Command("go", args...)
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	var packages []Package
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p Package
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		packages = append(packages, p)
	}
}

// readTree opens every folder with source. What go list reads is unknown to the
// cache of go test, what the test itself opens is not.
func readTree(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && (strings.HasPrefix(e.Name(), ".") && path != top || e.Name() == "dist") {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImports(t *testing.T) {
	readTree(t)
	packages := list(t, "./...")
	for _, wrong := range Check(Rows, Dependencies, packages) {
		t.Error(wrong)
	}
}

func TestLimits(t *testing.T) {
	readTree(t)
	for _, l := range Limits {
		deps := list(t, "-deps", "./"+l.Package)
		if len(deps) < 50 {
			t.Errorf("%s holds only %d packages", l.Package, len(deps))
		}
		for _, wrong := range CheckLimit(l, deps) {
			t.Error(wrong)
		}
	}
}
