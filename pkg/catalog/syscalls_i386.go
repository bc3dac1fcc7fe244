package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// I386 maps the numbers of 32-bit x86 programs to the names of the calls. Calls
// that only such programs have (socketcall, ipc, waitpid) are not in it.
func I386() map[schema.ID]string {
	all := make(map[schema.ID]string, len(syscalls)+len(i386Variants))
	for _, row := range syscalls {
		if row.i386 != none {
			all[row.i386] = row.name
		}
	}
	for number, name := range i386Variants {
		all[number] = name
	}
	return all
}

// i386Variants are the further i386 numbers of calls in the table: with 16-bit
// ids, with another struct (stat, time), or with a 64-bit number in two
// registers (truncate64, fadvise64_64), so that the parameters after it are one
// register later. mmap (90) and select (82) point to their parameters.
var i386Variants = map[schema.ID]string{
	16: "lchown", 23: "setuid", 24: "getuid", 46: "setgid", 47: "getgid", 49: "geteuid", 50: "getegid",
	55: "fcntl", 70: "setreuid", 71: "setregid", 76: "getrlimit", 80: "getgroups", 81: "setgroups",
	82: "select", 90: "mmap", 95: "fchown", 106: "stat", 107: "lstat", 108: "fstat", 138: "setfsuid",
	139: "setfsgid", 164: "setresuid", 165: "getresuid", 170: "setresgid", 171: "getresgid", 182: "chown",
	187: "sendfile", 193: "truncate", 194: "ftruncate", 268: "statfs", 269: "fstatfs", 272: "fadvise64",
	403: "clock_gettime", 404: "clock_settime", 405: "clock_adjtime", 406: "clock_getres",
	407: "clock_nanosleep", 408: "timer_gettime", 409: "timer_settime", 410: "timerfd_gettime",
	411: "timerfd_settime", 412: "utimensat", 413: "pselect6", 414: "ppoll", 416: "io_pgetevents",
	417: "recvmmsg", 418: "mq_timedsend", 419: "mq_timedreceive", 421: "rt_sigtimedwait", 422: "futex",
	423: "sched_rr_get_interval",
}
