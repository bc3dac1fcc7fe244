package kernel

import (
	"errors"
	"strings"
	"testing"
)

const someSymbols = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000100 T ksys_read
ffffffff81000100 T ksys_read_alias
ffffffff81000200 t twice
ffffffff81000300 t twice
ffffffff81001000 T _etext
ffffffff81e002e0 D sys_call_table
ffffffffc0002000 t ext_init	[ext]
ffffffffc0002100 T ext_work	[ext]
ffffffffc0002200 d ext_data	[ext]
not a line
zzz T bad
`

const someModules = `ext 16384 0 - Live 0xffffffffc0002000 (OE)
cut 16384
`

func someTable(t *testing.T) *SymbolTable {
	t.Helper()
	table, err := ReadSymbolTable(strings.NewReader(someSymbols), strings.NewReader(someModules))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestFunction(t *testing.T) {
	table := someTable(t)
	for _, tt := range []struct {
		address     uint64
		name, owner string
	}{
		{0xffffffff81000100, "ksys_read", OwnerKernel},
		{0xffffffff81000110, "ksys_read_alias", OwnerKernel},
		{0xffffffffc0002100, "ext_work", "ext"},
		{0xffffffffc0002108, "ext_work", "ext"},
		{0xffffffffc0005fff, "ext_work", "ext"},
		{0xffffffffc0006000, "", OwnerHidden},
		{0xffffffffc0001fff, "", OwnerHidden},
		{0, "", OwnerHidden},
		{^uint64(0), "", OwnerHidden},
	} {
		if name, owner := table.Function(tt.address); name != tt.name || owner != tt.owner {
			t.Errorf("%#x is %s of %s, want %s of %s", tt.address, name, owner, tt.name, tt.owner)
		}
	}
}

func TestAddress(t *testing.T) {
	table := someTable(t)
	for name, want := range map[string]uint64{
		"sys_call_table": 0xffffffff81e002e0, "twice": 0xffffffff81000200, "ext_work": 0, "nobody": 0, "fixed_percpu_data": 0,
	} {
		if got, ok := table.Address(name); got != want || ok != (want != 0) {
			t.Errorf("%s is at %#x, %t, want %#x", name, got, ok, want)
		}
	}
	if start, end := table.Text(); start != 0xffffffff81000000 || end != 0xffffffff81001000 {
		t.Errorf("text from %#x to %#x", start, end)
	}
}

// Without privilege all addresses are 0.
func TestNoAddresses(t *testing.T) {
	hidden := "0000000000000000 T _stext\n0000000000000000 T _etext\n"
	if _, err := ReadSymbolTable(strings.NewReader(hidden), strings.NewReader("")); !errors.Is(err, ErrNoAddresses) {
		t.Errorf("error %v, want %v", err, ErrNoAddresses)
	}
}

func FuzzSymbolTable(f *testing.F) {
	f.Add(someSymbols, someModules, uint64(0xffffffff81000110))
	f.Add("", "", uint64(0))
	f.Fuzz(func(_ *testing.T, symbols, modules string, address uint64) {
		if table, err := ReadSymbolTable(strings.NewReader(symbols), strings.NewReader(modules)); err == nil {
			table.Function(address)
		}
	})
}
