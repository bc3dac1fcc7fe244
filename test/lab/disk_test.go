package lab

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type entry struct {
	Kind byte
	Mode int64
	Data string
	Link string
}

// readDisk returns what a tar on a raw disk holds, by name.
func readDisk(t *testing.T, path string) map[string]entry {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 || len(data)%diskUnit != 0 {
		t.Errorf("disk has %d bytes, want a multiple of %d", len(data), diskUnit)
	}
	got := map[string]entry{}
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 && h.Name != "etc/shadow" {
			t.Errorf("%s belongs to %d:%d, want root", h.Name, h.Uid, h.Gid)
		}
		// busybox reads neither of these right.
		if h.Format == tar.FormatPAX || !h.AccessTime.IsZero() || !h.ChangeTime.IsZero() {
			t.Errorf("%s: format %v, access %v, change %v", h.Name, h.Format, h.AccessTime, h.ChangeTime)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got[h.Name] = entry{h.Typeflag, h.Mode, string(content), h.Linkname}
	}
}

func TestWriteInput(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "tree", "sub"), 0o755))
	must(os.WriteFile(filepath.Join(dir, "tree", "sub", "data"), []byte("\x00\xffbinary"), 0o600))
	must(os.Symlink("sub/data", filepath.Join(dir, "tree", "link")))
	long := strings.Repeat("long/", 40)
	must(os.MkdirAll(filepath.Join(dir, "deep", long), 0o755))
	must(os.WriteFile(filepath.Join(dir, "deep", long, "é"), nil, 0o644))
	must(os.WriteFile(filepath.Join(dir, "program"), []byte("ELF"), 0o644))
	must(os.Symlink("program", filepath.Join(dir, "alias")))

	m := &Machine{
		Kernel: "6.1", Script: "exit 3",
		Files: []File{
			{Host: filepath.Join(dir, "program"), Guest: "/bin/program", Mode: 0o755},
			{Host: filepath.Join(dir, "alias"), Guest: "/opt/alias"},
			{Host: filepath.Join(dir, "tree"), Guest: "/opt/tree"},
			{Host: filepath.Join(dir, "deep", long, "é"), Guest: "/opt/" + long + "é"},
			{Data: []byte("inline"), Guest: "/etc/inline"},
		},
		Fetch: []string{"/tmp/a", "/tmp/b c"},
	}
	must(m.complete())
	disk := filepath.Join(dir, "disk")
	must(writeInput(disk, m))
	got := readDisk(t, disk)
	if len(got["run/lab/init"].Data) == 0 {
		t.Error("no init on the disk")
	}
	delete(got, "run/lab/init")
	want := map[string]entry{
		"usr/bin/program":   {tar.TypeReg, 0o755, "ELF", ""},
		"opt/alias":         {tar.TypeReg, 0o644, "ELF", ""},
		"opt/tree/":         {tar.TypeDir, 0o755, "", ""},
		"opt/tree/sub/":     {tar.TypeDir, 0o755, "", ""},
		"opt/tree/sub/data": {tar.TypeReg, 0o600, "\x00\xffbinary", ""},
		"opt/tree/link":     {tar.TypeSymlink, 0o777, "", "sub/data"},
		"opt/" + long + "é": {tar.TypeReg, 0o644, "", ""},
		"etc/inline":        {tar.TypeReg, 0o644, "inline", ""},
		"run/lab/script":    {tar.TypeReg, 0o755, "#!/bin/sh\nexit 3\n", ""},
		"run/lab/limit":     {tar.TypeReg, 0o644, "300\n", ""},
		"run/lab/fetch":     {tar.TypeReg, 0o644, "/tmp/a\n/tmp/b c\n", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("disk (-want +got):\n%s", diff)
	}
}

func TestWriteInputMissingFile(t *testing.T) {
	m := &Machine{Script: "true", Files: []File{{Host: filepath.Join(t.TempDir(), "tracer"), Guest: "/bin/tracer"}}}
	err := writeInput(filepath.Join(t.TempDir(), "disk"), m)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "/bin/tracer") {
		t.Errorf("error %v, want one that names /bin/tracer", err)
	}
}

func TestMergedPath(t *testing.T) {
	for in, want := range map[string]string{
		"/bin/ls": "usr/bin/ls", "./lib64/ld.so": "usr/lib64/ld.so", "/bin": "bin", "./": "", "/usr/bin/x": "usr/bin/x",
		"/binary/x": "binary/x", "sbin/../bin/y": "usr/bin/y", "../../etc/passwd": "etc/passwd",
	} {
		if got := mergedPath(in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// outputTar writes what a machine would; a name without data is a link to the
// entry before it.
func outputTar(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		h := &tar.Header{Name: pairs[i], Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(pairs[i+1]))}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func wholeOutput(t testing.TB, status string, more ...string) []byte {
	pairs := []string{
		labDir + "/status", status, labDir + "/stdout", "out\x00\n", labDir + "/stderr", "err",
	}
	pairs = append(pairs, more...)
	return outputTar(t, append(pairs, labDir+"/missing", "/tmp/absent\n", labDir+"/done", "")...)
}

func TestParseOutput(t *testing.T) {
	data := wholeOutput(t, "7\n", "/tmp/fetched", "content", labDir+"/timeout", "")
	got, err := parseOutput(bytes.NewReader(append(data, make([]byte, 4096)...)))
	if err != nil {
		t.Fatal(err)
	}
	want := &output{
		Result:   Result{Stdout: []byte("out\x00\n"), Stderr: []byte("err"), ExitCode: 7, Files: map[string][]byte{"/tmp/fetched": []byte("content")}},
		timedOut: true, missing: []string{"/tmp/absent"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(output{})); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestParseOutputBroken(t *testing.T) {
	whole := wholeOutput(t, "0\n")
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"untouched disk", make([]byte, 1<<16), "no status"},
		{"no disk at all", nil, "no status"},
		{"cut in the middle", whole[:1600], "read"},
		{"cut before the last entry", whole[:len(whole)-3*512], "no done"},
		{"not a tar", bytes.Repeat([]byte("x"), 4096), "read output disk"},
		{"status not a number", wholeOutput(t, "seven"), "exit status"},
		{"status out of range", wholeOutput(t, "256"), "exit status"},
		{"status empty", wholeOutput(t, ""), "exit status"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseOutput(bytes.NewReader(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// A machine runs attacks; what it hands back is not to be trusted.
func FuzzParseOutput(f *testing.F) {
	whole := wholeOutput(f, "0\n", "/etc/x", "y")
	f.Add(whole)
	f.Add(whole[:700])
	f.Add([]byte{})
	f.Add(make([]byte, 1024))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := parseOutput(bytes.NewReader(data))
		if (out == nil) == (err == nil) {
			t.Fatalf("output %v with error %v", out, err)
		}
		if out == nil {
			return
		}
		if out.ExitCode < 0 || out.ExitCode > 255 {
			t.Errorf("exit status %d", out.ExitCode)
		}
		for name := range out.Files {
			if !filepath.IsAbs(name) || filepath.Clean(name) != name {
				t.Errorf("file name %q leads out of the machine", name)
			}
		}
	})
}
