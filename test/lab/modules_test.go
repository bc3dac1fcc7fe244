package lab

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFindModule(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"kernel/fs/overlayfs/overlay.ko", "kernel/fs/fuse/fuse.ko.xz", "kernel/net/overlayed.ko"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"overlay": "kernel/fs/overlayfs/overlay.ko",
		"fuse":    "kernel/fs/fuse/fuse.ko.xz",
		"ext4":    "",
	} {
		got, err := findModule(dir, name)
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if err != nil || got != want {
			t.Errorf("findModule(%s) = %s, %v, want %s", name, got, err, want)
		}
	}
	if _, err := findModule(filepath.Join(dir, "gone"), "fuse"); err == nil {
		t.Error("a folder that is not there is no error")
	}
}
