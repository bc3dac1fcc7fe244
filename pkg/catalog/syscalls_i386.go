package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// firstI386 is the id of the first call that only 32-bit x86 programs have. Ids
// are Tracee's: the place in the table decides, so rows are only appended.
const firstI386 = 3000

// i386Calls are the system calls that only 32-bit x86 programs have, under the
// names that Tracee has for them: those that went out of use before x86_64 came,
// those with several calls behind one number, and those with other structures
// (16-bit ids, 32-bit times, 64-bit offsets in two registers).
var i386Calls = []struct {
	name   string
	number schema.ID
	params []schema.Field
}{
	{"waitpid", 7, ps{pid, ptr("status", "int*"), p("options", schema.WaitOptions)}},
	{"oldfstat", 28, ps{pfd("fd"), ptr("statbuf", "struct __old_kernel_stat*")}},
	{"break", 17, nil},
	{"oldstat", 18, ps{ppath("filename"), ptr("statbuf", "struct __old_kernel_stat*")}},
	{"umount", 22, ps{ppath("target")}},
	{"stime", 25, ps{ptr("t", "const time_t*")}},
	{"stty", 31, nil},
	{"gtty", 32, nil},
	{"nice", 34, ps{pint("inc")}},
	{"ftime", 35, nil},
	{"prof", 44, nil},
	{"signal", 48, ps{p("signum", schema.Signal), paddr("handler")}},
	{"lock", 53, nil},
	{"mpx", 56, nil},
	{"ulimit", 58, nil},
	{"oldolduname", 59, ps{ptr("name", "struct oldold_utsname*")}},
	{"sigaction", 67, ps{sig, ptr("act", "const struct sigaction*"), ptr("oact", "struct sigaction*")}},
	{"sgetmask", 68, nil},
	{"ssetmask", 69, ps{p("newmask", schema.Long)}},
	{"sigsuspend", 72, ps{pint("unused1"), pint("unused2"), pulong("mask")}},
	{"sigpending", 73, ps{ptr("set", "sigset_t*")}},
	{"oldlstat", 84, ps{pathname, ptr("statbuf", "struct __old_kernel_stat*")}},
	{"readdir", 89, ps{fd, ptr("dirp", "struct old_linux_dirent*"), puint("count")}},
	{"profil", 98, nil},
	{"socketcall", 102, ps{pint("call"), ptr("args", "unsigned long*")}},
	{"olduname", 109, ps{ptr("buf", "struct utsname*")}},
	{"idle", 112, nil},
	{"vm86old", 113, ps{ptr("info", "struct vm86_struct*")}},
	{"ipc", 117, ps{puint("call"), pint("first"), pulong("second"), pulong("third"), paddr("ptr"), p("fifth", schema.Long)}},
	{"sigreturn", 119, nil},
	{"sigprocmask", 126, ps{p("how", schema.SigmaskHow), ptr("set", "const sigset_t*"), ptr("oldset", "sigset_t*")}},
	{"bdflush", 134, ps{pint("func"), p("data", schema.Long)}},
	{"afs_syscall", 137, nil},
	{"llseek", 140, ps{fd, pulong("offset_high"), pulong("offset_low"), ptr("result", "loff_t*"), p("whence", schema.Whence)}},
	{"old_select", 82, ps{pint("nfds"), ptr("readfds", "fd_set*"), ptr("writefds", "fd_set*"), ptr("exceptfds", "fd_set*"), ptr("timeout", "struct timeval*")}},
	{"vm86", 166, ps{pulong("fn"), ptr("v86", "struct vm86plus_struct*")}},
	{"old_getrlimit", 76, ps{p("resource", schema.Resource), ptr("rlim", "struct rlimit*")}},
	{"mmap2", 192, ps{pulong("addr"), pulong("length"), p("prot", schema.MmapProt), pflags(schema.MmapFlags), fd, pulong("pgoffset")}},
	{"truncate64", 193, ps{path, poff("length")}},
	{"ftruncate64", 194, ps{fd, poff("length")}},
	{"stat64", 195, ps{pathname, ptr("statbuf", "struct stat64*")}},
	{"lstat64", 196, ps{pathname, ptr("statbuf", "struct stat64*")}},
	{"fstat64", 197, ps{fd, ptr("statbuf", "struct stat64*")}},
	{"lchown16", 16, ps{pathname, uid16("owner"), uid16("group")}},
	{"getuid16", 24, nil},
	{"getgid16", 47, nil},
	{"geteuid16", 49, nil},
	{"getegid16", 50, nil},
	{"setreuid16", 70, ps{uid16("ruid"), uid16("euid")}},
	{"setregid16", 71, ps{uid16("rgid"), uid16("egid")}},
	{"getgroups16", 80, ps{pint("size"), ptr("list", "old_gid_t*")}},
	{"setgroups16", 81, ps{pint("size"), ptr("list", "const old_gid_t*")}},
	{"fchown16", 95, ps{fd, uid16("user"), uid16("group")}},
	{"setresuid16", 164, ps{uid16("ruid"), uid16("euid"), uid16("suid")}},
	{"getresuid16", 165, ps{ptr("ruid", "old_uid_t*"), ptr("euid", "old_uid_t*"), ptr("suid", "old_uid_t*")}},
	{"setresgid16", 170, ps{uid16("rgid"), uid16("egid"), uid16("sgid")}},
	{"getresgid16", 171, ps{ptr("rgid", "old_gid_t*"), ptr("egid", "old_gid_t*"), ptr("sgid", "old_gid_t*")}},
	{"chown16", 182, ps{pathname, uid16("owner"), uid16("group")}},
	{"setuid16", 23, ps{uid16("uid")}},
	{"setgid16", 46, ps{uid16("gid")}},
	{"setfsuid16", 138, ps{uid16("fsuid")}},
	{"setfsgid16", 139, ps{uid16("fsgid")}},
	{"fcntl64", 221, ps{fd, p("cmd", schema.FcntlCommand), pulong("arg")}},
	{"sendfile32", 187, ps{pfd("out_fd"), pfd("in_fd"), ptr("offset", "off_t*"), count}},
	{"statfs64", 268, ps{path, psize("sz"), ptr("buf", "struct statfs64*")}},
	{"fstatfs64", 269, ps{fd, psize("sz"), ptr("buf", "struct statfs64*")}},
	{"fadvise64_64", 272, ps{fd, p("offset", schema.Loff), p("len", schema.Loff), p("advice", schema.FadviseAdvice)}},
	{"clock_gettime32", 265, ps{clock32, timespec32("tp")}},
	{"clock_settime32", 264, ps{clock32, timespec32("tp")}},
	{"clock_adjtime64", 405, ps{p("which_clock", schema.ClockID), ptr("tx", "struct timex*")}},
	{"clock_getres_time32", 266, ps{clock32, timespec32("tp")}},
	{"clock_nanosleep_time32", 267, ps{clock32, pflags(schema.TimerFlags), timespec32("rqtp"), timespec32("rmtp")}},
	{"timer_gettime32", 261, ps{timer32, itimerspec32("setting")}},
	{"timer_settime32", 260, ps{timer32, pflags(schema.TimerFlags), itimerspec32("new"), itimerspec32("old")}},
	{"timerfd_gettime32", 326, ps{pfd("ufd"), itimerspec32("otmr")}},
	{"timerfd_settime32", 325, ps{pfd("ufd"), pflags(schema.TimerfdFlags), itimerspec32("utmr"), itimerspec32("otmr")}},
	{"utimensat_time32", 320, ps{pfd("dfd"), ppath("filename"), timespec32("t"), pflags(schema.AtFlags)}},
	{"pselect6_time32", 308, ps{pint("n"), ptr("inp", "fd_set*"), ptr("outp", "fd_set*"), ptr("exp", "fd_set*"), timespec32("tsp"), paddr("sig")}},
	{"ppoll_time32", 309, ps{ptr("ufds", "struct pollfd*"), puint("nfds"), timespec32("tsp"), ptr("sigmask", "sigset_t*"), sigsize}},
	{"io_pgetevents_time32", 385, ps{ptr("ctx_id", "aio_context_t"), p("min_nr", schema.Long), p("nr", schema.Long), ptr("events", "struct io_event*"), timespec32("timeout"), ptr("usig", "const struct __aio_sigset*")}},
	{"recvmmsg_time32", 337, ps{fd, ptr("mmsg", "struct mmsghdr*"), puint("vlen"), pflags(schema.MessageFlags), timespec32("timeout")}},
	{"mq_timedsend_time32", 279, ps{mqdes, ptr("u_msg_ptr", "const void*"), puint("msg_len"), puint("msg_prio"), timespec32("u_abs_timeout")}},
	{"mq_timedreceive_time32", 280, ps{mqdes, ptr("u_msg_ptr", "void*"), puint("msg_len"), ptr("u_msg_prio", "unsigned int*"), timespec32("u_abs_timeout")}},
	{"rt_sigtimedwait_time32", 177, ps{ptr("uthese", "sigset_t*"), ptr("uinfo", "siginfo_t*"), timespec32("uts"), sigsize}},
	{"futex_time32", 240, ps{ptr("uaddr", "u32*"), p("op", schema.FutexOperation), puint("val"), timespec32("utime"), ptr("uaddr2", "u32*"), puint("val3")}},
	{"sched_rr_get_interval_time32", 161, ps{pid, timespec32("interval")}},
}

// Parameters that many of these calls share.
var (
	clock32 = p("which_clock", schema.ClockID)
	timer32 = pt("timer_id", schema.Int, "timer_t")
	mqdes   = pt("mqdes", schema.FD, "mqd_t")
)

func timespec32(name string) schema.Field   { return ptr(name, "struct old_timespec32*") }
func itimerspec32(name string) schema.Field { return ptr(name, "struct old_itimerspec32*") }

// uid16 is a user or group id of 16 bits, -1 is 65535.
func uid16(name string) schema.Field { return p(name, schema.Ushort) }

// i386Events lists them as events. The ids are the same on every architecture, so
// that a stream can be read anywhere.
func i386Events() []schema.Event {
	all := make([]schema.Event, 0, len(i386Calls))
	for i, row := range i386Calls {
		all = append(all, schema.Event{
			ID: firstI386 + schema.ID(i), Name: row.name, Fields: row.params,
			Doc:     "system call " + row.name + " of 32-bit x86 programs",
			Sets:    []schema.Set{schema.Syscalls, schema.Only32Bit},
			Syscall: &schema.Syscall{AMD64: none, ARM64: none, I386: row.number, I386Params: i386Layouts[row.name]},
		})
	}
	return all
}

// I386 maps the numbers of 32-bit x86 programs to the names of the calls.
func I386() map[schema.ID]string {
	c := loaded()
	all := make(map[schema.ID]string, len(c.byI386))
	for number, i := range c.byI386 {
		all[number] = c.events[i].Name
	}
	return all
}

const (
	pair  = schema.I386Pair
	block = schema.I386Block
)

// i386Layouts are the calls whose parameters i386 does not pass one by one in the
// registers bx, cx, dx, si, di, bp: 64-bit numbers take two registers, two old
// calls point to their parameters, and clone has another order.
var i386Layouts = map[string][]schema.I386Param{
	"clone":           {0, 1, 2, 4, 3},
	"fadvise64":       {0, 1 | pair, 3, 4},
	"fadvise64_64":    {0, 1 | pair, 3 | pair, 5},
	"fallocate":       {0, 1, 2 | pair, 4 | pair},
	"fanotify_mark":   {0, 1, 2 | pair, 4, 5},
	"ftruncate64":     {0, 1 | pair},
	"lookup_dcookie":  {0 | pair, 2, 3},
	"mmap":            {0 | block, 1 | block, 2 | block, 3 | block, 4 | block, 5 | block},
	"old_select":      {0 | block, 1 | block, 2 | block, 3 | block, 4 | block},
	"pread64":         {0, 1, 2, 3 | pair},
	"pwrite64":        {0, 1, 2, 3 | pair},
	"readahead":       {0, 1 | pair, 3},
	"sync_file_range": {0, 1 | pair, 3 | pair, 5},
	"truncate64":      {0, 1 | pair},
}
