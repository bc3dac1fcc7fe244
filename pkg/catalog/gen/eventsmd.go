package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tracehound/tracehound/pkg/catalog"
	"github.com/tracehound/tracehound/pkg/schema"
)

// calls are the system calls by x86_64 number, others the events that are no
// system calls by number; both the same on every architecture.
func calls() []schema.Event { return catalog.Syscalls("amd64") }

func others() []schema.Event {
	all := slices.DeleteFunc(slices.Clone(catalog.Events()), func(e schema.Event) bool { return e.Syscall != nil })
	slices.SortFunc(all, func(a, b schema.Event) int { return int(a.ID - b.ID) })
	return all
}

const eventsIntro = "# Events\n\n" +
	"Select events by name (`--trace event=openat,execve`) or by set (`--trace set=fs`).\n" +
	"Without either you get the set `default`. `tracer list` prints the same.\n\n" +
	"A field's *type* is the C type that JSON carries. Its *kind* says what the value means; see [Kinds](#kinds)\n" +
	"for how each is written. A field that could not be read is absent.\n\n" +
	"- [Events of the kernel and of the tracer](#events-of-the-kernel-and-of-the-tracer)\n" +
	"- [System calls](#system-calls)\n- [Events by kernel](#events-by-kernel)\n- [Sets](#sets)\n- [Kinds](#kinds)\n"

// eventsMarkdown writes docs/events.md.
func eventsMarkdown(top string) ([]byte, error) {
	seen, err := readSightings(top)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- %s -->\n%s", notice, eventsIntro)
	writeOthers(&b)
	writeCalls(&b)
	writeCalls32(&b)
	seen.write(&b)
	writeSets(&b)
	writeKinds(&b)
	return b.Bytes(), nil
}

func writeOthers(b *bytes.Buffer) {
	b.WriteString("\n## Events of the kernel and of the tracer\n\n| id | event | what happened | sets |\n|---|---|---|---|\n")
	for _, e := range others() {
		fmt.Fprintf(b, "| %d | [%s](#%s) | %s | %s |\n", e.ID, e.Name, e.Name, cell(e.Doc), join(e.Sets))
	}
	for _, e := range others() {
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n", e.Name, e.Doc)
		fmt.Fprintf(b, "Number %d. ", e.ID)
		if sets := join(e.Sets); sets != "" {
			fmt.Fprintf(b, "Sets: %s.\n", sets)
		} else {
			b.WriteString("In no set: select it by name.\n")
		}
		if len(e.Fields) == 0 {
			continue
		}
		b.WriteString("\n| field | type | kind | meaning |\n|---|---|---|---|\n")
		for _, f := range e.Fields {
			doc := f.Doc
			if f.Option != "" {
				doc += "; only with `--output option:" + f.Option + "`"
			}
			fmt.Fprintf(b, "| %s | `%s` | %s | %s |\n", f.Name, f.WireType(), f.Kind, cell(doc))
		}
	}
}

func writeCalls(b *bytes.Buffer) {
	b.WriteString("\n## System calls\n\n" +
		"The event's number is the native number of the machine. Its `returnValue` is what the call returned: a negative\n" +
		"error number when it failed. Texts and addresses are read when the call returns; those of an execve or execveat\n" +
		"that succeeded are the kernel's own, as the new program got them (of a script, its interpreter's arguments).\n" +
		"All are in the set `syscalls`. A parameter with names is followed by its kind.\n\n" +
		"A call that a signal interrupts returns -EINTR. When the kernel begins it anew by itself, it is reported again with\n" +
		"its own result; the kernel's inner codes for that (-512 to -516) are never shown. Calls that a seccomp filter refuses\n" +
		"do not reach the kernel's function: they are reported only where the call comes from the raw tracepoints, as\n" +
		"`tracer check --trace` tells. So are calls of numbers that the kernel does not know.\n\n" +
		"**32-bit x86.** The i386 column holds the numbers of 32-bit programs, whose calls, and those that a 64-bit program makes\n" +
		"through `int 0x80`, are reported under the same names with the key `\"abi\":\"i386\"`. Numbers are 32 bits there and are\n" +
		"extended as their types say. [Other calls](#system-calls-of-32-bit-x86-programs) only such programs have. Calls of the x32\n" +
		"ABI, which Debian's and most kernels refuse, are not reported.\n\n" +
		"| event | x86_64 | arm64 | i386 | parameters | other sets |\n|---|---|---|---|---|---|\n")
	for _, e := range calls() {
		params := make([]string, 0, len(e.Fields))
		for _, f := range e.Fields {
			params = append(params, parameter(f))
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", e.Name, number(e.Syscall.AMD64), number(e.Syscall.ARM64),
			number(e.Syscall.I386), strings.Join(params, ", "), join(e.Sets[1:]))
	}
}

// calls32 are the calls that only 32-bit x86 programs have.
func calls32() []schema.Event {
	return slices.DeleteFunc(slices.Clone(catalog.Events()), func(e schema.Event) bool { return !e.Only386() })
}

func writeCalls32(b *bytes.Buffer) {
	b.WriteString("\n### System calls of 32-bit x86 programs\n\n" +
		"All are in the sets `syscalls` and `32bit_unique`. Other calls of such programs have the names above.\n\n" +
		"| id | event | i386 | parameters |\n|---|---|---|---|\n")
	for _, e := range calls32() {
		params := make([]string, 0, len(e.Fields))
		for _, f := range e.Fields {
			params = append(params, parameter(f))
		}
		fmt.Fprintf(b, "| %d | %s | %s | %s |\n", e.ID, e.Name, number(e.Syscall.I386), strings.Join(params, ", "))
	}
}

// parameter shows a parameter as C does, with its kind where that says more.
func parameter(f schema.Field) string {
	c := fmt.Sprintf("`%s %s`", f.WireType(), f.Name)
	switch info := f.Kind.Info(); {
	case info.Format == nil, f.Kind == schema.Pointer, f.Kind == schema.FD, f.Kind == schema.Mode:
		return c
	default:
		return c + " " + info.Name
	}
}

// listed is how many members of a set the page names; nobody reads more.
const listed = 100

func writeSets(b *bytes.Buffer) {
	b.WriteString("\n## Sets\n\n| set | events | members |\n|---|---|---|\n")
	for _, s := range catalog.Sets() {
		var members []string
		for _, e := range slices.Concat(others(), calls(), calls32()) {
			if e.In(s) {
				members = append(members, e.Name)
			}
		}
		n := len(members)
		if s == schema.Syscalls {
			members = []string{"all of [System calls](#system-calls)"}
		} else if s == schema.Only32Bit {
			members = []string{"all of [System calls of 32-bit x86 programs](#system-calls-of-32-bit-x86-programs)"}
		} else if parts := partsOf(s); n > listed && len(parts) > 0 {
			members = slices.DeleteFunc(members, func(name string) bool { return inAny(name, parts) })
			members = slices.Insert(members, 0, "those of "+join(parts))
		}
		fmt.Fprintf(b, "| %s | %d | %s |\n", s, n, strings.Join(members, ", "))
	}
}

// partsOf lists the smaller sets of a large one.
func partsOf(whole schema.Set) []schema.Set {
	var parts []schema.Set
	for _, s := range catalog.Sets() {
		if strings.HasPrefix(string(s), string(whole)+"_") {
			parts = append(parts, s)
		}
	}
	return parts
}

func inAny(name string, sets []schema.Set) bool {
	return slices.ContainsFunc(sets, catalog.ByName(name).In)
}

func writeKinds(b *bytes.Buffer) {
	b.WriteString("\n## Kinds\n\n" +
		"A kind with an example has names: filters take the name and the number, and output shows the name. Descriptors, keys, errno\n" +
		"and hex stay numbers in JSON, and all do with `--output option:raw-arguments`.\n\n" +
		"| kind | meaning | JSON | example |\n|---|---|---|---|\n")
	for _, k := range schema.Kinds() {
		info := k.Info()
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", info.Name, cell(info.Doc), jsonForm(info), example(k))
	}
}

// jsonForm says how values of the kind look in JSON.
func jsonForm(info schema.KindInfo) string {
	switch info.Enc {
	case schema.EncBool:
		return "boolean"
	case schema.EncString:
		return "string"
	case schema.EncStrings:
		return "array of strings"
	case schema.EncBytes:
		return "string, base64"
	case schema.EncSockaddr:
		return "object of strings"
	case schema.EncHooks:
		return "array of {SymbolName, ModuleOwner}"
	case schema.EncI32Pair:
		return "array of two numbers"
	case schema.EncCred:
		return "object of numbers"
	}
	if info.Format != nil {
		return "number or string"
	}
	return "number"
}

// exampleValues are shown where 1 is not a telling value of the kind.
var exampleValues = map[schema.Kind]int64{
	schema.Pointer: 0x7ffd1000, schema.FD: schema.AtFDCWD, schema.Mode: 0o100644, schema.Signal: 9, schema.SocketDomain: 2,
	schema.SocketType: 0o2000001, schema.OpenFlags: 0o2000101, schema.AccessMode: 6, schema.MmapProt: 5, schema.MmapFlags: 0x22,
	schema.CloneFlags: 0x11 | 0x1000000, schema.ExecFlags: 0x1000, schema.AtFlags: 0x100, schema.Capability: 21, schema.BPFCommand: 5,
	schema.MountFlags: 0x5000, schema.Errno: -2, schema.PtraceRequest: 16, schema.Hex: 0xfee1dead, schema.IoctlRequest: 0x5412,
	schema.Personality: 0x40000, schema.MessageFlags: 0x4040, schema.UnlinkFlags: 0x200, schema.AccessFlags: 0x200,
	schema.NamespaceFlags: 0x20020000, schema.FDFlags: 0o2000000, schema.FcntlCommand: 1030, schema.IPCFlags: 0o1600,
	schema.ShmgetFlags: 0o1600, schema.ShmatFlags: 0o10000, schema.MsgFlags: 0o4000, schema.RebootCommand: 0x4321fedc,
	schema.ArchPrctlOption: 0x1002, schema.KeySerial: -3, schema.QuotaCommand: -0x7ffffe00 & 0xffffffff,
	schema.FutexOperation: 0x81, schema.SwapFlags: 0x10000, schema.FanotifyMask: 0x20, schema.InotifyMask: 0x100,
	schema.LSMAttribute: 100, schema.PidfdFlags: 0x800, schema.OpenTreeFlags: 0x80001, schema.CloseRangeFlags: 4,
	schema.ModuleDeleteFlags: 0o4000, schema.PrctlOption: 15, schema.MadviseAdvice: 4, schema.KexecFlags: 0x3e0001,
	schema.SocketFlags: 0o2000000, schema.StatxMask: 0x7ff, schema.MemfdFlags: 3,
	schema.PtraceMode: 0x12, schema.SigactionFlags: 0x14000000, schema.SignalSet: 0x4002, schema.SigHandlerMethod: 2,
	schema.UsermodeWait: 6,
}

const solSocket = 1

func example(k schema.Kind) string {
	info := k.Info()
	if info.Format == nil {
		return ""
	}
	if k == schema.SyscallNumber { // its numbers differ by architecture
		return "`execve`"
	}
	v, ok := exampleValues[k]
	if !ok {
		v = 1
	}
	if info.FormatOf != nil { // the kinds that there are hang on a socket's level
		return "`" + info.FormatOf(2, solSocket) + "`"
	}
	return "`" + cell(info.Format(v)) + "`"
}

func number(id schema.ID) string {
	if id == schema.None {
		return "–"
	}
	return fmt.Sprint(id)
}

func join(sets []schema.Set) string {
	names := make([]string, 0, len(sets))
	for _, s := range sets {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// cell makes text fit for a cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
