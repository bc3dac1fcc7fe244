package event

import (
	"slices"
	"strconv"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Form says which arguments Render writes as names.
type Form uint8

// The forms.
const (
	// Named is that of our own streams: names for every kind that has them.
	Named Form = iota
	// Tracee is what Rego signatures read: names where Tracee's option
	// parse-arguments gives them, numbers in all other places.
	Tracee
)

// tracees are the kinds that Tracee's option parse-arguments decodes. Its
// signatures compare all others (descriptors, signals, …) as numbers.
var tracees = []schema.Kind{
	schema.Mode, schema.SocketDomain, schema.SocketType, schema.SocketLevel, schema.OpenFlags, schema.AccessMode,
	schema.MmapProt, schema.PtraceRequest, schema.PrctlOption, schema.CloneFlags, schema.ExecFlags,
	schema.Capability, schema.BPFCommand, schema.SyscallNumber, schema.SocketOption, schema.SocketOptionRead,
}

// numbers are the kinds that stay numbers in every form: most of their values
// have no name, and programs count with them.
var numbers = []schema.Kind{schema.FD, schema.KeySerial, schema.Errno, schema.Hex}

func (f Form) names(k schema.Kind) bool {
	if f == Tracee {
		return slices.Contains(tracees, k)
	}
	return k.Info().Format != nil && !slices.Contains(numbers, k)
}

// Render copies the arguments in a form: names in place of numbers, each then
// of type "string", and pointers as "0x…" with their C type.
func Render(e *Event, def *schema.Event, form Form) []Argument {
	args := make([]Argument, len(e.Args))
	copy(args, e.Args)
	if def == nil {
		return args
	}
	for i := range args {
		e.render(&args[i], def, form)
	}
	return args
}

// RenderArgument is one argument in a form.
func RenderArgument(e *Event, a Argument, def *schema.Event, form Form) Argument {
	if def != nil {
		e.render(&a, def, form)
	}
	return a
}

func (e *Event) render(a *Argument, def *schema.Event, form Form) {
	f := def.Field(a.Name)
	if f == nil {
		return
	}
	n, ok := toInt(a.Value)
	if !ok {
		return
	}
	switch {
	case f.Kind == schema.Pointer:
		a.Value = "0x" + strconv.FormatUint(uint64(n), 16)
	case form.names(f.Kind):
		a.Value, a.Type = e.Format(def, f, n), "string"
	}
}

// Format is a number of a field as people read it, which another argument may
// decide; "" when the kind has no names.
func (e *Event) Format(def *schema.Event, f *schema.Field, n int64) string {
	info := f.Kind.Info()
	if info.FormatOf != nil {
		of, other := def.Field(f.Of), e.Arg(f.Of)
		if of != nil && other != nil {
			if v, ok := other.Int(of.Kind); ok {
				return info.FormatOf(n, v)
			}
		}
	}
	if info.Format == nil {
		return ""
	}
	return info.Format(n)
}
