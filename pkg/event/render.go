package event

import (
	"strconv"

	"github.com/tracehound/tracehound/pkg/schema"
)

// Render copies the arguments with names in place of numbers, each then of
// type "string": the form that Tracee's option parse-arguments gives and that
// its Rego signatures read. Descriptors, signals, error numbers, mmap flags and
// mount flags stay numbers, as they do there, and pointers keep their C type.
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
		switch f.Kind {
		case schema.FD, schema.Signal, schema.Errno, schema.MmapFlags, schema.MountFlags, schema.AtFlags:
		case schema.Pointer:
			a.Value = "0x" + strconv.FormatUint(uint64(n), 16)
		default:
			if format := f.Kind.Info().Format; format != nil {
				a.Value, a.Type = format(n), "string"
			}
		}
	}
	return args
}
