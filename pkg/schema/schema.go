// Package schema says what an event definition is: its id, name, sets,
// programs and typed fields. It imports nothing of ours, so that both binaries
// and the authors of signatures can use it.
package schema

import "strings"

// ID is an event's permanent number: the native system call number for system
// calls, a catalogue number above 700 for everything else.
type ID int32

// None is the ID of a system call that this architecture does not have.
const None ID = -1

// Event defines one kind of event. There is one Event per name, in pkg/catalog.
type Event struct {
	ID       ID
	Name     string
	Doc      string
	Sets     []Set
	Programs []Program
	Fields   []Field
	// DependsOn names events that this one is made from (pkg/derive). They are
	// obtained with it, and emitted only when they are asked for themselves.
	DependsOn []string
	// Symbols name places in the kernel's memory at which the tracer looks for the
	// event, now and then and behind those of DependsOn. What it finds is a fact of
	// the machine: conditions on processes do not apply.
	Symbols []string
	// Syscall is set for system calls only.
	Syscall *Syscall
}

// Field is one argument that the event can carry. Fields are only appended.
type Field struct {
	Name string
	Kind Kind
	// Type is the wire's "type" string, a C type; empty means the kind's own.
	Type string
	Doc  string
	// Of names the field whose value decides what this one means: the level of a
	// socket's option. Kinds with FormatOf need it.
	Of string
	// Option names the output option that switches the field on ("exec-env");
	// empty means the field is always collected.
	Option string
	// Named says that the tracer may find the value, a name for an address, where a
	// record has none: the kernel half of a filter cannot decide on it.
	Named bool
}

// WireType is the "type" string that JSON carries for the field.
func (f Field) WireType() string {
	if f.Type != "" {
		return f.Type
	}
	return f.Kind.Info().Type
}

// Syscall holds the numbers of a system call by architecture; None where the
// architecture has no such call.
type Syscall struct {
	AMD64 ID
	ARM64 ID
	I386  ID
	// I386Params says where 32-bit x86 programs pass each parameter; nil means one
	// by one in the registers bx, cx, dx, si, di, bp.
	I386Params []I386Param
}

// I386Param is a place of a parameter: the number of its register, with flags.
type I386Param uint8

// Flags of a place.
const (
	// I386Pair: a 64-bit number, whose upper half is in the next register.
	I386Pair I386Param = 0x80
	// I386Block: the number is that of a word in memory that bx points to.
	I386Block I386Param = 0x40
)

// Only386 tells the calls that only 32-bit x86 programs have.
func (e *Event) Only386() bool {
	return e.Syscall != nil && e.Syscall.AMD64 == None && e.Syscall.ARM64 == None
}

// Program is one BPF program an event needs.
type Program struct {
	// Name is the program's function name in the BPF object.
	Name string
	// Hook says how and where it is attached: "fexit security_file_open". The first
	// word is one of the Hook constants.
	Hook string
	// Function is the kernel function that the program is attached to; empty
	// for tracepoints, whose programs name their own.
	Function string
	// Syscall says that Function is the name of a system call, whose kernel
	// function differs by architecture.
	Syscall bool
	// Instead are programs that stand in for this one where it cannot be attached;
	// the first that can is taken.
	Instead []Program
}

// How programs are attached.
const (
	HookFexit      = "fexit"
	HookFentry     = "fentry"
	HookTracepoint = "tracepoint"
	HookKprobe     = "kprobe"
	HookKretprobe  = "kretprobe"
)

// Place splits Hook into how and where.
func (p *Program) Place() (how, where string) {
	how, where, _ = strings.Cut(p.Hook, " ")
	return how, where
}

// Field finds a field by name; nil when the event has none of that name.
func (e *Event) Field(name string) *Field {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return &e.Fields[i]
		}
	}
	return nil
}

// In reports whether the event is a member of the set.
func (e *Event) In(s Set) bool {
	for _, m := range e.Sets {
		if m == s {
			return true
		}
	}
	return false
}
