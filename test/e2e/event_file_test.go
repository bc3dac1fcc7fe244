//go:build lab

package e2e

var fileCases = []emitted{
	{
		event: "security_file_open", command: "echo x >opened",
		args: map[string]string{
			"pathname": `"/e2e/out/opened"`, "syscall_pathname": `"opened"`, "flags": `"O_WRONLY|O_LARGEFILE|O_CREAT|O_TRUNC"`,
			"dev": `$dev opened`, "inode": `$stat -c %i opened`, "ctime": `~[0-9]{19}`, "returnValue": "0",
		},
	},
	{
		event: "security_inode_unlink", command: "echo x >/root/gone; rm /root/gone",
		args: map[string]string{"pathname": `"/root/gone"`, "returnValue": "0"},
	},
}
