//go:build lab

package e2e

import (
	"testing"

	"github.com/tracehound/tracehound/test/lab"
)

// verdicts are what a security module refuses: the hook and the command that asks
// for it, as testdata/lib.sh has it, under the hook's name.
var verdicts = []emitted{
	{
		event: "security_inode_unlink", command: "echo x >kept; as inode_unlink rm -f kept",
		args: map[string]string{"pathname": `"/e2e/out/kept"`},
	},
	{
		event: "security_kernel_read_file", command: "echo no module >refused.ko; as kernel_read_file files module refused.ko",
		args: map[string]string{
			"pathname": `"/e2e/out/refused.ko"`, "dev": "$dev refused.ko", "inode": "$stat -c %i refused.ko", "ctime": "$ctime refused.ko",
			"type": `"kernel-module"`,
		},
	},
	{
		event: "security_kernel_post_read_file", command: "as kernel_post_read_file files module refused.ko",
		args: map[string]string{"pathname": `"/e2e/out/refused.ko"`, "size": "10", "type": `"kernel-module"`},
	},
	{
		event: "security_inode_mknod", command: "as inode_mknod mkfifo -m 640 nofifo",
		args: map[string]string{"file_name": `"/e2e/out/nofifo"`, "mode": `"010640"`, "dev": "0"},
	},
	{
		event: "security_inode_symlink", command: "as inode_symlink ln -s ../nowhere nopointer",
		args: map[string]string{"linkpath": `"/e2e/out/nopointer"`, "target": `"../nowhere"`},
	},
	{
		event: "security_inode_rename", command: "as inode_rename mv kept away",
		args: map[string]string{"old_path": `"/e2e/out/kept"`, "new_path": `"/e2e/out/away"`},
	},
	{
		event: "security_path_notify", command: "mkdir unwatched; as path_notify files inotify unwatched",
		args: map[string]string{
			"pathname": `"/e2e/out/unwatched"`, "dev": "$dev unwatched", "inode": "$stat -c %i unwatched",
			"mask": `"FAN_MODIFY|FAN_CREATE"`, "obj_type": `"inode"`,
		},
	},
	{
		event: "security_bpf", command: "as bpf probe map refused_map",
		args: map[string]string{"cmd": `"BPF_MAP_CREATE"`},
	},
	{
		event: "security_bpf_map", command: "as bpf_map probe map refused_map",
		args: map[string]string{"map_id": "~[0-9]+", "map_name": `"refused_map"`},
	},
	{
		event: "security_bprm_check", command: "as bprm_check_security env /usr/bin/true",
		args: map[string]string{"pathname": `"/usr/bin/true"`, "dev": `$dev /usr/bin/true`, "inode": `$stat -c %i /usr/bin/true`},
	},
	{
		event: "security_task_kill", command: "asleep; as task_kill /usr/bin/kill -TERM $asleep",
		args: map[string]string{
			"target_pid": `$echo $asleep`, "target_tid": `$echo $asleep`, "target_comm": `"sleep"`, "sig": `"SIGTERM"`,
		},
	},
	{
		event: "security_ptrace_access_check", command: "awake; as ptrace_access_check readlink /proc/1/exe",
		args: map[string]string{
			"target_pid": "1", "target_tid": "1", "target_comm": `$cat /proc/1/comm`, "mode": `"PTRACE_MODE_READ|PTRACE_MODE_FSCREDS"`,
		},
	},
	{
		event: "security_socket_create", command: "as socket_create net tcp 5201",
		args: map[string]string{"family": `"AF_INET"`, "type": `"SOCK_STREAM"`, "protocol": "6", "kern": "0"},
	},
	{
		event: "security_socket_setsockopt", command: "as socket_setsockopt net tcp 5203",
		args: map[string]string{"sockfd": "3", "level": `"SOL_SOCKET"`, "optname": `"SO_REUSEADDR"`, "local_addr": unnamed},
	},
	{
		event: "security_socket_bind", command: "as socket_bind net tcp 5205",
		args: map[string]string{"sockfd": "3", "local_addr": inet(5205)},
	},
	{
		event: "security_socket_listen", command: "as socket_listen net tcp 5207",
		args: map[string]string{"sockfd": "3", "local_addr": inet(5207), "backlog": "7"},
	},
	{
		event: "security_socket_connect", command: "as socket_connect net tcp 5209",
		args: map[string]string{"sockfd": "4", "remote_addr": inet(5209)},
	},
	{
		event: "security_socket_accept", command: "as socket_accept net tcp 5211",
		args: map[string]string{"sockfd": "3", "local_addr": inet(5211)},
	},
}

// What was tried and refused tells itself from what was done: the verdict is the
// event's returnValue, whichever security module gives it.
func TestRefusals(t *testing.T) {
	hooks := "inode_unlink kernel_read_file kernel_post_read_file inode_mknod inode_symlink inode_rename path_notify bpf bpf_map " +
		"bprm_check_security task_kill ptrace_access_check socket_create socket_setsockopt socket_bind socket_listen socket_connect socket_accept"
	for _, c := range verdicts {
		c.args["returnValue"] = "-1"
	}
	onKernels(t, func(t *testing.T, kernel string) {
		script := `
			others refuse ` + hooks + ` >refusing 2>refuse.err &
			until_true grep -q ready refusing
			` + rowsScript(verdicts)
		g := boot(t, kernel, script, func(m *lab.Machine) { m.Append = "lsm=capability,bpf" })
		all := g.events("all")
		g.clean("all", len(all))
		for i, c := range verdicts {
			t.Run(c.event, func(t *testing.T) { g.in(t).checkRow(i, c, all) })
		}
	})
}
