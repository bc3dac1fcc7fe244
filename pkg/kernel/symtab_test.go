package kernel

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const someSymbols = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000100 T ksys_read
ffffffff81000100 T ksys_read_alias
ffffffff81000200 t twice
ffffffff81000300 t twice
ffffffff81001000 T _etext
ffffffff81e002e0 D sys_call_table
ffffffff81e002e0 D same_place
ffffffff81e012e0 D behind
ffffffffc0002000 t ext_init	[ext]
ffffffffc0002100 T ext_work	[ext]
ffffffffc0002200 d ext_data	[ext]
ffffffffc0007000 t bpf_trampoline_1	[bpf]
not a line
zzz T bad
`

const someModules = `ext 16384 0 - Live 0xffffffffc0002000 (OE)
cut 16384
`

type file struct{ *strings.Reader }

func (file) Close() error { return nil }

func reading(kallsyms, modules string) *Symbols {
	open := func(text string) io.ReadSeekCloser { return file{strings.NewReader(text)} }
	return &Symbols{kallsyms: open(kallsyms), modules: open(modules)}
}

func TestSymbolsFunctions(t *testing.T) {
	s := reading(someSymbols, someModules)
	gap := []Range{{"ext", 0xffffffffc0002000, 0x180}, {"other", 0xffffffffc0003000, 0x1000}}
	for _, tt := range []struct {
		address   uint64
		modules   []Range
		at, owner string
	}{
		{0xffffffff81000100, nil, "ksys_read", OwnerKernel},
		{0xffffffff81000110, nil, "ksys_read+0x10", OwnerKernel},
		{0xffffffffc0002100, nil, "ext_work", "ext"},
		{0xffffffffc0002108, nil, "ext_work+0x8", "ext"},
		{0xffffffffc0005fff, nil, "ext_work+0x3eff", "ext"},
		{0xffffffffc0005fff, gap, "0xffffffffc0005fff", OwnerHidden},
		{0xffffffffc0002108, gap, "ext_work+0x8", "ext"},
		{0xffffffffc0002181, gap, "ext_work+0x81", "ext"},        // the page is its
		{0xffffffffc0003008, gap, "0xffffffffc0003008", "other"}, // which has no functions
		{0xffffffffc0007800, nil, "bpf_trampoline_1+0x800", "bpf"},
		{0xffffffffc0008000, nil, "0xffffffffc0008000", OwnerHidden},
		{0xffffffffc0006000, nil, "0xffffffffc0006000", OwnerHidden},
		{0xffffffffc0001fff, nil, "0xffffffffc0001fff", OwnerHidden},
		{0, nil, "0x0", OwnerHidden},
		{^uint64(0), nil, "0xffffffffffffffff", OwnerHidden},
	} {
		list, err := s.Functions([]uint64{tt.address, 0xffffffff81000200}, tt.modules)
		if err != nil {
			t.Fatal(err)
		}
		if f := list[0]; f.At(tt.address) != tt.at || f.Owner != tt.owner {
			t.Errorf("%#x is %s of %s, want %s of %s", tt.address, f.At(tt.address), f.Owner, tt.at, tt.owner)
		}
		if f := list[1]; f.Name != "twice" {
			t.Errorf("beside %#x is %+v", tt.address, f)
		}
	}
}

func TestSymbolsFind(t *testing.T) {
	s := reading(someSymbols, someModules)
	for range 2 { // it begins anew
		found, err := s.Find("sys_call_table", "twice", "behind", "ext_work", "nobody", "fixed_percpu_data", "_etext")
		want := map[string]Extent{
			"sys_call_table": {0xffffffff81e002e0, 0xffffffff81e012e0}, "twice": {0xffffffff81000200, 0xffffffff81000300},
			"behind": {0xffffffff81e012e0, 0}, "_etext": {0xffffffff81001000, 0xffffffff81e002e0},
		}
		if diff := cmp.Diff(want, found); diff != "" || err != nil {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
	}
	if names, err := s.Modules(); err != nil || !names["ext"] || !names["cut"] || len(names) != 2 {
		t.Errorf("modules %v, error %v", names, err)
	}
}

// Without privilege all addresses are 0.
func TestNoAddresses(t *testing.T) {
	s := reading("0000000000000000 T _stext\n0000000000000000 T _etext\n", "")
	if _, err := s.Find("_stext"); !errors.Is(err, ErrNoAddresses) {
		t.Errorf("error %v, want %v", err, ErrNoAddresses)
	}
	if _, err := s.Functions([]uint64{1}, nil); !errors.Is(err, ErrNoAddresses) {
		t.Errorf("error %v, want %v", err, ErrNoAddresses)
	}
}

func FuzzSymbols(f *testing.F) {
	f.Add(someSymbols, someModules, uint64(0xffffffff81000110))
	f.Add("", "", uint64(0))
	f.Fuzz(func(_ *testing.T, symbols, modules string, address uint64) {
		s := reading(symbols, modules)
		_, _ = s.Find("sys_call_table") // whether it panics
		_, _ = s.Functions([]uint64{address, 0}, nil)
		_, _ = s.Modules()
	})
}
