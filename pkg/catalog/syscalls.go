package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// Syscalls lists the system calls as events of one architecture (a GOARCH):
// the id is the native number there, schema.None where it has no such call.
func Syscalls(arch string) []schema.Event {
	all := make([]schema.Event, 0, len(syscalls))
	for _, row := range syscalls {
		e := schema.Event{
			Name: row.name, Doc: "system call " + row.name, Fields: row.params,
			Sets:    append([]schema.Set{schema.Syscalls}, row.sets...),
			Syscall: &schema.Syscall{AMD64: row.amd64, ARM64: row.arm64, I386: row.i386, I386Params: i386Layouts[row.name]},
		}
		e.ID = row.amd64
		if arch == "arm64" {
			e.ID = row.arm64
		}
		all = append(all, e)
	}
	return all
}

// syscall is one row of the table.
type syscall struct {
	name               string
	amd64, arm64, i386 schema.ID
	sets               []schema.Set
	params             []schema.Field
}
