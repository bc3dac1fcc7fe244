package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/test/lab"
)

func TestParseFile(t *testing.T) {
	tests := []struct {
		spec string
		want lab.File
		err  bool
	}{
		{"dist/tracer:/bin/tracer", lab.File{Host: "dist/tracer", Guest: "/bin/tracer"}, false},
		{"a:/b:0755", lab.File{Host: "a", Guest: "/b", Mode: 0o755}, false},
		{"a", lab.File{}, true},
		{":/b", lab.File{}, true},
		{"a:/b:rwx", lab.File{}, true},
		{"a:/b:0999", lab.File{}, true},
		{"a:/b:77777", lab.File{}, true},
		{"a:/b:0755:c", lab.File{}, true},
	}
	for _, tt := range tests {
		got, err := parseFile(tt.spec)
		if (err != nil) != tt.err {
			t.Errorf("%q: error %v", tt.spec, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.spec, diff)
		}
	}
}

// The real shell is the judge of what a quoted line means.
func TestQuote(t *testing.T) {
	args := []string{"printf", `%s\n`, "", "a b", "it's", `"$HOME" $(id) \`, "new\nline", "*"}
	got, err := exec.Command("sh", "-c", quote(args)).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, a := range args[2:] {
		want += a + "\n"
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	if err := save(dir, map[string][]byte{"/var/log/a": []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "var/log/a")); err != nil || string(got) != "x" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := save(filepath.Join(dir, "var/log/a"), map[string][]byte{"/b": nil}); err == nil {
		t.Error("no error when the target is a file")
	}
}
