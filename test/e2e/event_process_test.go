//go:build lab

package e2e

// linker is the dynamic linker of the machine's programs.
const linker = `$readlink -f /lib64/ld-linux-x86-64.so.2`

var processCases = []emitted{
	{
		event: "sched_process_fork", command: `(:)`,
		args: map[string]string{
			"parent_tid": ".hostThreadId", "parent_ns_tid": ".threadId", "parent_pid": ".hostProcessId", "parent_ns_pid": ".processId",
			"child_tid": `~[0-9]+`, "child_ns_tid": `~[0-9]+`, "child_pid": `~[0-9]+`, "child_ns_pid": `~[0-9]+`, "start_time": `~[0-9]+`,
		},
	},
	{
		event: "sched_process_exec", command: "ln /usr/bin/true marked; ./marked one two </dev/null",
		args: map[string]string{
			"cmdpath": `"./marked"`, "pathname": `"/e2e/out/marked"`, "interp": `"./marked"`,
			"argv": `["./marked","one","two"]`, "invoked_from_kernel": `0`,
			"dev": `$dev marked`, "inode": `$stat -c %i marked`, "ctime": `$ctime marked`,
			"inode_mode": `$mode marked`, "stdin_type": `$mode /dev/null`,
			"interpreter_pathname": linker, "interpreter_dev": `$dev $(readlink -f /lib64/ld-linux-x86-64.so.2)`,
			"interpreter_inode": `$stat -Lc %i /lib64/ld-linux-x86-64.so.2`,
		},
	},
	{
		// A script, whose interpreter is what runs and needs a linker again.
		event: "sched_process_exec", command: `printf '#!/usr/bin/env true\n' >script; chmod 700 script; ./script one <&-`,
		args: map[string]string{
			"cmdpath": `"./script"`, "pathname": `$printf '"%s"' $(readlink -f /usr/bin/env)`, "interp": `"/usr/bin/env"`,
			"argv": `["/usr/bin/env","true","./script","one"]`, "invoked_from_kernel": `0`,
			"dev": `$dev /usr/bin/env`, "inode": `$stat -c %i /usr/bin/env`, "ctime": `$ctime /usr/bin/env`,
			"inode_mode": `$mode /usr/bin/env`, "stdin_type": `"0"`,
			"interpreter_pathname": linker, "interpreter_dev": `$dev $(readlink -f /lib64/ld-linux-x86-64.so.2)`,
			"interpreter_inode": `$stat -Lc %i /lib64/ld-linux-x86-64.so.2`,
		},
	},
	{
		// A program that is linked statically.
		event: "sched_process_exec", command: "process 2>process.err </dev/null || :",
		args: map[string]string{
			"cmdpath": `"/usr/local/bin/process"`, "pathname": `"/usr/local/bin/process"`, "interp": `"/usr/local/bin/process"`,
			"argv": `["process"]`, "invoked_from_kernel": `0`,
			"dev": `$dev /usr/local/bin/process`, "inode": `$stat -c %i /usr/local/bin/process`, "ctime": `$ctime /usr/local/bin/process`,
			"inode_mode": `$mode /usr/local/bin/process`, "stdin_type": `$mode /dev/null`,
		},
		absent: []string{"interpreter_pathname", "interpreter_dev", "interpreter_inode"},
	},
	{
		event: "sched_process_exit", command: "dash -c 'exit 3' || :",
		args: map[string]string{"exit_code": `768`, "process_group_exit": `true`},
	},
	{
		event: "sys_enter", command: "nice >nice",
		args: map[string]string{"syscall": `"getpriority"`},
	},
	{
		event: "sys_exit", command: "nice >nice",
		args: map[string]string{"syscall": `"getpriority"`, "returnValue": "20"},
	},
	{
		event: "sys_enter", command: "calls32",
		args: map[string]string{"syscall": `"socketcall"`, "abi": `"i386"`, "processName": `"calls32"`},
	},
	{
		event: "sys_exit", command: "calls32",
		args: map[string]string{"syscall": `"open"`, "abi": `"i386"`, "returnValue": "-2"},
	},
	{
		// A processor that has nothing else to do runs its idle task then.
		event: "sched_switch", command: "for i in 1 2 3 4 5; do taskset -c 0 sleep 0.1; done",
		args: map[string]string{
			"processName": `"sleep"`, "cpu": ".processorId", "prev_tid": ".hostThreadId", "prev_comm": ".processName",
			"next_tid": "0", "next_comm": `"swapper/0"`,
		},
	},
	{
		event: "do_exit", command: "dash -c 'exit 3' || :",
		args: map[string]string{"processName": `"dash"`, "returnValue": "768"},
	},
	{
		event: "cap_capable", command: "chroot / true",
		args: map[string]string{"cap": `"CAP_SYS_CHROOT"`, "syscall": `"chroot"`, "returnValue": "0"},
	},
	{
		event: "cap_capable", command: "setpriv --reuid 1234 --clear-groups chroot / true 2>chroot.err || :",
		args: map[string]string{"cap": `"CAP_SYS_CHROOT"`, "syscall": `"chroot"`, "userId": "1234", "returnValue": "-1"},
	},
	{
		event: "commit_creds", command: "process become 1234 4321",
		args: map[string]string{
			"old_cred": "$cred 0 4321 $(capabilities)", "new_cred": "$cred 1234 4321 0", "syscall": `"setresuid"`, "returnValue": "0",
		},
	},
	{
		event: "switch_task_ns",
		command: `unshare --fork --mount --uts --ipc --net --pid --cgroup sh -c '
			for kind in mnt pid uts ipc net cgroup; do readlink /proc/self/ns/$kind | tr -dc 0-9 >in.$kind; done'`,
		args: map[string]string{
			"pid": ".hostThreadId", "new_mnt": "$cat in.mnt", "new_pid": "$cat in.pid", "new_uts": "$cat in.uts",
			"new_ipc": "$cat in.ipc", "new_net": "$cat in.net", "new_cgroup": "$cat in.cgroup", "returnValue": "0",
		},
	},
	{
		event: "switch_task_ns", command: "unshare --uts readlink /proc/self/ns/uts | tr -dc 0-9 >in.uts",
		args:   map[string]string{"pid": ".hostThreadId", "new_uts": "$cat in.uts"},
		absent: []string{"new_mnt", "new_pid", "new_ipc", "new_net", "new_cgroup"},
	},
	{
		event: "call_usermodehelper", command: "ip link add type none-such 2>link.err || :",
		args: map[string]string{
			"pathname": "$cat /proc/sys/kernel/modprobe", "argv": `$printf '["%s","-q","--","rtnl-link-none-such"]' $(cat /proc/sys/kernel/modprobe)`,
			"envp": `["HOME=/","TERM=linux","PATH=/sbin:/usr/sbin:/bin:/usr/bin"]`, "wait": `"UMH_WAIT_PROC|UMH_KILLABLE"`, "returnValue": "0",
		},
	},
	{
		event: "call_usermodehelper",
		command: `pattern=$(cat /proc/sys/kernel/core_pattern); echo '|/usr/bin/true core %s' >/proc/sys/kernel/core_pattern
			dash -c 'kill -SEGV $$' || :; echo "$pattern" >/proc/sys/kernel/core_pattern`,
		args:   map[string]string{"pathname": `"/usr/bin/true"`, "argv": `["/usr/bin/true","core","11"]`, "wait": `"UMH_WAIT_EXEC"`},
		absent: []string{"envp"},
	},
	{
		event: "load_elf_phdrs", command: "/usr/bin/true",
		args: map[string]string{"pathname": `"/usr/bin/true"`, "dev": `$dev /usr/bin/true`, "inode": `$stat -c %i /usr/bin/true`},
	},
	{
		event: "load_elf_phdrs", command: "/usr/bin/true",
		args: map[string]string{
			"pathname": linker, "dev": `$dev $(readlink -f /lib64/ld-linux-x86-64.so.2)`, "inode": `$stat -Lc %i /lib64/ld-linux-x86-64.so.2`,
		},
	},
	{
		event: "task_rename", command: "dash -c 'printf a-name-that-is-too-long >/proc/self/comm'",
		args: map[string]string{"old_name": `"dash"`, "new_name": `"a-name-that-is-"`, "syscall": `"write"`, "returnValue": "0"},
	},
	{
		event: "init_namespaces", command: ":", // it is told as the tracer starts
		args: map[string]string{
			"cgroup": "$ns cgroup 1", "ipc": "$ns ipc 1", "mnt": "$ns mnt 1", "net": "$ns net 1", "pid": "$ns pid 1",
			"pid_for_children": "$ns pid_for_children 1", "time": "$ns time 1", "time_for_children": "$ns time_for_children 1",
			"user": "$ns user 1", "uts": "$ns uts 1", "returnValue": "0",
		},
	},
	{
		event: "process_execute_failed", command: "echo no-program >bad; chmod 710 bad; env ./bad one </dev/null 2>bad.err || :",
		args: map[string]string{
			"cmdpath": `"./bad"`, "pathname": `"/e2e/out/bad"`, "argv": `["./bad","one"]`, "dev": `$dev bad`, "inode": `$stat -c %i bad`,
			"invoked_from_kernel": "0", "ctime": `$ctime bad`, "stdin_type": `$mode /dev/null`, "inode_mode": `$mode bad`,
			"interp": `"./bad"`, "returnValue": "-8",
		},
	},
	{
		event: "process_execute_failed", command: "echo '#!/none/such' >worse; chmod 700 worse; env ./worse </dev/null 2>worse.err || :",
		args: map[string]string{
			"cmdpath": `"./worse"`, "pathname": `"/e2e/out/worse"`, "argv": `["./worse"]`, "dev": `$dev worse`, "inode": `$stat -c %i worse`,
			"invoked_from_kernel": "0", "ctime": `$ctime worse`, "stdin_type": `$mode /dev/null`, "inode_mode": `$mode worse`,
			"interp": `"/none/such"`, "returnValue": "-2",
		},
	},
	{
		event: "security_task_kill", command: "asleep; awake",
		args: map[string]string{
			"target_pid": `$echo $asleep`, "target_tid": `$echo $asleep`, "target_comm": `"sleep"`, "sig": `"SIGTERM"`, "returnValue": "0",
		},
	},
	{
		event: "security_ptrace_access_check", command: "readlink /proc/1/exe >exe",
		args: map[string]string{
			"processName": `"readlink"`, "target_pid": "1", "target_tid": "1", "target_comm": `$cat /proc/1/comm`,
			"mode": `"PTRACE_MODE_READ|PTRACE_MODE_FSCREDS"`, "returnValue": "0",
		},
	},
	{
		// Yama refuses what ordinary permissions allow: the same user's process that is no child.
		event: "security_ptrace_access_check",
		command: `scope=$(cat /proc/sys/kernel/yama/ptrace_scope); echo 1 >/proc/sys/kernel/yama/ptrace_scope
			asleep setpriv --reuid 1234 --regid 1234 --clear-groups
			setpriv --reuid 1234 --regid 1234 --clear-groups process attach $asleep || die "the process can be traced"
			echo $scope >/proc/sys/kernel/yama/ptrace_scope; awake`,
		args: map[string]string{
			"target_pid": `$echo $asleep`, "target_tid": `$echo $asleep`, "target_comm": `"sleep"`,
			"mode": `"PTRACE_MODE_ATTACH|PTRACE_MODE_REALCREDS"`, "returnValue": "-1",
		},
	},
	{
		event: "do_sigaction", command: "process handle >handlers",
		args: map[string]string{
			"sig": `"SIGUSR1"`, "returnValue": "0",
			"is_sa_initialized": "true", "sa_flags": `"SA_SIGINFO|SA_RESTORER|SA_RESTART"`, "sa_mask": `"{SIGINT,SIGTERM}"`,
			"sa_handle_method": `"SIG_HND"`, "sa_handler": `$sed -n 's/after //p' handlers`,
			"is_old_sa_initialized": "true", "old_sa_flags": `"SA_RESTORER|SA_NODEFER"`, "old_sa_mask": `"{SIGHUP}"`,
			"old_sa_handle_method": `"SIG_HND"`, "old_sa_handler": `$sed -n 's/before //p' handlers`,
		},
	},
	{
		event: "do_sigaction", command: "process handle >handlers",
		args: map[string]string{
			"sig": `"SIGKILL"`, "returnValue": "-22",
			"is_sa_initialized": "true", "sa_flags": `"SA_RESTORER"`, "sa_mask": `"{}"`, "sa_handle_method": `"SIG_IGN"`, "sa_handler": `"0x0"`,
			"is_old_sa_initialized": "false",
		},
		absent: []string{"old_sa_flags", "old_sa_mask", "old_sa_handle_method", "old_sa_handler"},
	},
	{
		event: "security_bprm_check", command: "/usr/bin/true",
		args: map[string]string{
			"pathname": `"/usr/bin/true"`, "dev": `$dev /usr/bin/true`, "inode": `$stat -c %i /usr/bin/true`, "returnValue": "0",
		},
	},
}
