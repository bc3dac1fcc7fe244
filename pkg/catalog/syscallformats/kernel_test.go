package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const openatFormat = `name: sys_enter_openat
ID: 600
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:int __syscall_nr;	offset:8;	size:4;	signed:1;
	field:int dfd;	offset:16;	size:8;	signed:0;
	field:const char * filename;	offset:24;	size:8;	signed:0;
	field:__data_loc char[] __filename_val;	offset:48;	size:4;	signed:0;

print fmt: "dfd: 0x%08lx", ((unsigned long)(REC->dfd))
`

func TestParseFormat(t *testing.T) {
	got, err := parseFormat(openatFormat)
	if err != nil {
		t.Fatal(err)
	}
	want := []param{{"int", "dfd"}, {"const char *", "filename"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(param{})); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "field:int dfd;", "field:x;", "field:int __syscall_nr;\nfield:;"} {
		if got, err := parseFormat(text); err == nil {
			t.Errorf("parseFormat(%q) = %v", text, got)
		}
	}
}

// TestReadKernel reads a made-up kernel with three calls, one of them without a
// format and one not built in.
func TestReadKernel(t *testing.T) {
	const table, start = 0xffffffff82000100, 0xffffffff82000000
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("events/sys_enter_openat/format", []byte(openatFormat))
	symbols := fmt.Sprintf("%x R sys_call_table\n%x T %sopenat\n%x T %sfork\n%x T %sni_syscall\n%x T %sgone\n",
		uint64(table), 0x1000, callPrefix, 0x2000, callPrefix, 0x3000, callPrefix, 0x3000, callPrefix)
	k := tables{
		formats: filepath.Join(dir, "events"),
		symbols: write("kallsyms", []byte(symbols)),
		memory:  write("kcore", image(start, table, 0x1000, 0x3000, 0x2000, 0xdead)),
		release: write("osrelease", []byte("1.2.3\n")),
	}
	f, err := k.read()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.write(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "\t1.2.3\n0\topenat\tint dfd\tconst char * filename\n2\tfork\t?\n") {
		t.Errorf("facts:\n%s", &out)
	}

	k.symbols = write("hidden", []byte("0000000000000000 R sys_call_table\n"))
	if _, err := k.read(); err == nil || !strings.Contains(err.Error(), "run as root") {
		t.Errorf("hidden addresses: %v", err)
	}
	k.formats = dir
	if _, err := k.read(); err == nil || !strings.Contains(err.Error(), "mount tracefs") {
		t.Errorf("no formats: %v", err)
	}
}

// image is kernel memory as an ELF core: one segment that begins at start and
// holds the pointers at address table.
func image(start, table uint64, pointers ...uint64) []byte {
	const headers = 64 + 56
	data := make([]byte, table-start+8*maxCalls)
	for i, p := range pointers {
		binary.NativeEndian.PutUint64(data[table-start+uint64(8*i):], p)
	}
	var b bytes.Buffer
	ident := [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)}
	header := elf.Header64{
		Ident: ident, Type: uint16(elf.ET_CORE), Machine: uint16(elf.EM_X86_64), Version: 1,
		Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	}
	segment := elf.Prog64{Type: uint32(elf.PT_LOAD), Off: headers, Vaddr: start, Filesz: uint64(len(data)), Memsz: uint64(len(data))}
	if err := errors.Join(
		binary.Write(&b, binary.LittleEndian, header),
		binary.Write(&b, binary.LittleEndian, segment),
		binary.Write(&b, binary.LittleEndian, data),
	); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestReadPointers(t *testing.T) {
	if _, err := readPointers(bytes.NewReader(image(0x1000, 0x1100)), 0x900); err == nil {
		t.Error("no error for an address outside all segments")
	}
	if _, err := readPointers(strings.NewReader("not ELF"), 0x1000); err == nil {
		t.Error("no error for what is not ELF")
	}
	whole := image(0x1000, 0x1100)
	if _, err := readPointers(bytes.NewReader(whole[:len(whole)-8]), 0x1100); err == nil {
		t.Error("no error for a table cut off")
	}
}
