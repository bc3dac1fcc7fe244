package kernel

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFunctions(t *testing.T) {
	const symbols = "0000000000000000 D __x64_sys_data\n" +
		"ffffffff81000000 T __x64_sys_read\n" +
		"0000000000000000 W __x64_sys_weak\n" +
		"0000000000000000 t __x64_sys_local\t[module]\n" +
		"0000000000000000 T __do_sys_read\n" +
		"broken\n" +
		"0000000000000000 T __x64_sys_last"
	got, err := functionsIn(symbolsFile(t, symbols), "__x64_sys_")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"__x64_sys_read": true, "__x64_sys_weak": true, "__x64_sys_local": true, "__x64_sys_last": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

func TestFunctionsRefuses(t *testing.T) {
	if _, err := functionsIn(filepath.Join(t.TempDir(), "none"), "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	// A container may show an empty file: nothing is known then, not "no function".
	for _, text := range []string{"", "0000000000000000 D jiffies\n"} {
		if _, err := functionsIn(symbolsFile(t, text), "x"); !errors.Is(err, errNoFunctions) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := functionsIn(symbolsFile(t, strings.Repeat("x", 1<<20)), "x"); err == nil {
		t.Error("a line without end is read")
	}
}

func symbolsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kallsyms")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
