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
	"- [System calls](#system-calls)\n- [Sets](#sets)\n- [Kinds](#kinds)\n"

// eventsMarkdown writes docs/events.md.
func eventsMarkdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- %s -->\n%s", notice, eventsIntro)
	writeOthers(&b)
	writeCalls(&b)
	writeSets(&b)
	writeKinds(&b)
	return b.Bytes()
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
		"The i386 column holds the numbers of 32-bit x86 programs, whose calls are **not reported yet**, nor those that a\n" +
		"64-bit program makes through `int 0x80`. All are in the set `syscalls`. A parameter with names is followed by its\n" +
		"kind.\n\n" +
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
		for _, e := range slices.Concat(others(), calls()) {
			if e.In(s) {
				members = append(members, e.Name)
			}
		}
		n := len(members)
		if s == schema.Syscalls {
			members = []string{"all of [System calls](#system-calls)"}
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
