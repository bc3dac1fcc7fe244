package golang

import (
	"path/filepath"
	"testing"

	"github.com/tracehound/tracehound/pkg/signature/sigtest"
)

// The cases that `rules test` runs.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("*_test.yaml")
	if err != nil || len(files) != len(All()) {
		t.Fatalf("%d files of cases for %d signatures, %v", len(files), len(All()), err)
	}
	for _, file := range files {
		cases, err := sigtest.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			t.Run(cases[i].Signature+" "+cases[i].Name, func(t *testing.T) { runCase(t, &cases[i]) })
		}
	}
}

func runCase(t *testing.T, c *sigtest.Case) {
	for _, s := range All() {
		if s.Metadata().ID != c.Signature {
			continue
		}
		if err := c.Run(s); err != nil {
			t.Error(err)
		}
		return
	}
	t.Errorf("no signature has the id %s", c.Signature)
}
