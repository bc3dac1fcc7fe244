package goplugin

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build builds a folder of testdata the way that people build plugins.
func build(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(dir, name)
	cmd := exec.Command("go", append(append([]string{"build"}, args...), "-o", out, "./testdata/"+strings.TrimSuffix(name, ".so"))...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, text)
	}
	return out
}

func TestLoadRealPlugins(t *testing.T) {
	dir := t.TempDir()
	loader := build(t, dir, "loader", "-tags", "plugins")
	garbage := filepath.Join(dir, "garbage.so")
	if err := os.WriteFile(garbage, []byte("\x7fELF"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, want string }{
		{build(t, dir, "good.so", "-tags", "plugins", "-buildmode=plugin"), "MINE-1 [{ ptrace }] map[comm:strace] <nil>\n"},
		{build(t, dir, "wrongtype.so", "-tags", "plugins", "-buildmode=plugin"), "Signatures is a *[]string: it must be a variable of type []signature.Signature\n"},
		{build(t, dir, "nosymbol.so", "-tags", "plugins", "-buildmode=plugin"), "it exports no variable Signatures\n"},
		{build(t, dir, "panics.so", "-tags", "plugins", "-buildmode=plugin"), "it panicked: no such luck\n"},
		{garbage, "must be built by the same Go version"},
		{filepath.Join(dir, "absent.so"), "error: open plugin " + dir + "/absent.so: "},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.path), func(t *testing.T) {
			got, err := exec.Command(loader, tt.path).CombinedOutput()
			if err != nil || !strings.Contains(string(got), tt.want) {
				t.Errorf("%v, output %q, want %q", err, got, tt.want)
			}
		})
	}
}

func TestStaticBuildRefuses(t *testing.T) {
	dir := t.TempDir()
	got, err := exec.Command(build(t, dir, "loader"), "x.so").CombinedOutput()
	const want = "error: open plugin x.so: this rules cannot load Go plugins: build it with CGO_ENABLED=1 go build -tags plugins ./cmd/rules, or remove the file\n"
	if err != nil || string(got) != want {
		t.Errorf("%v, output %q, want %q", err, got, want)
	}
}
