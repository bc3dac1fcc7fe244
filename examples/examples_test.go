// Package examples holds what the documentation shows: signatures, a template
// and a recording. Its tests keep that working.
package examples

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tracehound/tracehound/pkg/rules"
)

// TestMain lets scripts run rules.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rules": func() { os.Exit(rules.Main()) }})
}

func TestScripts(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			return os.Symlink(here, filepath.Join(env.WorkDir, "examples"))
		},
	})
}
