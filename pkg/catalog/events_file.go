package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// fileEvents tell of files: opening, writing, naming, mounting.
var fileEvents = []schema.Event{
	{
		ID: 722, Name: "security_file_open",
		Doc:      "A file is opened. returnValue is the security modules' verdict: 0, or a negative error number.",
		Sets:     []schema.Set{schema.Default, schema.LSMHooks, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_file_open", Hook: "fexit security_file_open", Function: "security_file_open"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "flags", Kind: schema.OpenFlags, Doc: "open flags"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
			{Name: "syscall_pathname", Kind: schema.Path, Doc: "path as the caller gave it to open, openat, openat2, creat, execve or execveat; else absent"},
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
}
