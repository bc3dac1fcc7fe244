package stream

import (
	"fmt"

	"github.com/tracehound/tracehound/pkg/event"
)

// shape is one sort of event.
type shape struct {
	name   string
	weight int
	args   func(n *node, e *event.Event) map[string]any
}

// attack is what TRC-2 finds, alone of all, and each time.
var attack = shape{"ptrace", 1, func(*node, *event.Event) map[string]any {
	return map[string]any{"request": 0, "pid": 0, "addr": 0, "data": 0} // PTRACE_TRACEME
}}

// selected are what the shipped signatures ask for, and find nothing in: much is
// by one condition only no finding.
var selected = []shape{
	{"security_file_open", 48, fileOpen},
	{"sched_process_exec", 9, processExec},
	{"sched_process_exit", 9, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"exit_code": n.rand.IntN(2) * 256, "process_group_exit": true}
	}},
	{"security_socket_connect", 10, socketConnect},
	{"security_bprm_check", 9, func(n *node, e *event.Event) map[string]any {
		return map[string]any{"pathname": e.Executable, "dev": 271581185, "inode": 131000 + n.rand.IntN(4000)}
	}},
	{"socket_dup", 3, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"oldfd": 9 + n.rand.IntN(40), "newfd": 60 + n.rand.IntN(40), "remote_addr": n.peer()}
	}},
	{"magic_write", 3, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{
			"pathname": "/var/lib/data/segments/" + n.hex(16) + ".idx", "bytes": []byte("\x7fIDX\x02\x01\x01\x00segment index of "),
			"dev": 271581185, "inode": 131000 + n.rand.IntN(4000),
		}
	}},
	{"security_inode_rename", 3, func(n *node, _ *event.Event) map[string]any {
		file := "/var/lib/data/segments/" + n.hex(16)
		return map[string]any{"old_path": file + ".tmp", "new_path": file + ".idx"}
	}},
	{"chmod_common", 2, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"pathname": "/srv/uploads/" + n.hex(12) + ".pdf", "mode": 0o640}
	}},
	{"setns", 1, func(_ *node, e *event.Event) map[string]any {
		e.ReturnValue = -1                                   // EPERM
		return map[string]any{"fd": 7, "nstype": 0x40000000} // CLONE_NEWNET
	}},
	{"security_bpf", 1, func(n *node, _ *event.Event) map[string]any { return map[string]any{"cmd": 1 + n.rand.IntN(3)} }},
	{"ptrace", 1, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"request": 24, "pid": 4000 + n.rand.IntN(90), "addr": 0, "data": 0} // PTRACE_SYSCALL
	}},
}

// unselected are calls that no shipped signature asks for.
var unselected = []shape{
	{"openat", 20, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"dirfd": -100, "pathname": n.file(), "flags": 0x80000, "mode": 0}
	}},
	{"read", 18, readWrite},
	{"write", 14, readWrite},
	{"close", 16, func(n *node, _ *event.Event) map[string]any { return map[string]any{"fd": 3 + n.rand.IntN(60)} }},
	{"newfstatat", 10, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"dirfd": -100, "pathname": n.file(), "statbuf": 0x7ffc3fd21a40, "flags": 0}
	}},
	{"mmap", 8, func(n *node, _ *event.Event) map[string]any {
		return map[string]any{"addr": 0, "length": 4096 << n.rand.IntN(8), "prot": 1, "flags": 2, "fd": 3, "off": 0}
	}},
	{"futex", 10, func(*node, *event.Event) map[string]any {
		return map[string]any{"uaddr": 0x7f1ac0de1000, "futex_op": 129, "val": 1, "timeout": 0, "uaddr2": 0, "val3": 0}
	}},
	{"epoll_wait", 4, func(*node, *event.Event) map[string]any {
		return map[string]any{"epfd": 5, "events": 0x7f1ac0de2000, "maxevents": 1024, "timeout": 250}
	}},
}

func readWrite(n *node, _ *event.Event) map[string]any {
	return map[string]any{"fd": 3 + n.rand.IntN(60), "buf": 0x7f1ac0de4000, "count": 1 << n.rand.IntN(16)}
}

// files are what programs open; some lie next to what signatures watch.
var files = []string{
	"/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libssl.so.3", "/etc/ld.so.cache", "/etc/passwd", "/etc/nsswitch.conf", "/etc/resolv.conf",
	"/etc/ssl/certs/ca-certificates.crt", "/proc/self/stat", "/proc/meminfo", "/proc/sys/kernel/osrelease", "/sys/fs/cgroup/cpu.max", "/usr/share/zoneinfo/UTC",
	"/app/node_modules/express/lib/router/index.js", "/app/config/production.json", "/var/log/nginx/access.log", "/var/lib/postgresql/15/main/base/16384/2619",
	"/home/app/.cache/pip/selfcheck.json", "/srv/www/static/css/site.css", "/etc/crypto-policies/config", "/etc/shells",
}

func (n *node) file() string { return files[n.rand.IntN(len(files))] }

func fileOpen(n *node, _ *event.Event) map[string]any {
	file := n.file()
	return map[string]any{
		"pathname": file, "flags": 0x8000, "dev": 271581185, "inode": 131000 + n.rand.IntN(4000),
		"ctime": 1_780_000_000_000_000_000 + n.rand.IntN(1e9), "syscall_pathname": file,
	}
}

var commands = [][]string{
	{"/usr/bin/pg_isready", "-h", "localhost", "-p", "5432", "-U", "app"},
	{"/usr/local/bin/node", "--max-old-space-size=512", "/app/server.js", "--port=8080"},
	{"/usr/bin/curl", "-fsS", "http://localhost:8080/healthz"},
	{"/usr/bin/sh", "-c", "test -f /var/run/app.pid && kill -0 $(cat /var/run/app.pid)"},
	{"/usr/bin/sleep", "5"},
}

func processExec(n *node, _ *event.Event) map[string]any {
	argv := commands[n.rand.IntN(len(commands))]
	return map[string]any{
		"cmdpath": argv[0], "pathname": argv[0], "argv": argv, "dev": 271581185, "inode": 131000 + n.rand.IntN(4000), "invoked_from_kernel": 0,
		"ctime": 1_780_000_000_000_000_000 + n.rand.IntN(1e9), "stdin_type": 0o020666, "inode_mode": 0o100755, "interp": argv[0],
		"interpreter_pathname": "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "interpreter_dev": 271581185, "interpreter_inode": 131545,
	}
}

func (n *node) peer() event.Sockaddr {
	return event.Sockaddr{Family: "AF_INET", Addr: fmt.Sprintf("10.%d.%d.%d", n.rand.IntN(4), n.rand.IntN(200), 1+n.rand.IntN(250)), Port: uint16(5000 + n.rand.IntN(4))}
}

func socketConnect(n *node, _ *event.Event) map[string]any {
	return map[string]any{"sockfd": 11 + n.rand.IntN(50), "remote_addr": n.peer()}
}
