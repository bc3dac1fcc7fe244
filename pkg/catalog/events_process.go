package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// processEvents tell of processes: their life, their credentials and namespaces,
// and what one does to another.
var processEvents = []schema.Event{
	{
		ID: 706, Name: "sched_process_fork",
		Doc:      "A process or thread was created.",
		Sets:     []schema.Set{schema.Proc, schema.ProcLife},
		Programs: []schema.Program{{Name: "sched_process_fork", Hook: "tracepoint sched_process_fork"}},
		Fields: []schema.Field{
			{Name: "parent_tid", Kind: schema.PID, Type: "int", Doc: "thread that called fork or clone"},
			{Name: "parent_ns_tid", Kind: schema.PID, Type: "int", Doc: "the same, in its own pid namespace"},
			{Name: "parent_pid", Kind: schema.PID, Type: "int", Doc: "process of that thread"},
			{Name: "parent_ns_pid", Kind: schema.PID, Type: "int", Doc: "the same, in its own pid namespace"},
			{Name: "child_tid", Kind: schema.PID, Type: "int", Doc: "the new thread"},
			{Name: "child_ns_tid", Kind: schema.PID, Type: "int", Doc: "the same, in its own pid namespace"},
			{Name: "child_pid", Kind: schema.PID, Type: "int", Doc: "process of the new thread; equals parent_pid for a thread"},
			{Name: "child_ns_pid", Kind: schema.PID, Type: "int", Doc: "the same, in its own pid namespace"},
			{Name: "start_time", Kind: schema.Ulong, Doc: "when the child started, ns since boot"},
		},
	},
	{
		ID: 707, Name: "sched_process_exec",
		Doc:      "A program was executed: the process now runs it.",
		Sets:     []schema.Set{schema.Default, schema.Proc},
		Programs: []schema.Program{{Name: "sched_process_exec", Hook: "tracepoint sched_process_exec"}},
		Fields: []schema.Field{
			{Name: "cmdpath", Kind: schema.Path, Doc: "file name as the caller gave it"},
			{Name: "pathname", Kind: schema.Path, Doc: "path of the executed file, as the kernel resolved it"},
			{Name: "argv", Kind: schema.Strings, Type: "const char**", Doc: "arguments, as the new program has them"},
			{Name: "env", Kind: schema.Strings, Type: "const char**", Doc: "environment", Option: "exec-env"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "invoked_from_kernel", Kind: schema.Int, Doc: "1 when a kernel thread started it (usermode helper)"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
			{Name: "stdin_type", Kind: schema.Mode, Doc: "what standard input is: file type bits, 0 when closed"},
			{Name: "inode_mode", Kind: schema.Mode, Doc: "mode of the file"},
			{Name: "interp", Kind: schema.Path, Doc: "program that runs the file: itself, or the interpreter that #! names"},
		},
	},
	{
		ID: 708, Name: "sched_process_exit",
		Doc:      "A thread ended.",
		Sets:     []schema.Set{schema.Default, schema.Proc, schema.ProcLife},
		Programs: []schema.Program{{Name: "sched_process_exit", Hook: "tracepoint sched_process_exit"}},
		Fields: []schema.Field{
			{Name: "exit_code", Kind: schema.Long, Doc: "as wait(2) shows it: status << 8, or the signal"},
			{Name: "process_group_exit", Kind: schema.Bool, Doc: "the whole process ends with this thread"},
		},
	},
	{
		ID: 721, Name: "security_bprm_check",
		Doc:      "A file is about to be executed; the caller's process still runs its old program.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.Proc, schema.ProcLife},
		Programs: []schema.Program{{Name: "security_bprm_check", Hook: "fexit security_bprm_check", Function: "security_bprm_check"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
		},
	},
}
