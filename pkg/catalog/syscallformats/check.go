package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// checkFacts says where the table contradicts a kernel.
func checkFacts(f *facts) []string {
	var wrong []string
	rows := map[int]schema.Event{}
	for _, e := range catalog.Syscalls(f.arch) {
		if e.ID != schema.None {
			rows[int(e.ID)] = e
		}
	}
	for _, c := range f.calls {
		row, ok := rows[c.number]
		if !ok {
			wrong = append(wrong, fmt.Sprintf("number %d: the kernel has %s, the table nothing", c.number, c.function))
			continue
		}
		if want := function(f.arch, row.Name); want != c.function {
			wrong = append(wrong, fmt.Sprintf("%s, number %d: the kernel has %s", row.Name, c.number, c.function))
			continue
		}
		wrong = append(wrong, checkParams(row, c)...)
	}
	return wrong
}

func checkParams(row schema.Event, c call) []string {
	if !c.known {
		return nil
	}
	if len(row.Fields) != len(c.params) && len(row.Fields) != len(c.params)-newParams[row.Name] {
		return []string{fmt.Sprintf("%s: the kernel takes %d parameters, the table lists %d", row.Name, len(c.params), len(row.Fields))}
	}
	var wrong []string
	for i, field := range row.Fields {
		p := c.params[i]
		if !fits(field, classOf(p.ctype)) && !narrowed[row.Name+"."+field.Name] {
			wrong = append(wrong, fmt.Sprintf("%s.%s: the table has a %s, the kernel %s %s", row.Name, field.Name, field.Kind, p.ctype, p.name))
		}
	}
	return wrong
}

// newParams counts parameters that only newer kernels take. On older ones their
// registers hold rubbish, so the table leaves them out.
var newParams = map[string]int{"bpf": 2}

// narrowed are the parameters that the kernel declares with 64 bits and uses
// with 32, or refuses when more are set.
var narrowed = map[string]bool{
	"mmap.prot": true, "mmap.flags": true, "mmap.fd": true, "mprotect.prot": true, "pkey_mprotect.prot": true,
	"remap_file_pages.prot": true, "remap_file_pages.flags": true, "mbind.mode": true, "ptrace.pid": true,
	"readv.fd": true, "readv.iovcnt": true, "writev.fd": true, "writev.iovcnt": true, "preadv.fd": true,
	"pwritev.fd": true, "preadv2.fd": true, "pwritev2.fd": true, "mremap.flags": true, "unshare.flags": true,
}

// class is what a register holds.
type class int

const (
	address class = iota
	wide          // 64 bits
	narrow        // 32 bits
)

// classOf reads a C type.
func classOf(ctype string) class {
	switch {
	case strings.Contains(ctype, "*"):
		return address
	case wideTypes[strings.TrimPrefix(ctype, "const ")]:
		return wide
	}
	return narrow
}

var wideTypes = map[string]bool{
	"long": true, "unsigned long": true, "size_t": true, "off_t": true, "loff_t": true, "u64": true, "__u64": true,
	"aio_context_t": true, "cap_user_header_t": true, "cap_user_data_t": true,
}

// fits reports whether a field can show what the kernel takes. The kernel often
// declares an address as a number, never the other way round.
func fits(f schema.Field, c class) bool {
	switch {
	case f.Kind == schema.Pointer:
		return c != narrow
	case !f.Kind.Info().Enc.Numeric():
		return c == address
	}
	switch f.Kind.Info().Enc {
	case schema.EncI64, schema.EncU64:
		return c == wide
	}
	return c == narrow
}

// function is what the kernel calls the function of a call, without prefix.
func function(arch, name string) string {
	if f, ok := functions[arch+" "+name]; ok {
		return f
	}
	if f, ok := functions[name]; ok {
		return f
	}
	return name
}

var functions = map[string]string{
	"stat": "newstat", "fstat": "newfstat", "lstat": "newlstat", "uname": "newuname", "sendfile": "sendfile64",
	"umount2": "umount", "arm64 fadvise64": "fadvise64_64", "arm64 personality": "arm64_personality",
}

// headerNames are the calls that headers name otherwise than the table does.
var headerNames = map[string]string{"sysctl": "_sysctl", "afs": "afs_syscall"}

// checkNumbers says where the table contradicts the kernel's headers, both ways.
func checkNumbers(n numbers) []string {
	wrong := checkI386(n["i386"])
	for _, arch := range []string{"amd64", "arm64"} {
		left := maps.Clone(n[arch])
		for _, e := range catalog.Syscalls(arch) {
			if e.ID == schema.None {
				continue
			}
			name := e.Name
			if other, ok := headerNames[name]; ok {
				name = other
			}
			if number, ok := left[name]; !ok || number != int(e.ID) {
				wrong = append(wrong, fmt.Sprintf("%s on %s: the table has number %d, the headers %s", e.Name, arch, e.ID, numberOrNone(number, ok)))
			}
			delete(left, name)
		}
		for _, name := range slices.Sorted(maps.Keys(left)) {
			wrong = append(wrong, fmt.Sprintf("%s on %s: the headers have number %d, the table nothing", name, arch, left[name]))
		}
	}
	return wrong
}

func numberOrNone(number int, ok bool) string {
	if !ok {
		return "none"
	}
	return fmt.Sprint(number)
}

// checkI386 compares the 32-bit numbers: each must belong to a call of the same
// name but for what the table calls otherwise.
func checkI386(n map[string]int) []string {
	var wrong []string
	table := catalog.I386()
	for _, name := range slices.Sorted(maps.Keys(n)) {
		have, ok := table[schema.ID(n[name])]
		switch {
		case !ok && name != "vserver": // which no kernel has had
			wrong = append(wrong, fmt.Sprintf("%s on i386: the headers have number %d, the table nothing", name, n[name]))
		case ok && !sameCall(name, have):
			wrong = append(wrong, fmt.Sprintf("number %d on i386: the headers have %s, the table %s", n[name], name, have))
		}
		delete(table, schema.ID(n[name]))
	}
	for _, number := range slices.Sorted(maps.Keys(table)) {
		wrong = append(wrong, fmt.Sprintf("%s on i386: the table has number %d, the headers nothing", table[number], number))
	}
	return wrong
}

// i386Names are what the headers of i386 call some calls of the table.
var i386Names = map[string]string{
	"select": "_newselect", "old_select": "select", "getrlimit": "ugetrlimit", "old_getrlimit": "getrlimit",
	"newfstatat": "fstatat64", "llseek": "_llseek", "sysctl": "_sysctl", "sendfile": "sendfile64", "sendfile32": "sendfile",
}

// sameCall says whether a call of the table is what the headers call so. Those of
// 16-bit ids are marked in the table, the others of the pair in the headers; those
// of 32-bit and 64-bit times likewise.
func sameCall(header, name string) bool {
	if other, ok := i386Names[name]; ok {
		return header == other
	}
	for _, old := range []string{"16", "_time32", "32"} {
		if plain, ok := strings.CutSuffix(name, old); ok {
			return header == plain
		}
	}
	rest, ok := strings.CutPrefix(header, name)
	return ok && slices.Contains([]string{"", "32", "_time64", "64"}, rest)
}
