//go:build lab

package e2e

// What is put into other processes and the kernel, and what is read from them.
var injectionAttacks = []performance{
	{
		name: "ptrace writes", command: "asleep; fact pid $asleep; inject poke $asleep; awake || :",
		finds: []string{`TRC-103 /usr/local/bin/inject {"request":"PTRACE_POKETEXT","target":<pid>}`},
	},
	{
		name: "ptrace changes registers", command: "asleep; fact pid $asleep; inject registers $asleep; awake || :",
		finds: []string{`TRC-103 /usr/local/bin/inject {"request":"PTRACE_POKEUSER","target":<pid>}`},
	},
	{
		name: "process_vm_writev", command: "asleep; fact pid $asleep; inject vm $asleep; awake || :",
		finds: []string{`TRC-1025 /usr/local/bin/inject {"bytes":4,"target":<pid>}`},
	},
	{
		name: "/proc/PID/mem", command: "asleep; fact pid $asleep; inject mem $asleep; awake || :",
		finds: []string{
			`TRC-1023 /usr/local/bin/inject {"file":"/proc/<pid>/mem"}`,
			`TRC-1024 /usr/local/bin/inject {"file":"/proc/<pid>/mem","flags":"O_RDWR|O_LARGEFILE"}`,
		},
	},
	{
		name: "/proc/PID/mem is read", command: "asleep; fact pid $asleep; head -c 1 /proc/$asleep/mem || :; awake || :",
		finds: []string{`TRC-1023 /usr/bin/head {"file":"/proc/<pid>/mem"}`},
	},
	{
		name: "/proc/PID/mem of another mount", prepare: "mkdir /tmp/proc; mount -t proc proc /tmp/proc",
		command: "asleep; fact pid $asleep; head -c 1 /tmp/proc/$asleep/mem || :; awake || :",
		finds:   []string{`TRC-1023 /usr/bin/head {"file":"/tmp/proc/<pid>/mem"}`},
	},
	{
		name: "module from a file", command: "insmod /e2e/hostile.ko",
		finds: []string{`TRC-6 /usr/bin/kmod {"from":"/e2e/hostile.ko"}`},
	},
	{
		name: "module from memory", prepare: "sed s/hostile/hostil2/g /e2e/hostile.ko >/root/hostil2.ko", command: "inject module /root/hostil2.ko",
		finds: []string{`TRC-6 /usr/local/bin/inject {"from":"memory"}`},
	},
	{
		name: "BPF program", command: "probe raw sched_switch",
		finds: []string{`TH-10 /usr/local/bin/probe {"program":"/usr/local/bin/probe"}`},
	},
}
