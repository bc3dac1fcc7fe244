package main

import (
	"bufio"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// tables are the places a kernel tells about its system calls.
type tables struct {
	formats string // tracefs events/syscalls: parameters
	symbols string // kallsyms: names of addresses
	memory  string // kcore: the table of functions by number
	release string // osrelease
}

var thisKernel = tables{
	formats: "/sys/kernel/tracing/events/syscalls",
	symbols: "/proc/kallsyms",
	memory:  "/proc/kcore",
	release: "/proc/sys/kernel/osrelease",
}

// read collects the facts of the running kernel. It needs root and a kernel
// that is not locked down.
func (t tables) read() (*facts, error) {
	release, err := os.ReadFile(t.release)
	if err != nil {
		return nil, fmt.Errorf("read kernel release: %w", err)
	}
	params, err := readFormats(t.formats)
	if err != nil {
		return nil, err
	}
	numbers, err := t.numbers()
	if err != nil {
		return nil, err
	}
	f := &facts{arch: runtime.GOARCH, release: strings.TrimSpace(string(release))}
	for number, functions := range numbers {
		if slices.Contains(functions, "ni_syscall") {
			continue // not built in, whatever other names the address has
		}
		c := call{number: number}
		for _, function := range functions {
			c.function = function
			if c.params, c.known = params[function]; c.known {
				break
			}
		}
		f.calls = append(f.calls, c)
	}
	return f, nil
}

// readFormats reads the parameters of each call by its function.
func readFormats(dir string) (map[string][]param, error) {
	files, err := filepath.Glob(filepath.Join(dir, "sys_enter_*", "format"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read %s: nothing there; mount tracefs and run as root", dir)
	}
	all := make(map[string][]param, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read format: %w", err)
		}
		params, err := parseFormat(string(text))
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", file, err)
		}
		all[strings.TrimPrefix(filepath.Base(filepath.Dir(file)), "sys_enter_")] = params
	}
	return all, nil
}

// parseFormat reads one format file. The call's own parameters follow the
// field __syscall_nr; newer kernels add copies of user strings as __data_loc.
func parseFormat(text string) ([]param, error) {
	var params []param
	seen := false
	for line := range strings.Lines(text) {
		field, ok := strings.CutPrefix(strings.TrimSpace(line), "field:")
		if !ok || strings.HasPrefix(field, "__data_loc") {
			continue
		}
		field, _, _ = strings.Cut(field, ";")
		p, ok := parseParam(field)
		if !ok {
			return nil, fmt.Errorf("field %q has no type and name", field)
		}
		if seen {
			params = append(params, p)
		}
		seen = seen || p.name == "__syscall_nr"
	}
	if !seen {
		return nil, errors.New("no field __syscall_nr")
	}
	return params, nil
}

// numbers reads the kernel's table of system calls: by number, the names of
// the function it calls (several when symbols share an address).
func (t tables) numbers() ([][]string, error) {
	symbols, err := os.Open(t.symbols)
	if err != nil {
		return nil, fmt.Errorf("open symbols: %w", err)
	}
	defer symbols.Close()
	s, err := readSymbols(symbols)
	if err != nil {
		return nil, err
	}
	memory, err := os.Open(t.memory)
	if err != nil {
		return nil, fmt.Errorf("open kernel memory: %w", err)
	}
	defer memory.Close()
	pointers, err := readPointers(memory, s.table)
	if err != nil {
		return nil, fmt.Errorf("read sys_call_table: %w", err)
	}
	var all [][]string
	for _, address := range pointers {
		functions, ok := s.functions[address]
		if !ok {
			break // past the end of the table
		}
		all = append(all, functions)
	}
	return all, nil
}

type symbolTable struct {
	table     uint64              // address of sys_call_table
	functions map[uint64][]string // names of system call functions, without prefix
}

// callPrefix is what the build puts before a system call's function.
var callPrefix = map[string]string{"amd64": "__x64_sys_", "arm64": "__arm64_sys_"}[runtime.GOARCH]

func readSymbols(r io.Reader) (*symbolTable, error) {
	s := &symbolTable{functions: map[uint64][]string{}}
	in := bufio.NewScanner(r)
	for in.Scan() {
		words := strings.Fields(in.Text())
		if len(words) < 3 {
			continue
		}
		address, err := strconv.ParseUint(words[0], 16, 64)
		if err != nil {
			return nil, fmt.Errorf("parse symbol %q: %w", in.Text(), err)
		}
		if words[2] == "sys_call_table" {
			s.table = address
		}
		if function, ok := strings.CutPrefix(words[2], callPrefix); ok {
			s.functions[address] = append(s.functions[address], function)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read symbols: %w", err)
	}
	if s.table == 0 {
		return nil, errors.New("read symbols: no address of sys_call_table; run as root on a kernel that is not locked down")
	}
	return s, nil
}

// maxCalls is more than any architecture has.
const maxCalls = 1024

// readPointers reads maxCalls words at a kernel address from the ELF image of
// kernel memory.
func readPointers(image io.ReaderAt, address uint64) ([]uint64, error) {
	core, err := elf.NewFile(image)
	if err != nil {
		return nil, err
	}
	for _, segment := range core.Progs {
		if segment.Type != elf.PT_LOAD || address < segment.Vaddr || address >= segment.Vaddr+segment.Memsz {
			continue
		}
		pointers := make([]uint64, maxCalls)
		words := io.NewSectionReader(segment, int64(address-segment.Vaddr), 8*maxCalls)
		if err := binary.Read(words, binary.NativeEndian, pointers); err != nil {
			return nil, err
		}
		return pointers, nil
	}
	return nil, fmt.Errorf("no segment holds address %#x", address)
}
