package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// events are all events that are not system calls, in order of their ids. Ids
// 700–4005 are Tracee's; our own begin at 9000.
var events = []schema.Event{
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
		ID: 719, Name: "cgroup_mkdir",
		Doc:      "A cgroup was created. Not filtered by process.",
		Programs: []schema.Program{{Name: "cgroup_mkdir", Hook: "tracepoint cgroup_mkdir"}},
		Fields: []schema.Field{
			{Name: "cgroup_id", Kind: schema.Ulong, Type: "u64", Doc: "its id"},
			{Name: "cgroup_path", Kind: schema.Path, Doc: "its path in the hierarchy"},
			{Name: "hierarchy_id", Kind: schema.Uint, Type: "u32", Doc: "its hierarchy; 0 is cgroup v2"},
		},
	},
	{
		ID: 720, Name: "cgroup_rmdir",
		Doc:      "A cgroup was removed. Not filtered by process.",
		Programs: []schema.Program{{Name: "cgroup_rmdir", Hook: "tracepoint cgroup_rmdir"}},
		Fields: []schema.Field{
			{Name: "cgroup_id", Kind: schema.Ulong, Type: "u64", Doc: "its id"},
			{Name: "cgroup_path", Kind: schema.Path, Doc: "its path in the hierarchy"},
			{Name: "hierarchy_id", Kind: schema.Uint, Type: "u32", Doc: "its hierarchy; 0 is cgroup v2"},
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
	{
		ID: 722, Name: "security_file_open",
		Doc:      "A file is opened. returnValue is the security modules' verdict: 0, or a negative error number.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_file_open", Hook: "fexit security_file_open", Function: "security_file_open"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "flags", Kind: schema.OpenFlags, Doc: "open flags"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
			{Name: "syscall_pathname", Kind: schema.Path, Doc: "path as the caller gave it to open, openat, openat2, creat, execve or execveat; else absent"},
		},
	},
	{
		ID: 723, Name: "security_inode_unlink",
		Doc:      "A file's name is removed. returnValue is the verdict.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_inode_unlink", Hook: "fexit security_inode_unlink", Function: "security_inode_unlink"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file within its file system: the hook is not told the mount"},
		},
	},
	{
		ID: 726, Name: "security_socket_connect",
		Doc:      "A socket is connected to an address of family AF_UNIX, AF_INET or AF_INET6. returnValue is the verdict.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.Net, schema.NetSock},
		Programs: []schema.Program{{Name: "security_socket_connect", Hook: "fexit security_socket_connect", Function: "security_socket_connect"}},
		Fields: []schema.Field{
			{Name: "sockfd", Kind: schema.FD, Doc: "descriptor, when connect(2) is the caller; else absent"},
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "the address"},
		},
	},
	{
		ID: 739, Name: "socket_dup",
		Doc: "dup, dup2 or dup3 copied the descriptor of a connected socket.",
		Programs: []schema.Program{
			{Name: "socket_dup_dup", Hook: "fexit dup", Function: "dup", Syscall: true},
			{Name: "socket_dup_dup2", Hook: "fexit dup2", Function: "dup2", Syscall: true},
			{Name: "socket_dup_dup3", Hook: "fexit dup3", Function: "dup3", Syscall: true},
		},
		Fields: []schema.Field{
			{Name: "oldfd", Kind: schema.FD, Doc: "descriptor copied"},
			{Name: "newfd", Kind: schema.FD, Doc: "the copy"},
			{Name: "remote_addr", Kind: schema.Sockaddr, Doc: "peer of the socket"},
		},
	},
	{
		ID: 9000, Name: "lost_events",
		Doc: "The tracer lost events: the stream is incomplete between from and to. Always emitted.",
		Fields: []schema.Field{
			{Name: "buffer", Kind: schema.String, Doc: "where: events, lifecycle (rings that were full), scratch, processes (tables that were full), busy (a program was preempted), decode (a record was not understood)"},
			{Name: "cpu", Kind: schema.Int, Doc: "processor that dropped them; -1 when not known"},
			{Name: "count", Kind: schema.Ulong, Doc: "how many since the last report"},
			{Name: "from", Kind: schema.Timestamp, Doc: "no loss before this time"},
			{Name: "to", Kind: schema.Timestamp, Doc: "time of the last loss"},
		},
	},
}
