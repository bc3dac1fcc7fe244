//go:build lab

package e2e

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
		},
	},
	{
		event: "sched_process_exit", command: "dash -c 'exit 3' || :",
		args: map[string]string{"exit_code": `768`, "process_group_exit": `true`},
	},
	{
		event: "security_bprm_check", command: "/usr/bin/true",
		args: map[string]string{
			"pathname": `"/usr/bin/true"`, "dev": `$dev /usr/bin/true`, "inode": `$stat -c %i /usr/bin/true`, "returnValue": "0",
		},
	},
}
