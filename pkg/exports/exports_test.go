package exports

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// symbol is one of a library made for a test.
type symbol struct {
	name    string
	info    byte // bind<<4 | type
	other   byte
	section uint16
}

const (
	global = 0x12
	weak   = 0x22
	local  = 0x02
)

// library makes a shared object without section headers: one segment, mapped at
// an address that is not its place in the file.
func library(wide, gnu bool, order byteOrder, symbols []symbol) []byte {
	const base = 0x10000
	width, headSize, rowSize := 4, 52, 32
	if wide {
		width, headSize, rowSize = 8, 64, 56
	}
	word := func(b []byte, v uint64) []byte {
		if wide {
			return order.AppendUint64(b, v)
		}
		return order.AppendUint32(b, uint32(v))
	}
	table, names := symbolTables(wide, order, symbols)
	hash := hashTable(word, gnu, order, uint32(len(symbols)+1))
	start := headSize + 2*rowSize
	tableAt := start + 12*width
	namesAt := tableAt + len(table)
	hashAt := namesAt + len(names)
	var dynamic []byte
	hashTag := uint64(tagHash)
	if gnu {
		hashTag = tagGNUHash
	}
	for _, v := range []uint64{
		tagSymbols, uint64(base + tableAt), tagStrings, uint64(base + namesAt), tagStringsSize, uint64(len(names)),
		hashTag, uint64(base + hashAt), tagEnd, 0, tagSymbols, 0,
	} {
		dynamic = word(dynamic, v)
	}
	size := uint64(hashAt + len(hash))
	file := head(wide, order, headSize, rowSize)
	file = segmentRow(file, wide, order, 1, segment{base, 0, size})
	file = segmentRow(file, wide, order, 2, segment{base + uint64(start), 0, uint64(len(dynamic))}) // its place in the file is wrong: the loader does not ask
	return slices.Concat(file, dynamic, table, names, hash)
}

func symbolTables(wide bool, order byteOrder, symbols []symbol) (table, names []byte) {
	names = []byte{0}
	for _, s := range append([]symbol{{}}, symbols...) {
		table = order.AppendUint32(table, uint32(len(names)))
		names = append(append(names, s.name...), 0)
		if wide {
			table = order.AppendUint16(append(table, s.info, s.other), s.section)
			table = append(table, make([]byte, 16)...)
		} else {
			table = append(table, make([]byte, 8)...)
			table = order.AppendUint16(append(table, s.info, s.other), s.section)
		}
	}
	return table, names
}

// hashTable has one bucket; that of GNU a bloom filter of one word, and no
// place for the first symbol, which is none.
func hashTable(word func([]byte, uint64) []byte, gnu bool, order byteOrder, n uint32) (hash []byte) {
	if !gnu {
		return order.AppendUint32(order.AppendUint32(nil, 1), n)
	}
	for _, v := range []uint32{1, 1, 1, 0} {
		hash = order.AppendUint32(hash, v)
	}
	hash = order.AppendUint32(word(hash, math.MaxUint64), 1)
	for i := uint32(1); i < n; i++ {
		last := uint32(0)
		if i == n-1 {
			last = 1
		}
		hash = order.AppendUint32(hash, 2*i|last)
	}
	return hash
}

func head(wide bool, order byteOrder, headSize, rowSize int) []byte {
	file := make([]byte, headSize)
	copy(file, "\x7fELF\x01\x01\x01")
	if order == binary.BigEndian {
		file[5] = 2
	}
	if wide {
		file[4] = 2
		order.PutUint64(file[32:], uint64(headSize))
		order.PutUint16(file[54:], uint16(rowSize))
		order.PutUint16(file[56:], 2)
		return file
	}
	order.PutUint32(file[28:], uint32(headSize))
	order.PutUint16(file[42:], uint16(rowSize))
	order.PutUint16(file[44:], 2)
	return file
}

func segmentRow(file []byte, wide bool, order byteOrder, kind uint32, s segment) []byte {
	row := make([]byte, 32)
	if wide {
		row = make([]byte, 56)
		order.PutUint64(row[8:], s.offset)
		order.PutUint64(row[16:], s.address)
		order.PutUint64(row[32:], s.size)
	} else {
		order.PutUint32(row[4:], uint32(s.offset))
		order.PutUint32(row[8:], uint32(s.address))
		order.PutUint32(row[16:], uint32(s.size))
	}
	order.PutUint32(row, kind)
	return append(file, row...)
}

func read(t *testing.T, file []byte) ([]string, error) {
	t.Helper()
	var got []string
	err := Read(bytes.NewReader(file), func(name []byte) { got = append(got, string(name)) })
	return got, err
}

func TestRead(t *testing.T) {
	symbols := []symbol{
		{"open", global, 0, 1},
		{"imported", global, 0, 0},
		{"readdir", weak, 0, 1},
		{"own", local, 0, 1},
		{"hidden", global, 2, 1},
		{"protected", global, 3, 1},
		{"unique", 0xa1, 0, 0xfff1},
	}
	want := []string{"open", "readdir", "protected", "unique"}
	for _, wide := range []bool{true, false} {
		for _, gnu := range []bool{true, false} {
			for _, order := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
				got, err := read(t, library(wide, gnu, order, symbols))
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("64 bits %v, GNU hash %v, %v: %v\n%s", wide, gnu, order, err, diff)
				}
			}
		}
	}
}

// The libraries of this machine are read as debug/elf does.
func TestReadRealLibraries(t *testing.T) {
	var found int
	for _, pattern := range []string{"/lib/*/libc.so.6", "/lib/*/libm.so.6", "/lib*/ld-linux*.so*", "/usr/lib/*/libz.so*"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			found++
			checkReal(t, path)
		}
	}
	if found == 0 {
		t.Fatal("this machine has none of the libraries")
	}
}

func checkReal(t *testing.T, path string) {
	t.Helper()
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	symbols, err := file.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, s := range symbols {
		if s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL {
			want = append(want, s.Name)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(t, data)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%s: %v\n%s", path, err, diff)
	}
}

func TestReadRefuses(t *testing.T) {
	good := library(true, true, binary.LittleEndian, []symbol{{"open", global, 0, 1}})
	at := func(offset int, bytes ...byte) []byte {
		changed := slices.Clone(good)
		copy(changed[offset:], bytes)
		return changed
	}
	dynamic := 64 + 2*56
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":                  {nil, ErrNoELF},
		"text":                   {bytes.Repeat([]byte("no library "), 20), ErrNoELF},
		"no order":               {at(5, 9), ErrNoELF},
		"no class":               {at(4, 9), ErrNoELF},
		"too many headers":       {at(56, 0xff, 0xff), ErrNoELF},
		"headers elsewhere":      {at(32, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), nil},
		"cut":                    {good[:len(good)-3], nil},
		"names of 4 GiB":         {at(dynamic+40, 0, 0, 0, 0, 1), ErrTooLarge},
		"symbols that are not":   {at(dynamic+8, 0, 0, 0, 0, 9), nil},
		"hash table that is not": {at(dynamic+56, 0, 0, 0, 0, 9), nil},
	} {
		got, err := read(t, c.file)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || len(got) > 0 {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, wide := range []bool{true, false} {
		for _, gnu := range []bool{true, false} {
			f.Add(library(wide, gnu, binary.LittleEndian, []symbol{{"open", global, 0, 1}, {"read", weak, 0, 1}}))
		}
	}
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_ = Read(bytes.NewReader(file), func(name []byte) {
			if len(name) > maxName {
				t.Errorf("a name of %d bytes", len(name))
			}
		})
	})
}
