package printer

// action is how an event reads: a verb, and the arguments that matter.
type action struct {
	verb   string
	color  string
	silent bool // its result is no news
	parts  []part
}

// part is one argument.
type part struct {
	arg   string
	form  form
	label string
}

type form uint8

const (
	asIs       form = iota
	afterFirst      // a list without its first element
	omitZero
	ending // a process's exit code
)

func on(args ...string) []part {
	parts := make([]part, len(args))
	for i, a := range args {
		parts[i].arg = a
	}
	return parts
}

// fd is the descriptor of calls that have one; what it is open on is shown with it.
var fd = []part{{arg: "fd", label: "fd "}}

// actions are the events that a line has a verb for. Others are shown by name,
// with all their arguments.
var actions = map[string]action{
	"sched_process_exec":  {verb: "exec", color: green, parts: []part{{arg: "pathname"}, {arg: "argv", form: afterFirst}}},
	"execve":              {verb: "execve", color: green, parts: []part{{arg: "pathname"}, {arg: "argv", form: afterFirst}}},
	"execveat":            {verb: "execveat", color: green, parts: []part{{arg: "pathname"}, {arg: "argv", form: afterFirst}}},
	"security_bprm_check": {verb: "may-exec", parts: on("pathname")},
	"sched_process_fork":  {verb: "fork", color: faint, parts: on("child_pid")},
	"sched_process_exit":  {verb: "exit", color: faint, silent: true, parts: []part{{arg: "exit_code", form: ending}}},
	"exit":                {verb: "exit", color: faint, parts: on("status")},
	"exit_group":          {verb: "exit", color: faint, parts: on("status")},

	"open":               {verb: "open", parts: on("pathname", "flags")},
	"openat":             {verb: "open", parts: on("pathname", "flags")},
	"openat2":            {verb: "open", parts: on("pathname", "how")},
	"creat":              {verb: "create", parts: on("pathname", "mode")},
	"security_file_open": {verb: "may-open", parts: on("pathname", "flags")},
	"close":              {verb: "close", color: faint, parts: fd},
	"read":               {verb: "read", parts: fd},
	"pread64":            {verb: "read", parts: fd},
	"readv":              {verb: "read", parts: fd},
	"write":              {verb: "write", parts: fd},
	"pwrite64":           {verb: "write", parts: fd},
	"writev":             {verb: "write", parts: fd},
	"vfs_write":          {verb: "write", parts: on("pathname", "count")},
	"vfs_writev":         {verb: "write", parts: on("pathname")},
	"unlink":             {verb: "unlink", parts: on("pathname")},
	"unlinkat":           {verb: "unlink", parts: on("pathname", "flags")},
	"rmdir":              {verb: "rmdir", parts: on("pathname")},
	"mkdir":              {verb: "mkdir", parts: on("pathname", "mode")},
	"mkdirat":            {verb: "mkdir", parts: on("pathname", "mode")},
	"rename":             {verb: "rename", parts: on("oldpath", "newpath")},
	"renameat":           {verb: "rename", parts: on("oldpath", "newpath")},
	"renameat2":          {verb: "rename", parts: on("oldpath", "newpath", "flags")},
	"link":               {verb: "link", parts: on("oldpath", "newpath")},
	"linkat":             {verb: "link", parts: on("oldpath", "newpath")},
	"symlink":            {verb: "symlink", parts: on("target", "linkpath")},
	"symlinkat":          {verb: "symlink", parts: on("target", "linkpath")},
	"chmod":              {verb: "chmod", parts: on("pathname", "mode")},
	"fchmod":             {verb: "chmod", parts: append(fd, on("mode")...)},
	"fchmodat":           {verb: "chmod", parts: on("pathname", "mode")},
	"chown":              {verb: "chown", parts: on("pathname", "owner", "group")},
	"fchownat":           {verb: "chown", parts: on("pathname", "owner", "group")},

	"security_inode_unlink":  {verb: "may-unlink", parts: on("pathname")},
	"security_inode_rename":  {verb: "may-rename", parts: on("old_path", "new_path")},
	"security_path_rename":   {verb: "may-rename", parts: on("old_path", "new_path", "flags")},
	"security_path_link":     {verb: "may-link", parts: on("pathname", "linkpath")},
	"security_path_symlink":  {verb: "may-symlink", parts: on("linkpath", "target")},
	"security_inode_symlink": {verb: "may-symlink", parts: on("linkpath", "target")},
	"security_inode_mknod":   {verb: "may-mknod", parts: on("file_name", "mode", "dev")},

	"mount":             {verb: "mount", parts: on("source", "target", "filesystemtype", "mountflags")},
	"umount2":           {verb: "umount", parts: on("target", "flags")},
	"security_sb_mount": {verb: "may-mount", parts: on("dev_name", "path", "type", "flags")},

	"socket":                  {verb: "socket", parts: on("domain", "type")},
	"connect":                 {verb: "connect", parts: on("addr")},
	"bind":                    {verb: "bind", parts: on("addr")},
	"listen":                  {verb: "listen", parts: on("sockfd")},
	"accept":                  {verb: "accept", parts: on("addr")},
	"accept4":                 {verb: "accept", parts: on("addr")},
	"sendto":                  {verb: "send", parts: []part{{arg: "dest_addr"}, {arg: "len"}}},
	"security_socket_create":  {verb: "may-socket", parts: on("family", "type")},
	"security_socket_connect": {verb: "may-connect", parts: on("remote_addr")},
	"security_socket_bind":    {verb: "may-bind", parts: on("local_addr")},
	"security_socket_listen":  {verb: "may-listen", parts: on("local_addr")},
	"security_socket_accept":  {verb: "may-accept", parts: on("local_addr")},

	"kill":                         {verb: "kill", color: red, parts: on("pid", "sig")},
	"tkill":                        {verb: "kill", color: red, parts: on("tid", "sig")},
	"tgkill":                       {verb: "kill", color: red, parts: on("tgid", "sig")},
	"security_task_kill":           {verb: "may-kill", color: red, parts: []part{{arg: "target_pid"}, {arg: "target_comm"}, {arg: "sig"}}},
	"security_ptrace_access_check": {verb: "may-trace", color: red, parts: on("target_pid")},
	"cap_capable":                  {verb: "may-use", parts: on("cap")},
	"chmod_common":                 {verb: "chmod", parts: on("pathname", "mode")},
	"ptrace":                       {verb: "ptrace", color: red, parts: []part{{arg: "request"}, {arg: "pid", form: omitZero}}},

	"setuid":        {verb: "setuid", parts: on("uid")},
	"setgid":        {verb: "setgid", parts: on("gid")},
	"init_module":   {verb: "insmod", color: red, parts: on("param_values")},
	"finit_module":  {verb: "insmod", color: red, parts: append(fd, on("param_values")...)},
	"delete_module": {verb: "rmmod", color: red, parts: on("name")},
	"bpf":           {verb: "bpf", parts: on("cmd")},
	"memfd_create":  {verb: "memfd", parts: on("name", "flags")},
	"cgroup_mkdir":  {verb: "cgroup+", parts: on("cgroup_path")},
	"cgroup_rmdir":  {verb: "cgroup-", parts: on("cgroup_path")},
}
