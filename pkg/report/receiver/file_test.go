package receiver

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tracehound/tracehound/pkg/report/output"
)

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(b)
}

// A file is appended to, over runs, rotated, and begins with the header each time.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "findings")
	for _, fsync := range []string{output.FsyncNever, output.FsyncBatch, output.FsyncEach} {
		s, err := NewFile(t.Context(), &output.Spec{Path: path, RotateSize: 24, RotateKeep: 2, Fsync: fsync}, []byte("head\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := send(t, s, items("aaaaaa\n", "bbbbbb\n")); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	got := []string{content(t, path), content(t, path+".1"), content(t, path+".2")}
	want := []string{"head\nbbbbbb\naaaaaa\nbbbbbb\n", "head\naaaaaa\nbbbbbb\naaaaaa\n", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A document is whole after each finding, and begins anew.
func TestDocumentFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "findings")
	for range 2 {
		n := 0
		s, err := NewDocumentFile(t.Context(), &output.Spec{Path: path, Fsync: output.FsyncBatch}, []byte("["), func() []byte { return fmt.Appendf(nil, "] %d", n) })
		if err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != "[] 0" {
			t.Errorf("got %q", got)
		}
		for _, step := range []struct {
			add  []string
			want string
		}{{[]string{"a"}, "[a] 1"}, {[]string{",b", ",c"}, "[a,b,c] 2"}} {
			n++
			if _, err := send(t, s, items(step.add...)); err != nil {
				t.Fatal(err)
			}
			if got := content(t, path); got != step.want {
				t.Errorf("got %q, want %q", got, step.want)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// full takes only so much.
type full struct {
	bytes.Buffer
	room int
}

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("gone")
	}
	return f.Buffer.Write(p)
}

// A stream whose reader goes away is told of once, and holds nothing up.
func TestStream(t *testing.T) {
	to, gone := &full{room: 12}, []string{}
	s := NewStream(to, []byte("begin "), func() []byte { return []byte("end") }, func(err error) { gone = append(gone, err.Error()) })
	for range 4 {
		if n, err := send(t, s, items("abc")); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	_ = s.Close()
	if to.String() != "begin abcabc" || strings.Join(gone, ",") != "gone" {
		t.Errorf("got %q, %q", to.String(), gone)
	}
	to.room = 100
	to.Reset()
	s = NewStream(to, []byte("begin "), func() []byte { return []byte("end") }, nil)
	_ = s.Close()
	if to.String() != "begin end" {
		t.Errorf("got %q", to.String())
	}
}
