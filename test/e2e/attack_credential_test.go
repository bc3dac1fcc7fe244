//go:build lab

package e2e

// shadow is what the machine's /etc/shadow says; its userland has none.
const shadow = `printf 'root:$y$x:19000::::::\n' >/etc/shadow; chmod 640 /etc/shadow`

// What is secret, and is read or guessed.
var credentialAttacks = []performance{
	{
		name: "password hashes", prepare: shadow, command: "cat /etc/shadow",
		finds: []string{`TH-5 /usr/bin/cat {"file":"/etc/shadow","program":"/usr/bin/cat"}`},
	},
	{
		name: "password hashes by another way", command: "ln -s ../proc/self/root/etc/shadow /tmp/notes; cat /tmp/notes",
		finds: []string{`TH-5 /usr/bin/cat {"file":"/etc/shadow","program":"/usr/bin/cat"}`},
	},
	{
		name: "password hashes by another name", command: "ln /etc/shadow /etc/notes; cat /etc/notes; rm /etc/notes",
		finds: []string{`TH-5 /usr/bin/ln {"file":"/etc/shadow","linked as":"/etc/notes"}`},
	},
	{
		name: "password hashes through io_uring", in: container, command: "uring print /etc/shadow",
		finds: []string{
			`TH-5 /usr/local/bin/uring {"file":"/etc/shadow","program":"/usr/local/bin/uring"}`,
			`TH-11 /usr/local/bin/uring {"operation":"IORING_OP_OPENAT","program":"/usr/local/bin/uring"}`,
		},
	},
	{
		name: "password hashes below another mount", command: "mkdir /root/m; mount --bind /etc /root/m; cat /root/m/shadow; umount /root/m", missed: "TH-5",
	},
	{
		name: "keys of Kubernetes by another name", command: "ln /etc/kubernetes/pki/ca.key /root/notes; cat /root/notes",
		finds: []string{`TRC-10 /usr/bin/ln {"file":"/etc/kubernetes/pki/ca.key"}`},
	},
	{
		name: "keys of Kubernetes", prepare: "mkdir -p /etc/kubernetes/pki; echo key >/etc/kubernetes/pki/ca.key", command: "cat /etc/kubernetes/pki/ca.key",
		finds: []string{`TRC-10 /usr/bin/cat {"file":"/etc/kubernetes/pki/ca.key"}`},
	},
	{
		name: "keys of Kubernetes are moved", prepare: "echo key >/etc/kubernetes/pki/sa.key", command: "mv /etc/kubernetes/pki/sa.key /etc/kubernetes/key",
		finds: []string{`TRC-10 /usr/bin/mv {"file":"/etc/kubernetes/pki/sa.key"}`},
	},
	{
		name: "keys of Kubernetes by what calls itself kubelet", prepare: "cp /usr/bin/cat /tmp/kubelet", command: "/tmp/kubelet /etc/kubernetes/pki/ca.key",
		finds: []string{`TRC-10 /tmp/kubelet {"file":"/etc/kubernetes/pki/ca.key"}`},
	},
	{
		name: "token of the service account", in: container,
		command: `d=/run/secrets/kubernetes.io/serviceaccount; mkdir -p $d/..2026_01_01; echo t >$d/..2026_01_01/token
ln -s ..2026_01_01 $d/..data; ln -s ..data/token $d/token; cat $d/token`,
		finds: []string{`TRC-8 /usr/bin/cat {"file":"/run/secrets/kubernetes.io/serviceaccount/..2026_01_01/token"}`},
	},
	{
		name: "cloud's metadata", in: container, command: "ip addr add 169.254.169.254/32 dev lo; nc -w 1 169.254.169.254 80 || :",
		finds: []string{`TH-14 /usr/bin/nc.openbsd {"service":"169.254.169.254:80"}`},
	},
	{
		name: "cloud's metadata by IPv6", in: container,
		command: `python3 -c 'import socket; socket.socket(socket.AF_INET6).connect(("::ffff:169.254.169.254", 80))' || :`,
		finds:   []string{`TH-14 /usr/bin/python3.11 {"service":"[::ffff:169.254.169.254]:80"}`},
	},
	{
		name: "passwords are guessed",
		prepare: `echo 'auth required pam_deny.so' >/etc/pam.d/other; printf 'auth required pam_unix.so nodelay\naccount required pam_permit.so\n' >/etc/pam.d/su; chmod u+s /usr/bin/su
printf 'mallory:x:1000:1000::/:/bin/sh\n' >>/etc/passwd`,
		command: "for p in a b c d e f; do echo $p | setpriv --reuid 1000 --regid 1000 --clear-groups su root -c true || :; done",
		finds:   []string{`TH-7 /usr/bin/su {"count":5,"since":"<time>"}`},
	},
	{
		name: "address space layout", command: "cat /proc/sys/kernel/randomize_va_space",
		finds: []string{`TRC-109 /usr/bin/cat null`},
	},
	{
		name: "address space layout through sysctl", command: "sysctl kernel.randomize_va_space",
		finds: []string{`TRC-109 /usr/sbin/sysctl null`},
	},
}
