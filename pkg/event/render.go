package event

import (
	"slices"
	"strconv"

	"github.com/tracehound/tracehound/pkg/schema"
)

// rendered are the kinds that Tracee's option parse-arguments decodes. Its
// signatures compare all others (descriptors, signals, …) as numbers.
var rendered = []schema.Kind{
	schema.Mode, schema.SocketDomain, schema.SocketType, schema.SocketLevel, schema.OpenFlags, schema.AccessMode,
	schema.MmapProt, schema.PtraceRequest, schema.PrctlOption, schema.CloneFlags, schema.ExecFlags,
	schema.Capability, schema.BPFCommand,
}

// Render copies the arguments in the form that Tracee's option parse-arguments
// gives and that its Rego signatures read: names in place of numbers, each then
// of type "string", and pointers as "0x…" with their C type.
func Render(e *Event, def *schema.Event) []Argument {
	args := make([]Argument, len(e.Args))
	copy(args, e.Args)
	if def == nil {
		return args
	}
	for i := range args {
		a := &args[i]
		f := def.Field(a.Name)
		if f == nil {
			continue
		}
		n, ok := toInt(a.Value)
		if !ok {
			continue
		}
		switch {
		case f.Kind == schema.Pointer:
			a.Value = "0x" + strconv.FormatUint(uint64(n), 16)
		case slices.Contains(rendered, f.Kind):
			a.Value, a.Type = f.Kind.Info().Format(n), "string"
		}
	}
	return args
}
