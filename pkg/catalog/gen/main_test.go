package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGeneratedFilesAreCurrent regenerates every output and compares it with the
// committed file.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	for _, o := range outputs {
		t.Run(o.path, func(t *testing.T) {
			want, err := o.make("../../..")
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join("../../..", o.path))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s is stale: run `make generate` (-generated +committed):\n%s", o.path, diff)
			}
		})
	}
}
