//go:build lab

package e2e

var fileCases = []emitted{
	{
		event: "vfs_write", command: "echo 12345 >written",
		args: map[string]string{
			"pathname": `"/e2e/out/written"`, "dev": "$dev written", "inode": "$stat -c %i written",
			"count": "6", "pos": "0", "returnValue": "6",
		},
	},
	{ // appended: where the data went, not where the file was opened
		event: "vfs_write", command: "echo 67 >>written",
		args: map[string]string{
			"pathname": `"/e2e/out/written"`, "dev": "$dev written", "inode": "$stat -c %i written",
			"count": "3", "pos": "6", "returnValue": "3",
		},
	},
	{
		event: "vfs_write", command: "files fifo pipe", absent: []string{"pos"},
		args: map[string]string{
			"pathname": `"/e2e/out/pipe"`, "dev": "$dev pipe", "inode": "$stat -c %i pipe", "count": "4", "returnValue": "4",
		},
	},
	{ // a write that fails
		event: "vfs_write", command: "echo 1234567 >/dev/full || true",
		args: map[string]string{
			"pathname": `"/dev/full"`, "dev": "$dev /dev/full", "inode": "$stat -c %i /dev/full",
			"count": "8", "pos": "0", "returnValue": "-28",
		},
	},
	{
		event: "vfs_writev", command: `python3 -c 'import os; os.writev(os.open("vector", os.O_CREAT | os.O_WRONLY), [b"abc", b"de"])'`,
		args: map[string]string{
			"pathname": `"/e2e/out/vector"`, "dev": "$dev vector", "inode": "$stat -c %i vector",
			"vlen": "2", "pos": "0", "returnValue": "5",
		},
	},
	{
		event: "__kernel_write",
		command: `echo /e2e/out/dumped >/proc/sys/kernel/core_pattern; echo 0 >/proc/sys/kernel/core_uses_pid
			(ulimit -c unlimited; sh -c 'kill -SEGV $$') || true`,
		args: map[string]string{
			"pathname": `"/e2e/out/dumped"`, "dev": "$dev dumped", "inode": "$stat -c %i dumped",
			"count": "64", "pos": "0", "returnValue": "64",
		},
	},
	{
		event: "magic_write", command: `echo 0123456789abcdefghijklmnopqrstuvwxyz >magic`,
		args: map[string]string{
			"pathname": `"/e2e/out/magic"`, "bytes": `"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="`, "dev": "$dev magic", "inode": "$stat -c %i magic", "returnValue": "37",
		},
	},
	{
		event: "magic_write", command: `python3 -c 'import os; os.writev(os.open("magic2", os.O_CREAT | os.O_WRONLY), [b"#!", b"/bin/sh"])'`,
		args: map[string]string{
			"pathname": `"/e2e/out/magic2"`, "bytes": `"IyEvYmluL3No"`, "dev": "$dev magic2", "inode": "$stat -c %i magic2", "returnValue": "9",
		},
	},
	{
		event: "magic_write", command: `cp magic magic3`,
		args: map[string]string{
			"pathname": `"/e2e/out/magic3"`, "bytes": `"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="`, "dev": "$dev magic3", "inode": "$stat -c %i magic3", "returnValue": "37", "processName": `"cp"`,
		},
	},
	{
		event: "magic_write", command: `busybox cp magic magic4`,
		args: map[string]string{
			"pathname": `"/e2e/out/magic4"`, "bytes": `"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="`, "dev": "$dev magic4", "inode": "$stat -c %i magic4", "returnValue": "37", "processName": `"busybox"`,
		},
	},
	{
		event: "magic_write", command: `python3 -c 'import os; r, w = os.pipe(); os.write(w, b"piped"); os.splice(r, os.open("magic5", os.O_CREAT | os.O_WRONLY), 5)' || files splice piped magic5`,
		args: map[string]string{
			"pathname": `"/e2e/out/magic5"`, "bytes": `"cGlwZWQ="`, "dev": "$dev magic5", "inode": "$stat -c %i magic5", "returnValue": "5",
		},
	},
	{
		event: "magic_write", command: `dd if=/dev/zero of=magic6 bs=4096 count=1 oflag=direct`,
		args: map[string]string{
			"pathname": `"/e2e/out/magic6"`, "bytes": `"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`, "dev": "$dev magic6", "inode": "$stat -c %i magic6", "returnValue": "4096",
		},
	},
	{
		event: "security_file_open", command: "echo x >opened",
		args: map[string]string{
			"pathname": `"/e2e/out/opened"`, "syscall_pathname": `"opened"`, "flags": `"O_WRONLY|O_LARGEFILE|O_CREAT|O_TRUNC"`,
			"dev": `$dev opened`, "inode": `$stat -c %i opened`, "ctime": `~[0-9]{19}`, "returnValue": "0", "syscall": `"openat"`,
		},
	},
	{
		event: "security_file_open", command: "cat opened",
		args: map[string]string{
			"pathname": `"/e2e/out/opened"`, "syscall_pathname": `"opened"`, "flags": `"O_RDONLY|O_LARGEFILE"`, "dev": "$dev opened",
			"inode": "$stat -c %i opened", "ctime": "$ctime opened", "returnValue": "0", "syscall": `"openat"`, "processName": `"cat"`,
		},
	},
	{
		event: "security_file_open", command: "calls32",
		args: map[string]string{
			"pathname": `"/etc/hostname"`, "flags": `"O_RDONLY"`, "dev": "$dev /etc/hostname", "inode": "$stat -c %i /etc/hostname",
			"ctime": "$ctime /etc/hostname", "returnValue": "0", "syscall": `"open"`, "abi": `"i386"`,
		},
		absent: []string{"syscall_pathname"},
	},
	{
		event: "security_inode_unlink", command: "echo x >/root/gone; rm /root/gone",
		args: map[string]string{"pathname": `"/root/gone"`, "returnValue": "0"},
	},
	{
		event: "security_sb_mount", command: "mkdir mounted && mount -t tmpfs -o nosuid,noexec nothing mounted",
		args: map[string]string{
			"dev_name": `"nothing"`, "path": `"/e2e/out/mounted"`, "type": `"tmpfs"`, "flags": `"MS_NOSUID|MS_NOEXEC"`, "returnValue": "0",
		},
	},
	{
		event: "security_sb_mount", command: "umount mounted; mount --make-private /", absent: []string{"type"},
		args: map[string]string{"dev_name": `"none"`, "path": `"/"`, "flags": `"MS_PRIVATE"`, "returnValue": "0"},
	},
	{
		event: "security_kernel_read_file", command: "echo no module >fake.ko; insmod ./fake.ko || true",
		args: map[string]string{
			"pathname": `"/e2e/out/fake.ko"`, "dev": "$dev fake.ko", "inode": "$stat -c %i fake.ko", "ctime": "$ctime fake.ko",
			"type": `"kernel-module"`, "returnValue": "0",
		},
	},
	{
		event: "security_kernel_post_read_file", command: "insmod ./fake.ko || true",
		args: map[string]string{"pathname": `"/e2e/out/fake.ko"`, "size": "10", "type": `"kernel-module"`, "returnValue": "0"},
	},
	{
		event: "security_inode_mknod", command: "mknod -m 640 zero b 7 258",
		args: map[string]string{
			"file_name": `"/e2e/out/zero"`, "mode": `"060640"`, "dev": "$echo $((7 << 20 | 258))", "returnValue": "0",
		},
	},
	{
		event: "security_inode_symlink", command: "ln -s ../nowhere pointer",
		args: map[string]string{"linkpath": `"/e2e/out/pointer"`, "target": `"../nowhere"`, "returnValue": "0"},
	},
	{
		event: "security_inode_rename", command: "echo x >before; mkdir behind; mv before behind/after",
		args: map[string]string{"old_path": `"/e2e/out/before"`, "new_path": `"/e2e/out/behind/after"`, "returnValue": "0"},
	},
	{ // within the file system: the hook is told no mount
		event: "security_inode_rename", command: "mount -t tmpfs none behind; echo x >behind/a; mv behind/a behind/b; umount behind",
		args: map[string]string{"old_path": `"/a"`, "new_path": `"/b"`, "returnValue": "0"},
	},
	{
		event: "security_path_rename", command: `mkdir apart; mount -t tmpfs none apart; echo x >apart/a; python3 -c 'import os; os.rename("apart/a", "apart/b")'; umount apart`,
		args: map[string]string{"old_path": `"/e2e/out/apart/a"`, "new_path": `"/e2e/out/apart/b"`, "flags": "0", "returnValue": "0"},
	},
	{
		event: "security_path_rename", command: "echo x >one; echo y >other; files exchange one other",
		args: map[string]string{"old_path": `"/e2e/out/one"`, "new_path": `"/e2e/out/other"`, "flags": `"RENAME_EXCHANGE"`, "returnValue": "0"},
	},
	{
		event: "security_path_rename", command: "files exchange one other",
		args: map[string]string{"old_path": `"/e2e/out/other"`, "new_path": `"/e2e/out/one"`, "flags": `"RENAME_EXCHANGE"`, "returnValue": "0"},
	},
	{
		event: "security_path_link", command: "mount -t tmpfs none apart; echo x >apart/a; ln apart/a apart/b; umount apart",
		args: map[string]string{"pathname": `"/e2e/out/apart/a"`, "linkpath": `"/e2e/out/apart/b"`, "returnValue": "0"},
	},
	{
		event: "security_path_symlink", command: "mount -t tmpfs none apart; ln -s ../elsewhere apart/l; umount apart",
		args: map[string]string{"linkpath": `"/e2e/out/apart/l"`, "target": `"../elsewhere"`, "returnValue": "0"},
	},
	{
		event: "security_path_notify", command: "mkdir watched; files inotify watched",
		args: map[string]string{
			"pathname": `"/e2e/out/watched"`, "dev": "$dev watched", "inode": "$stat -c %i watched",
			"mask": `"FAN_MODIFY|FAN_CREATE"`, "obj_type": `"inode"`, "returnValue": "0",
		},
	},
	{
		event: "security_path_notify", command: "files fanotify watched",
		args: map[string]string{
			"pathname": `"/e2e/out/watched"`, "dev": "$dev watched", "inode": "$stat -c %i watched",
			"mask": `"FAN_OPEN"`, "obj_type": `"mount"`, "returnValue": "0",
		},
	},
	{
		event: "chmod_common", command: "chmod 4711 written",
		args: map[string]string{"pathname": `"/e2e/out/written"`, "mode": `"04711"`, "returnValue": "0"},
	},
	{ // refused: no mode can be changed where nothing can
		event: "chmod_common", command: "chmod 600 /proc/1/status || true",
		args: map[string]string{"pathname": `"/proc/1/status"`, "mode": `"0600"`, "returnValue": "-1"},
	},
	{ // from pipe to pipe, the only way on kernels that are repaired
		event: "dirty_pipe_splice", command: "files pipes >pipes",
		args: map[string]string{
			"inode_in": "$sed -n 1p pipes", "in_file_type": `"010000"`, "in_file_path": "$sed -n 3p pipes", "exposed_data_start_offset": "0",
			"exposed_data_len": "5", "inode_out": "$sed -n 2p pipes", "out_pipe_last_buffer_flags": "16", "returnValue": "5",
		},
	},
	{ // a file system that lists a name without an inode
		event: "hidden_inodes", command: "load_module fuse; mkdir hiding; files hide hiding 4711",
		args: map[string]string{"hidden_process": `"4711"`},
	},
}
