//go:build lab

package e2e

// releaseAgent mounts an old hierarchy, as a privileged container can.
const releaseAgent = "mkdir /tmp/c; mount -t cgroup -o rdma x /tmp/c; mkdir /tmp/c/x; "

// What leads from a container to the host.
var escapeAttacks = []performance{
	{
		name: "release_agent", in: container, command: releaseAgent + "echo 1 >/tmp/c/x/notify_on_release; echo /bin/true >/tmp/c/release_agent; sh -c 'echo $$ >/tmp/c/x/cgroup.procs'; rmdir /tmp/c/x",
		finds: []string{
			`TRC-106 /usr/bin/dash {"file":"/tmp/c/x/notify_on_release"}`,
			`TRC-14 /usr/bin/dash {"file":"/tmp/c/release_agent","flags":"O_WRONLY|O_LARGEFILE|O_CREAT|O_TRUNC"}`,
		},
	},
	{
		name: "core_pattern", in: container,
		command: `echo '|/bin/true' >/proc/sys/kernel/core_pattern; sh -c 'kill -SEGV $$' || :; echo core >/proc/sys/kernel/core_pattern`,
		finds: []string{
			`TRC-1011 /usr/bin/dash {"file":"/proc/sys/kernel/core_pattern"}`,
			`TRC-1011 /usr/bin/dash {"file":"/proc/sys/kernel/core_pattern"}`,
		},
	},
	{
		name: "core_pattern of another mount", in: container, command: "mkdir /tmp/p; mount -t proc p /tmp/p; echo core >/tmp/p/sys/kernel/core_pattern",
		finds: []string{`TRC-1011 /usr/bin/dash {"file":"/tmp/p/sys/kernel/core_pattern"}`},
	},
	{
		name: "device of the host", in: container, command: "mknod /dev/disk b 259 0; mount -r -t ext4 /dev/disk /root || :",
		finds: []string{`TRC-11 /usr/bin/mount {"device":"/dev/disk","path":"/root"}`},
	},
	{
		name: "device of the host under another name", in: container, command: "mknod /root/x b 259 0; mount -r -t ext4 /root/x /root || :",
		finds: []string{`TRC-11 /usr/bin/mount {"device":"/root/x","path":"/root"}`},
	},
	{
		name: "host's files in a volume: cron", in: volume("/", "/host"), command: "echo '* * * * * root true' >/host/etc/cron.d/volume",
		finds: []string{`TRC-1027 /usr/bin/dash {"file":"/host/etc/cron.d/volume"}`},
	},
	{
		name: "host's files in a volume: passwords", in: volume("/", "/host"), prepare: shadow, command: "cat /host/etc/shadow",
		finds: []string{`TH-5 /usr/bin/cat {"file":"/host/etc/shadow","program":"/usr/bin/cat"}`},
	},
	{
		name: "host's files in a volume: ssh key", in: volume("/", "/host"), command: "echo key >>/host/root/.ssh/authorized_keys",
		finds: []string{`TH-8 /usr/bin/dash {"file":"/host/root/.ssh/authorized_keys"}`},
	},
	{
		name: "socket of the engine", in: volume("/run/docker.sock", "/run/docker.sock"), prepare: "socat UNIX-LISTEN:/run/docker.sock,fork /dev/null & until_true test -S /run/docker.sock",
		command: "echo | nc -N -U /run/docker.sock",
		finds:   []string{`TRC-1019 /usr/bin/nc.openbsd {"socket":"/run/docker.sock"}`},
	},
	{
		name: "socket of the engine under another name", in: volume("/run/docker.sock", "/run/x.sock"), missed: "TRC-1019", command: "echo | nc -N -U /run/x.sock",
	},
	{
		name: "release_agent as an option", in: container, missed: "TRC-14",
		command: "mkdir /tmp/c; mount -t cgroup -o none,name=evil,release_agent=/bin/true x /tmp/c; umount /tmp/c",
	},
	{
		name: "host's files by their handle", in: volume("/etc/hostname", "/volume"), prepare: shadow + "; echo lab >/etc/hostname", command: "attack by-handle /volume etc/shadow",
		finds: []string{
			`TH-12 /usr/local/bin/attack {"flags":"O_RDONLY|O_DIRECTORY"}`,
			`TH-5 /usr/local/bin/attack {"file":"/etc/shadow","program":"/usr/local/bin/attack"}`,
		},
	},
	{
		name: "kernel's memory", in: container, command: "head -c 64 /proc/kcore >/dev/null",
		finds: []string{`TRC-1021 /usr/bin/head {"file":"/proc/kcore"}`},
	},
	{
		name: "sysrq", in: container, command: "echo 1 >/proc/sys/kernel/sysrq; echo h >/proc/sysrq-trigger",
		finds: []string{
			`TRC-1031 /usr/bin/dash {"file":"/proc/sys/kernel/sysrq"}`,
			`TRC-1031 /usr/bin/dash {"file":"/proc/sysrq-trigger"}`,
		},
	},
	{
		name: "nsenter", in: hostPID, command: "nsenter -t 1 -m true",
		finds: []string{`TH-12 /usr/bin/nsenter {"namespace":"CLONE_NEWNS"}`},
	},
	{
		name: "chroot to the host", in: hostPID, command: "chroot /proc/1/root true",
		finds: []string{`TH-12 /usr/sbin/chroot {"root":"/proc/1/root"}`},
	},
}
