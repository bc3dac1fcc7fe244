package loader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// knownBytes is an entry as the kernel side writes it.
func knownBytes(k Known) []byte {
	order := binary.NativeEndian
	var b []byte
	for _, n := range []uint64{k.Start, k.Execs, k.Parent.Start, k.Parent.Execs} {
		b = order.AppendUint64(b, n)
	}
	b = order.AppendUint32(order.AppendUint32(b, k.PID), k.Parent.PID)
	cut := uint16(0)
	if k.Cut {
		cut = 1
	}
	b = order.AppendUint16(order.AppendUint16(b, uint16(len(k.Executable))), cut)
	b = append(b, k.Comm...)
	b = append(b, make([]byte, 60-len(b))...)
	b = append(b, k.Executable...)
	return append(b, make([]byte, max(0, knownSize-len(b)))...)
}

func TestParseKnown(t *testing.T) {
	want := []Known{
		{Program{1, 10, 5}, Program{}, "init", "/sbin/init", false},
		{Program{300, 1 << 40, 9}, Program{1, 10, 5}, "fifteen-letters", strings.Repeat("x", exeMax-1), true},
		{Program{2, 11, 0}, Program{}, "kthreadd", "", false},
	}
	var b []byte
	for _, k := range want {
		b = append(b, knownBytes(k)...)
	}
	got, err := parseKnown(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := parseKnown(b[:len(b)-1]); err == nil {
		t.Error("half an entry is no error")
	}
}

func TestKnownMirrorsTheHeader(t *testing.T) {
	want := map[string]int{
		"start": 0, "execs": 8, "parent_start": 16, "parent_execs": 24, "pid": 32, "parent_pid": 36,
		"exe_len": 40, "exe_cut": 42, "comm": 44, "exe": 60,
	}
	members, size, err := headers(t).Layout("known")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, m := range members {
		got[m.Name] = m.Offset
	}
	if diff := cmp.Diff(want, got); diff != "" || size != knownSize {
		t.Errorf("%d bytes, offsets (-want +got):\n%s", size, diff)
	}
}

// interrupted is a kernel's file that wants to be asked again.
type interrupted struct {
	r     io.Reader
	calls int
}

func (i *interrupted) Read(p []byte) (int, error) {
	i.calls++
	switch i.calls % 3 {
	case 0:
		return -1, unix.EINTR
	case 1:
		return -1, unix.EAGAIN
	}
	n, err := i.r.Read(p[:min(len(p), 7)])
	if errors.Is(err, io.EOF) {
		return 0, nil // as read(2) says it
	}
	return n, err
}

func TestAgain(t *testing.T) {
	text := []byte(strings.Repeat("processes ", 100))
	got, err := io.ReadAll(again{&interrupted{r: bytes.NewReader(text)}})
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes of %d, %v", len(got), len(text), err)
	}
}

func FuzzParseKnown(f *testing.F) {
	f.Add(knownBytes(Known{Program{1, 10, 5}, Program{}, "init", "/sbin/init", false}))
	f.Add(bytes.Repeat([]byte{0xff}, knownSize))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := parseKnown(b)
		if err == nil && len(list) != len(b)/knownSize {
			t.Errorf("%d entries of %d bytes", len(list), len(b))
		}
	})
}
