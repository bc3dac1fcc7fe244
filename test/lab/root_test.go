package lab

import (
	"archive/tar"
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// packageTar is the content of a package in the form dpkg-deb gives it.
func packageTar(t *testing.T, headers ...tar.Header) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		content := ""
		if h.Typeflag == tar.TypeReg {
			content = "content of " + h.Name
			h.Size = int64(len(content))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestMerge(t *testing.T) {
	name := filepath.Join(t.TempDir(), "disk")
	d, err := createTarDisk(name)
	if err != nil {
		t.Fatal(err)
	}
	m := merger{out: d.Writer, seen: map[string]bool{}}
	steps := []error{
		m.skeleton(),
		m.copyTar(packageTar(t,
			tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755},
			tar.Header{Name: "./bin/", Typeflag: tar.TypeDir, Mode: 0o755},
			tar.Header{Name: "./bin/dash", Typeflag: tar.TypeReg, Mode: 0o755},
			tar.Header{Name: "./bin/su", Typeflag: tar.TypeReg, Mode: 0o4755},
			tar.Header{Name: "./bin/also", Typeflag: tar.TypeLink, Linkname: "./bin/su", Mode: 0o4755},
			tar.Header{Name: "./usr/share/doc/dash/copyright", Typeflag: tar.TypeReg, Mode: 0o644},
			tar.Header{Name: "./etc/", Typeflag: tar.TypeDir, Mode: 0o755},
		)),
		m.copyTar(packageTar(t,
			tar.Header{Name: "./etc/", Typeflag: tar.TypeDir, Mode: 0o700}, // the first package's mode stays
			tar.Header{Name: "./usr/share/base-passwd/passwd.master", Typeflag: tar.TypeReg, Mode: 0o644},
			tar.Header{Name: "./usr/share/base-passwd/group.master", Typeflag: tar.TypeReg, Mode: 0o644},
		)),
		m.finish(),
		d.close(),
	}
	for i, err := range steps {
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	got := readDisk(t, name)
	want := map[string]entry{
		"usr/bin/dash": {tar.TypeReg, 0o755, "content of ./bin/dash", ""},
		"usr/bin/su":   {tar.TypeReg, 0o4755, "content of ./bin/su", ""},
		"usr/bin/also": {tar.TypeLink, 0o4755, "", "usr/bin/su"},
		"usr/bin/sh":   {tar.TypeSymlink, 0o777, "", "dash"},
		"bin":          {tar.TypeSymlink, 0o777, "", "usr/bin"},
		"etc/":         {tar.TypeDir, 0o755, "", ""},
		"etc/passwd":   {tar.TypeReg, 0o644, "content of ./usr/share/base-passwd/passwd.master", ""},
		"etc/group":    {tar.TypeReg, 0o644, "content of ./usr/share/base-passwd/group.master", ""},
	}
	for name, w := range want {
		if diff := cmp.Diff(w, got[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name := range got {
		if strings.HasPrefix(name, "usr/share/doc") || strings.HasPrefix(name, "bin/") || name == "usr/bin/nc" {
			t.Errorf("%s is in the root", name)
		}
	}
}

func TestMergeWithoutAccounts(t *testing.T) {
	m := merger{out: tar.NewWriter(&bytes.Buffer{}), seen: map[string]bool{}}
	if err := m.finish(); err == nil {
		t.Error("no error for a root without account files")
	}
}

func TestMergeBrokenPackage(t *testing.T) {
	whole := packageTar(t, tar.Header{Name: "./bin/dash", Typeflag: tar.TypeReg, Mode: 0o755}).Bytes()
	m := merger{out: tar.NewWriter(&bytes.Buffer{}), seen: map[string]bool{}}
	if err := m.copyTar(bytes.NewReader(whole[:520])); err == nil {
		t.Error("no error for a package cut short")
	}
}
