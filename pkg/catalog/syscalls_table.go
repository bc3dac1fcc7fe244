package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// none marks an architecture that lacks the call.
const none = schema.None

func p(name string, kind schema.Kind) schema.Field { return schema.Field{Name: name, Kind: kind} }

var syscalls = []syscall{
	{"openat", 257, 56, 295, []schema.Set{schema.Default, schema.FS, schema.FSFileOps}, []schema.Field{p("dirfd", schema.FD), p("pathname", schema.Path), p("flags", schema.OpenFlags), p("mode", schema.Mode)}},
	{"ptrace", 101, 117, 26, []schema.Set{schema.Default, schema.Proc}, []schema.Field{p("request", schema.PtraceRequest), p("pid", schema.PID), p("addr", schema.Pointer), p("data", schema.Pointer)}},
}
