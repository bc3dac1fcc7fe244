package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// fileEvents tell of files: opening, writing, naming, mounting.
var fileEvents = []schema.Event{
	{
		ID: 712, Name: "vfs_write",
		Doc:      "A process wrote to a file, pipe, socket or device with write or pwrite64. returnValue is the number of bytes, or a negative error number. Writes that are copies (sendfile, copy_file_range, splice) and those of io_uring are not among them.",
		Programs: []schema.Program{{Name: "vfs_write", Hook: "fexit vfs_write", Function: "vfs_write"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "count", Kind: schema.Size, Doc: "bytes that the caller wanted to write"},
			{Name: "pos", Kind: schema.Off, Doc: "where in the file the data went; absent when it has no positions"},
		},
	},
	{
		ID: 713, Name: "vfs_writev",
		Doc:      "A process wrote to a file from several buffers, with writev or pwritev. returnValue is the number of bytes, or a negative error number.",
		Programs: []schema.Program{{Name: "vfs_writev", Hook: "fexit vfs_writev", Function: "vfs_writev"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "vlen", Kind: schema.Ulong, Doc: "how many buffers"},
			{Name: "pos", Kind: schema.Off, Doc: "where in the file the data went; absent when it has no positions"},
		},
	},
	{
		ID: 717, Name: "magic_write",
		Doc: "The beginning of a file was written: of a regular file or a block device, by write and writev and their like, by the kernel itself, or as a copy (sendfile, copy_file_range, splice). returnValue is the number of bytes. Not seen: io_uring, writable mappings.",
		Programs: []schema.Program{
			{Name: "magic_write", Hook: "fexit vfs_write", Function: "vfs_write"},
			{Name: "magic_write_v", Hook: "fexit vfs_writev", Function: "vfs_writev"},
			{Name: "magic_write_kernel", Hook: "fexit __kernel_write", Function: "__kernel_write"},
			{Name: "magic_write_sendfile", Hook: "fexit do_splice_direct", Function: "do_splice_direct"},
			{Name: "magic_write_copy", Hook: "fexit vfs_copy_file_range", Function: "vfs_copy_file_range"},
			{Name: "magic_write_splice", Hook: "fexit do_splice", Function: "do_splice"},
		},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "bytes", Kind: schema.Bytes, Doc: "what the file begins with now: at most 32 bytes, as the kernel holds them. Of what bypasses its memory (O_DIRECT), the writer's buffer after the write; absent when neither can be read"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
		},
	},
	{
		ID: 722, Name: "security_file_open",
		Doc:      "A file is opened. returnValue is the security modules' verdict: 0, or a negative error number. Of a file on overlayfs the file that the caller sees is reported, and not again the one in the layer below.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_file_open", Hook: "fexit security_file_open", Function: "security_file_open"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "flags", Kind: schema.OpenFlags, Doc: "open flags"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
			{Name: "syscall_pathname", Kind: schema.Path, Doc: "path as the caller gave it to open, openat, openat2, creat, execve or execveat; else absent"},
			{Name: "syscall", Kind: schema.SyscallNumber, Doc: "system call that opens it", Option: "detect-syscall"},
		},
	},
	{
		ID: 723, Name: "security_inode_unlink",
		Doc:      "A file's name is removed. returnValue is the verdict.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_inode_unlink", Hook: "fexit security_inode_unlink", Function: "security_inode_unlink"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file within its file system: the hook is not told the mount"},
		},
	},
	{
		ID: 730, Name: "security_sb_mount",
		Doc:      "A file system is about to be mounted. returnValue is the verdict.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.FS},
		Programs: []schema.Program{{Name: "security_sb_mount", Hook: "fexit security_sb_mount", Function: "security_sb_mount"}},
		Fields: []schema.Field{
			{Name: "dev_name", Kind: schema.String, Doc: "what is mounted, as the caller gave it; absent when the caller gave nothing"},
			{Name: "path", Kind: schema.Path, Doc: "where, as the kernel resolved it"},
			{Name: "type", Kind: schema.String, Doc: "type of the file system; absent when the caller gave none"},
			{Name: "flags", Kind: schema.MountFlags, Doc: "mount flags"},
		},
	},
	{
		ID: 733, Name: "security_kernel_read_file",
		Doc:      "The kernel is about to read a file for its own use: a module, firmware, a kernel to boot, a policy, a certificate. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks},
		Programs: []schema.Program{{Name: "security_kernel_read_file", Hook: "fexit security_kernel_read_file", Function: "security_kernel_read_file"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "type", Kind: schema.KernelReadType, Doc: "what for"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
		},
	},
	{
		ID: 734, Name: "security_inode_mknod",
		Doc:      "A device node, pipe or socket is about to be made in a file system. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks},
		Programs: []schema.Program{{Name: "security_inode_mknod", Hook: "fexit security_inode_mknod", Function: "security_inode_mknod"}},
		Fields: []schema.Field{
			{Name: "file_name", Kind: schema.Path, Doc: "path of the new file within its file system: the hook is not told the mount"},
			{Name: "mode", Kind: schema.Mode, Doc: "its type and permissions"},
			{Name: "dev", Kind: schema.Dev, Doc: "the device that the node stands for; 0 when it is none"},
		},
	},
	{
		ID: 735, Name: "security_kernel_post_read_file",
		Doc:      "The kernel has read a file for its own use and is about to use what it read. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks},
		Programs: []schema.Program{{Name: "security_kernel_post_read_file", Hook: "fexit security_kernel_post_read_file", Function: "security_kernel_post_read_file"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "size", Kind: schema.Long, Doc: "bytes that were read"},
			{Name: "type", Kind: schema.KernelReadType, Doc: "what for"},
		},
	},
	{
		ID: 736, Name: "security_inode_symlink",
		Doc:      "A symbolic link is about to be made. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_inode_symlink", Hook: "fexit security_inode_symlink", Function: "security_inode_symlink"}},
		Fields: []schema.Field{
			{Name: "linkpath", Kind: schema.Path, Doc: "path of the link within its file system: the hook is not told the mount"},
			{Name: "target", Kind: schema.String, Doc: "what it points to, as the caller gave it"},
		},
	},
	{
		ID: 740, Name: "hidden_inodes",
		Doc: "A folder's entry without an inode was passed over when the folder was read: its name does not show. Rootkits hide files, and processes in /proc, so.",
		Programs: []schema.Program{
			{Name: "hidden_inodes", Hook: "fexit filldir64", Function: "filldir64"},
			{Name: "hidden_inodes_old", Hook: "fexit filldir", Function: "filldir"},
			{Name: "hidden_inodes_compat", Hook: "fexit compat_filldir", Function: "compat_filldir"},
		},
		Fields: []schema.Field{
			{Name: "hidden_process", Kind: schema.String, Doc: "name of the entry; of a process in /proc its number"},
		},
	},
	{
		ID: 741, Name: "__kernel_write",
		Doc:      "The kernel wrote to a file of its own accord: a core dump, process accounting. returnValue is the number of bytes, or a negative error number.",
		Programs: []schema.Program{{Name: "__kernel_write", Hook: "fexit __kernel_write", Function: "__kernel_write"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "count", Kind: schema.Size, Doc: "bytes to be written"},
			{Name: "pos", Kind: schema.Off, Doc: "where in the file the data went"},
		},
	},
	{
		ID: 745, Name: "dirty_pipe_splice",
		Doc:      "splice put data into a pipe whose last page may still be added to, so that a write to the pipe changes what the page belongs to. With in_file_type S_IFREG this is CVE-2022-0847 (Dirty Pipe): the file's content can be overwritten. Kernels that have it repaired do so only from pipe to pipe, which is harmless. returnValue is the number of bytes.",
		Programs: []schema.Program{{Name: "dirty_pipe_splice", Hook: "fexit do_splice", Function: "do_splice"}},
		Fields: []schema.Field{
			{Name: "inode_in", Kind: schema.Ulong, Doc: "inode of the file that the data came from"},
			{Name: "in_file_type", Kind: schema.Mode, Doc: "its type: file type bits"},
			{Name: "in_file_path", Kind: schema.Path, Doc: "its path, as the kernel resolved it"},
			{Name: "exposed_data_start_offset", Kind: schema.Loff, Doc: "where in that file the data begins"},
			{Name: "exposed_data_len", Kind: schema.Size, Doc: "bytes of it that are in the pipe"},
			{Name: "inode_out", Kind: schema.Ulong, Doc: "inode of the pipe"},
			{Name: "out_pipe_last_buffer_flags", Kind: schema.Hex, Type: "u32", Doc: "flags of the pipe's last page; 0x10 means that it may be added to"},
		},
	},
	{
		ID: 9030, Name: "security_inode_rename",
		Doc:      "A file is about to get another name. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_inode_rename", Hook: "fexit security_inode_rename", Function: "security_inode_rename"}},
		Fields: []schema.Field{
			{Name: "old_path", Kind: schema.Path, Doc: "path of the file within its file system: the hook is not told the mount"},
			{Name: "new_path", Kind: schema.Path, Doc: "what the path is to become, within the file system too"},
		},
	},
	{
		ID: 9031, Name: "security_path_notify",
		Doc:      "A process asks to be told what happens to a file or folder, with inotify, fanotify or dnotify. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks, schema.FS, schema.FSMonitor},
		Programs: []schema.Program{{Name: "security_path_notify", Hook: "fexit security_path_notify", Function: "security_path_notify"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file or folder, as the kernel resolved it"},
			{Name: "dev", Kind: schema.Dev, Doc: "its device"},
			{Name: "inode", Kind: schema.Inode, Doc: "its inode"},
			{Name: "mask", Kind: schema.FanotifyMask, Doc: "what it wants to be told; inotify's names for the bits begin with IN_"},
			{Name: "obj_type", Kind: schema.NotifyObject, Doc: "whether that is all, or all of its mount or file system"},
		},
	},
	{
		ID: 9032, Name: "chmod_common",
		Doc:      "The mode of a file was changed, with chmod, fchmod or fchmodat. returnValue is 0, or a negative error number.",
		Sets:     []schema.Set{schema.FS, schema.FSFileAttr},
		Programs: []schema.Program{{Name: "chmod_common", Hook: "fexit chmod_common", Function: "chmod_common"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "mode", Kind: schema.Mode, Doc: "the new permission bits, as the caller gave them"},
		},
	},
	{
		ID: 9034, Name: "security_path_rename",
		Doc:  "A file is about to get another name, at a process's request. An exchange of two names is two events. returnValue is the verdict of the modules that go by paths. " + byInode,
		Sets: []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{
			Name: "security_path_rename", Hook: "fexit security_path_rename", Function: "security_path_rename",
			Instead: []schema.Program{{Name: "security_path_rename_inode", Hook: "fexit security_inode_rename", Function: "security_inode_rename"}},
		}},
		Fields: []schema.Field{
			{Name: "old_path", Kind: schema.Path, Doc: "path of the file"},
			{Name: "new_path", Kind: schema.Path, Doc: "what the path is to become"},
			{Name: "flags", Kind: schema.RenameFlags, Doc: "renameat2 flags"},
		},
	},
	{
		ID: 9035, Name: "security_path_link",
		Doc:  "A file is about to get one more name (a hard link), at a process's request. returnValue is the verdict of the modules that go by paths. " + byInode,
		Sets: []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{
			Name: "security_path_link", Hook: "fexit security_path_link", Function: "security_path_link",
			Instead: []schema.Program{{Name: "security_path_link_inode", Hook: "fexit security_inode_link", Function: "security_inode_link"}},
		}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file"},
			{Name: "linkpath", Kind: schema.Path, Doc: "the name that it gets"},
		},
	},
	{
		ID: 9036, Name: "security_path_symlink",
		Doc:  "A symbolic link is about to be made, at a process's request. returnValue is the verdict of the modules that go by paths. " + byInode,
		Sets: []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{
			Name: "security_path_symlink", Hook: "fexit security_path_symlink", Function: "security_path_symlink",
			Instead: []schema.Program{{Name: "security_path_symlink_inode", Hook: "fexit security_inode_symlink", Function: "security_inode_symlink"}},
		}},
		Fields: []schema.Field{
			{Name: "linkpath", Kind: schema.Path, Doc: "path of the link"},
			{Name: "target", Kind: schema.String, Doc: "what it points to, as the caller gave it"},
		},
	},
}

// byInode is what the hooks on paths cost where there are none.
const byInode = "Unlike the hook on inodes, this one is told the mount and does not come again for a layer of overlayfs; " +
	"kernels without hooks on paths (CONFIG_SECURITY_PATH) give what that one gives."
