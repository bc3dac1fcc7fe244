//go:build lab

package e2e

// What a container does to itself, or only has to be a container for.
var containerAttacks = []performance{
	{
		name: "drift", in: container, command: "cp /usr/bin/true /root/payload; /root/payload",
		finds: []string{
			`TRC-9 /usr/bin/cp {"file path":"/root/payload"}`,
			`TH-1 /root/payload {"file":"/root/payload","written as":"/root/payload","written by":"/usr/bin/cp"}`,
		},
	},
	{
		name: "drift under another name", in: container, command: "cp /usr/bin/true /root/payload; mv /root/payload /root/other; /root/other",
		finds: []string{
			`TRC-9 /usr/bin/cp {"file path":"/root/payload"}`,
			`TH-1 /root/other {"file":"/root/other","written as":"/root/payload","written by":"/usr/bin/cp"}`,
		},
	},
	{
		name: "drift of a program of the image", in: container, command: "echo >>/usr/bin/true; /usr/bin/true",
		finds: []string{
			`TH-4 /usr/bin/dash {"file":"/usr/bin/true"}`,
			`TH-1 /usr/bin/true {"file":"/usr/bin/true","written as":"/usr/bin/true","written by":"/usr/bin/dash"}`,
		},
	},
	{
		name: "drift by a script", in: container, command: `printf '#!/bin/sh\n:\n' >/root/script; chmod +x /root/script; /root/script`,
		finds: []string{`TH-1 /usr/bin/dash {"file":"/root/script","written as":"/root/script","written by":"/usr/bin/dash"}`},
	},
	{
		name: "dropped library", in: container, command: "cp $(readlink -f /lib64/ld-linux-x86-64.so.2) /root/evil.so",
		finds: []string{`TRC-9 /usr/bin/cp {"file path":"/root/evil.so"}`},
	},
	{
		name: "dropped byte by byte", in: container, missed: "TRC-9",
		command: "head -c 1 /usr/bin/true >/root/x; tail -c +2 /usr/bin/true >>/root/x",
	},
	{
		name: "drift through a layer of memory", in: container, command: "mount -t tmpfs x /root; cp /usr/bin/true /root/x; /root/x",
		finds: []string{
			`TRC-9 /usr/bin/cp {"file path":"/root/x"}`,
			`TH-1 /root/x {"file":"/root/x","written as":"/root/x","written by":"/usr/bin/cp"}`,
		},
	},
	{
		name: "Kubernetes API", in: container,
		command: "ip addr add 10.96.0.1/32 dev lo; KUBERNETES_SERVICE_HOST=10.96.0.1 nc -w 1 10.96.0.1 443 || :",
		finds:   []string{`TRC-13 /usr/bin/nc.openbsd {"ip":"10.96.0.1"}`},
	},
	{
		name: "Kubernetes API after a program was told another", in: container,
		command: "ip addr add 10.96.0.1/32 dev lo; export KUBERNETES_SERVICE_HOST=10.96.0.1; /usr/bin/true; KUBERNETES_SERVICE_HOST=192.0.2.1 nc -w 1 10.96.0.1 443 || :",
		finds:   []string{`TRC-13 /usr/bin/nc.openbsd {"ip":"10.96.0.1"}`},
	},
	{
		name: "io_uring", in: container, command: "uring files",
		finds: []string{`TH-11 /usr/local/bin/uring {"operation":"IORING_OP_OPENAT","program":"/usr/local/bin/uring"}`},
	},
	{
		name: "scheduler's debug file", in: container,
		command: "mount -t debugfs d /sys/kernel/debug; f=/sys/kernel/debug/sched/debug; [ -e $f ] || f=/proc/sched_debug; fact file $f; head -c 1 $f",
		finds:   []string{`TRC-1029 /usr/bin/head {"file":"<file>"}`},
	},
}
