package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// memoryEvents tell of mappings: code that is loaded, made or changed in memory.
var memoryEvents = []schema.Event{
	{
		ID: 714, Name: "mem_prot_alert",
		Doc: "Memory became executable in a way that lets code be made at run time. returnValue is the security modules' verdict.",
		Programs: []schema.Program{
			{Name: "mem_prot_alert", Hook: "fexit security_file_mprotect", Function: "security_file_mprotect"},
			{Name: "mem_prot_alert_mmap", Hook: "fexit security_mmap_file", Function: "security_mmap_file"},
		},
		Fields: []schema.Field{
			{Name: "alert", Kind: schema.MemoryAlert, Doc: "in which way"},
		},
	},
	{
		ID: 737, Name: "security_mmap_file",
		Doc:      "A file is about to be mapped into memory. Memory of no file is not reported. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps, schema.Proc, schema.ProcMem},
		Programs: []schema.Program{{Name: "security_mmap_file", Hook: "fexit security_mmap_file", Function: "security_mmap_file"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "flags", Kind: schema.OpenFlags, Doc: "flags with which it is open"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
			{Name: "prot", Kind: schema.MmapProt, Doc: "what the memory may be used for"},
			{Name: "mmap_flags", Kind: schema.MmapFlags, Doc: "mmap flags"},
			{Name: "syscall", Kind: schema.SyscallNumber, Doc: "system call that maps it", Option: "detect-syscall"},
		},
	},
	{
		ID: 738, Name: "security_file_mprotect",
		Doc:      "The protection of memory is about to be changed. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks, schema.Proc, schema.ProcMem, schema.FS, schema.FSFileOps},
		Programs: []schema.Program{{Name: "security_file_mprotect", Hook: "fexit security_file_mprotect", Function: "security_file_mprotect"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file that is mapped there; absent when it is none"},
			{Name: "prot", Kind: schema.MmapProt, Doc: "what the memory may be used for, as the caller asked"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file; absent when it is none"},
		},
	},
	{
		ID: 751, Name: "shared_object_loaded",
		Doc:      "A process is about to map a file as code, as it does to load a library; a program that is executed is not reported. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps, schema.Proc, schema.ProcMem},
		Programs: []schema.Program{{Name: "shared_object_loaded", Hook: "fexit security_mmap_file", Function: "security_mmap_file"}},
		Fields: []schema.Field{
			{Name: "pathname", Kind: schema.Path, Doc: "path of the file, as the kernel resolved it"},
			{Name: "flags", Kind: schema.OpenFlags, Doc: "flags with which it is open"},
			{Name: "dev", Kind: schema.Dev, Doc: "device of the file"},
			{Name: "inode", Kind: schema.Inode, Doc: "inode of the file"},
			{Name: "ctime", Kind: schema.Timestamp, Doc: "last status change of the file"},
		},
	},
	{
		ID: 9033, Name: "symbols_loaded",
		Doc: "A process loaded a library that exports watched symbols: functions of the C library, for instance, which a preloaded library puts itself in front of. " +
			"Those watched are named by filters with symbols_loaded.symbols=; without such a filter they are what rootkits replace to hide files, processes and connections. " +
			"The C library itself, its loader, libpam, libpcap and libselinux in the folders of the distribution are left out. " +
			"The file is read after it was loaded, beside the stream: a library that is gone by then is counted as lost.",
		Sets:      []schema.Set{schema.LSMHooks, schema.FS, schema.FSFileOps, schema.Proc, schema.ProcMem},
		DependsOn: []string{"shared_object_loaded"},
		Fields: []schema.Field{
			{Name: "library_path", Kind: schema.Path, Doc: "path of the library, as the kernel resolved it"},
			{Name: "symbols", Kind: schema.Strings, Type: "const char*const*", Doc: "watched symbols that it exports, at most 256"},
		},
	},
}
