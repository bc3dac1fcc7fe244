package symbols

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOwnStack(t *testing.T) {
	if f, err := os.Open("/proc/self/map_files"); err != nil {
		t.Fatal(err)
	} else {
		f.Close()
	}
	s := New()
	defer s.Close()
	at := uint64(reflect.ValueOf(TestOwnStack).Pointer())
	names := s.Begin(os.Getpid(), "self", []uint64{at + 4, at + 5, 1}).Wait()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The binary of a test may have been built without symbols; then offsets tell.
	for _, name := range names[:2] {
		if !strings.HasPrefix(name, self+"!") && !strings.HasPrefix(name, self+"+0x") {
			t.Errorf("own function is %s", name)
		}
	}
	if names[2] != "0x1" {
		t.Errorf("address 1 is %s", names[2])
	}
}

// Without the right to open mappings, their paths lead to the same files.
func TestOpenPath(t *testing.T) {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := readMaps(f)
	if err != nil || len(list) == 0 {
		t.Fatalf("%v, %v", list, err)
	}
	s := New()
	defer s.Close()
	file, err := s.openPath(os.Getpid(), &list[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := readTable(file); err != nil {
		t.Error(err)
	}
}

func TestEndedProcess(t *testing.T) {
	s := New()
	defer s.Close()
	if got := s.Begin(1<<30, "gone", []uint64{0xabc}).Wait(); got[0] != "0xabc" {
		t.Errorf("%v", got)
	}
}

func TestPatience(t *testing.T) {
	j := &Job{began: time.Now().Add(-Patience), addresses: []uint64{0x10}, done: make(chan struct{})}
	if got := j.Wait(); got[0] != "0x10" {
		t.Errorf("%v", got)
	}
}

func TestReadMaps(t *testing.T) {
	got, err := readMaps(strings.NewReader(`00400000-00401000 r--p 00000000 fe:01 77                                 /bin/a b
00401000-00402000 r-xp 00001000 fe:01 77                                 /bin/a b
7f0000000000-7f0000001000 rwxp 00000000 00:00 0
7ffd00000000-7ffd00001000 r-xp 00000000 00:00 0                          [vdso]
zz-1 r-xp 0 0:0 1 x
`))
	want := []mapping{{0x401000, 0x402000, 0x1000, "fe:01", 77, "/bin/a b"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(mapping{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestFind(t *testing.T) {
	table := &table{
		segments:  []segment{{offset: 0x1000, size: 0x100, address: 0x401000}},
		functions: []function{{0x401010, 0x10, "sized"}, {0x401040, 0, "open"}},
	}
	for _, c := range []struct {
		offset uint64
		name   string
		into   uint64
		ok     bool
	}{
		{0x100f, "", 0, false}, {0x1010, "sized", 0, true}, {0x101f, "sized", 15, true}, {0x1020, "", 0, false},
		{0x1040, "open", 0, true}, {0x10ff, "open", 0xbf, true}, {0x1100, "", 0, false}, {0xfff, "", 0, false},
	} {
		if name, into, ok := table.find(c.offset); name != c.name || into != c.into || ok != c.ok {
			t.Errorf("%x: %s+%x, %v", c.offset, name, into, ok)
		}
	}
}

// The files come from the programs that are watched.
func FuzzReadTable(f *testing.F) {
	f.Add([]byte("\x7fELF\x02\x01\x01"))
	f.Add([]byte{})
	f.Fuzz(func(_ *testing.T, data []byte) {
		table, err := readTable(bytes.NewReader(data))
		if err == nil {
			table.find(0)
			table.find(^uint64(0))
		}
	})
}

func FuzzReadMaps(f *testing.F) {
	f.Add([]byte("00401000-00402000 r-xp 00001000 fe:01 77     /bin/a b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _ := readMaps(bytes.NewReader(data))
		for _, m := range list {
			if m.inode == 0 {
				t.Errorf("%+v is of no file", m)
			}
		}
	})
}
