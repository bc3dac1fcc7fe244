package outfile

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func open(t *testing.T, path string, opts Options) *File {
	t.Helper()
	f, err := Open(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, f *File, text string) {
	t.Helper()
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// descriptors is how many the process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestNewFileAndItsFolders(t *testing.T) {
	dir := t.TempDir()
	before := descriptors(t)
	path := filepath.Join(dir, "a", "b", "events")
	f := open(t, path, Options{})
	if err := f.Abandon(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); !os.IsNotExist(err) {
		t.Errorf("the folders of an abandoned file are there: %v", err)
	}
	f = open(t, path, Options{})
	write(t, f, "x")
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if got := content(t, path); got != "x" {
		t.Errorf("file holds %q", got)
	}
	if now := descriptors(t); now != before {
		t.Errorf("%d descriptors are open, %d before", now, before)
	}
}

func TestExistingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path, Options{}).Abandon(); err != nil || content(t, path) != "old" {
		t.Errorf("an abandoned file holds %q, %v", content(t, path), err)
	}
	f := open(t, path, Options{})
	if err := f.Empty(); err != nil {
		t.Error(err)
	}
	write(t, f, "n")
	if err := f.Close(); err != nil || content(t, path) != "n" {
		t.Errorf("file holds %q, %v", content(t, path), err)
	}
}

func TestRelativeAndDotted(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"plain", "./dot", "sub/../sub/deep", "a//b"} {
		f := open(t, path, Options{})
		write(t, f, path)
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if got := content(t, filepath.Join(dir, path)); got != path {
			t.Errorf("%s holds %q", path, got)
		}
	}
}

// A link is followed where only the trusted can have made it.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	home := filepath.Join(dir, "real")
	must(os.Mkdir(home, 0o755))
	must(os.WriteFile(filepath.Join(home, "victim"), []byte("precious"), 0o600))
	open := filepath.Join(dir, "open") // to everybody, and without the sticky bit
	must(os.Mkdir(open, 0o755))
	must(os.Symlink("../real/victim", filepath.Join(open, "file")))
	must(os.Symlink(home, filepath.Join(open, "folder")))
	must(os.Link(filepath.Join(home, "victim"), filepath.Join(open, "hard")))
	must(os.Symlink("loop", filepath.Join(open, "loop")))
	for _, c := range []struct {
		path, mine, theirs string // errors when the folder is mine, and when it is theirs
	}{
		{"file", "", "is a symbolic link that user 0 made or others can replace"},
		{"folder/new", "", "is a symbolic link that user 0 made or others can replace"},
		{"hard", "", "it has other names (hard links)"},
		{"loop", "too many levels of symbolic links", "is a symbolic link"},
		{".", "is a directory", "is a directory"},
		{"file/x", "not a directory", "is a symbolic link"},
	} {
		for _, mode := range []os.FileMode{0o755, 0o777, 0o1777} {
			must(os.Chmod(open, mode&0o777))
			want := c.theirs
			if mode != 0o777 {
				want = c.mine
			}
			if mode == 0o1777 {
				must(os.Chmod(open, 0o777|os.ModeSticky))
			}
			f, err := Open(t.Context(), filepath.Join(open, c.path), Options{})
			if err == nil {
				must(f.Abandon())
			}
			want = strings.ReplaceAll(want, "user 0", fmt.Sprintf("user %d", os.Geteuid()))
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s in a folder of mode %o: %v, want %q", c.path, mode, err, want)
			}
		}
	}
	if got := content(t, filepath.Join(home, "victim")); got != "precious" {
		t.Errorf("the victim holds %q", got)
	}
}

// A link of another user is refused wherever it lies.
func TestLinkOfAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a link away")
	}
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("/etc/passwd", link); err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(link, 1000, 1000); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), link, Options{})
	if err == nil || !strings.Contains(err.Error(), link+" is a symbolic link that user 1000 made") {
		t.Errorf("%v", err)
	}
}

func TestDescriptorsAndDevices(t *testing.T) {
	for _, path := range []string{"/dev/null", fmt.Sprintf("/dev/fd/%d", devNull(t)), fmt.Sprintf("/proc/self/fd/%d", devNull(t))} {
		f := open(t, path, Options{Limit: 1})
		write(t, f, "xx")
		if f.Full() {
			t.Errorf("%s is full", path)
		}
		if err := f.Empty(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if err := f.Abandon(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Stat("/dev/null"); err != nil {
		t.Error(err)
	}
}

func devNull(t *testing.T) uintptr {
	t.Helper()
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f.Fd()
}

func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*fifoInterval)
	defer cancel()
	told := 0
	if _, err := Open(ctx, path, Options{Waiting: func() { told++ }}); err == nil || told != 1 {
		t.Errorf("a FIFO without a reader: %v, told %d times", err, told)
	}
	read := make(chan string)
	go func() {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		read <- string(b)
	}()
	f := open(t, path, Options{})
	big := strings.Repeat("x", 1<<20) // more than a pipe holds: the write waits
	write(t, f, big)
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	select {
	case got := <-read:
		if got != big {
			t.Errorf("%d bytes came through", len(got))
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came through")
	}
}

func TestRotate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	f := open(t, path, Options{Limit: 4, Keep: 2})
	for i := range 9 {
		write(t, f, fmt.Sprintf("%d%d", i, i))
		if full := i%2 == 1; f.Full() != full {
			t.Errorf("after %d writes full is %v", i+1, !full)
		}
		if f.Full() {
			if err := f.Rotate(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"": "88", ".1": "6677", ".2": "4455"} {
		if got := content(t, path+name); got != want {
			t.Errorf("events%s holds %q, want %q", name, got, want)
		}
	}
	if _, err := os.Stat(path + ".3"); !os.IsNotExist(err) {
		t.Errorf("more is kept than was asked for: %v", err)
	}
}

// What stands in the way is named, and the full file can be written on.
func TestRotateRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	if err := os.MkdirAll(path+".1/x", 0o755); err != nil {
		t.Fatal(err)
	}
	f := open(t, path, Options{Limit: 1, Keep: 1})
	write(t, f, "a")
	if err := f.Rotate(); err == nil || !strings.Contains(err.Error(), "events.1") {
		t.Errorf("%v", err)
	}
	write(t, f, "b")
	if err := f.Close(); err != nil || content(t, path) != "ab" {
		t.Errorf("file holds %q, %v", content(t, path), err)
	}
}
