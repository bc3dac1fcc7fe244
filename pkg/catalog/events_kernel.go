package catalog

import "github.com/tracehound/tracehound/pkg/schema"

// moduleLoaded are the programs of do_init_module.
var moduleLoaded = []schema.Program{
	{Name: "module_begin", Hook: "fentry do_init_module", Function: "do_init_module"},
	{Name: "do_init_module", Hook: "fexit do_init_module", Function: "do_init_module"},
}

// kernelEvents tell of changes to the kernel itself: modules, probes, BPF, tables
// and entries of /proc, /dev and debugfs.
var kernelEvents = []schema.Event{
	{
		ID: 731, Name: "security_bpf",
		Doc:      "The system call bpf is checked. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks},
		Programs: []schema.Program{{Name: "security_bpf", Hook: "fexit security_bpf", Function: "security_bpf"}},
		Fields:   []schema.Field{{Name: "cmd", Kind: schema.BPFCommand, Doc: "what is to be done"}},
	},
	{
		ID: 732, Name: "security_bpf_map",
		Doc:      "A BPF map is about to get a descriptor: it was made or is opened. returnValue is the verdict.",
		Sets:     []schema.Set{schema.LSMHooks},
		Programs: []schema.Program{{Name: "security_bpf_map", Hook: "fexit security_bpf_map", Function: "security_bpf_map"}},
		Fields: []schema.Field{
			{Name: "map_id", Kind: schema.Uint, Doc: "the kernel's number of the map"},
			{Name: "map_name", Kind: schema.String, Doc: "name, at most 15 bytes"},
		},
	},
	{
		ID: 742, Name: "proc_create",
		Doc:      "A file was made below /proc, by the kernel or a module.",
		Programs: []schema.Program{{Name: "proc_create", Hook: "fexit proc_register", Function: "proc_register"}},
		Fields: []schema.Field{
			{Name: "name", Kind: schema.String, Doc: "name of the file, without its folder"},
			{Name: "proc_ops_addr", Kind: schema.Address, Doc: "address of its operations"},
		},
	},
	{
		ID: 743, Name: "kprobe_attach",
		Doc:      "A kprobe or kretprobe is registered, whoever asks: perf, tracefs, BPF or a module. returnValue is 0 or the reason for the refusal.",
		Programs: []schema.Program{{Name: "kprobe_attach", Hook: "fexit register_kprobe", Function: "register_kprobe"}},
		Fields: []schema.Field{
			{Name: "symbol_name", Kind: schema.String, Named: true, Doc: "kernel function; of a probe given by its address the function there, with +offset behind its beginning, or the address where no function is known"},
			{Name: "pre_handler_addr", Kind: schema.Address, Doc: "function that runs before the probed instruction; 0 for none"},
			{Name: "post_handler_addr", Kind: schema.Address, Doc: "function that runs behind it; 0 for none"},
		},
	},
	{
		ID: 746, Name: "debugfs_create_file",
		Doc:      "A file is made in debugfs. returnValue is 0 or the error.",
		Programs: []schema.Program{{Name: "debugfs_create_file", Hook: "fexit __debugfs_create_file", Function: "__debugfs_create_file"}},
		Fields: []schema.Field{
			{Name: "file_name", Kind: schema.String, Doc: "name of the file"},
			{Name: "path", Kind: schema.Path, Doc: "its folder within debugfs; absent when the file was not made"},
			{Name: "mode", Kind: schema.Mode, Doc: "permission bits, as asked for"},
			{Name: "proc_ops_addr", Kind: schema.Address, Doc: "address of its operations"},
		},
	},
	{
		ID: 748, Name: "debugfs_create_dir",
		Doc:      "A folder is made in debugfs. returnValue is 0 or the error.",
		Programs: []schema.Program{{Name: "debugfs_create_dir", Hook: "fexit debugfs_create_dir", Function: "debugfs_create_dir"}},
		Fields: []schema.Field{
			{Name: "name", Kind: schema.String, Doc: "name of the folder"},
			{Name: "path", Kind: schema.Path, Doc: "the folder it is in, within debugfs; absent when it was not made"},
		},
	},
	{
		ID: 749, Name: "device_add",
		Doc:      "A device is added. returnValue is 0 or the error.",
		Programs: []schema.Program{{Name: "device_add", Hook: "fexit device_add", Function: "device_add"}},
		Fields: []schema.Field{
			{Name: "name", Kind: schema.String, Doc: "name of the device"},
			{Name: "parent_name", Kind: schema.String, Doc: "name of the device it belongs to; empty for none"},
		},
	},
	{
		ID: 750, Name: "register_chrdev",
		Doc:      "Character device numbers are registered. returnValue is 0 or the error.",
		Programs: []schema.Program{{Name: "register_chrdev", Hook: "fexit __register_chrdev", Function: "__register_chrdev"}},
		Fields: []schema.Field{
			{Name: "requested_major_number", Kind: schema.Uint, Doc: "major number; 0 lets the kernel choose"},
			{Name: "granted_major_number", Kind: schema.Uint, Doc: "major number of the device; absent when it was refused"},
			{Name: "char_device_name", Kind: schema.String, Doc: "name, as in /proc/devices"},
			{Name: "char_device_fops", Kind: schema.Pointer, Type: "struct file_operations*", Doc: "address of its operations"},
		},
	},
	{
		ID: 752, Name: "do_init_module",
		Doc: "A module was loaded, and its own code has run. returnValue is what that returned: when it is negative the module was dropped. " +
			"Names and neighbours are those from before it ran.",
		Programs: moduleLoaded,
		Fields: []schema.Field{
			{Name: "name", Kind: schema.String, Doc: "name of the module"},
			{Name: "version", Kind: schema.String, Doc: "its version; empty for none"},
			{Name: "src_version", Kind: schema.String, Doc: "checksum of its sources; empty for none"},
			{Name: "prev", Kind: schema.Address, Doc: "what was before it in the list of modules"},
			{Name: "next", Kind: schema.Address, Doc: "what was behind it"},
			{Name: "prev_next", Kind: schema.Address, Doc: "what is behind prev now: next when the module has left the list"},
			{Name: "next_prev", Kind: schema.Address, Doc: "what is before next now: prev when the module has left the list"},
			{Name: "address", Kind: schema.Address, Doc: "where the kernel keeps what it knows of the module"},
		},
	},
	{
		ID: 755, Name: "hooked_proc_fops",
		Doc: "A folder of /proc is read by functions that are not the kernel's own: somebody hides entries of it, such as processes. Told once of each " +
			"such function, as the folder is read.",
		Programs: []schema.Program{{Name: "hooked_proc_fops", Hook: "fentry iterate_dir", Function: "iterate_dir"}},
		Symbols:  []string{"_stext", "_etext"},
		Fields: []schema.Field{
			{Name: "hooked_fops_pointers", Kind: schema.HookedSymbols, Named: true, Doc: "these functions, each with the module whose it is; hidden when it is in none that the kernel shows"},
			{Name: "pathname", Kind: schema.Path, Doc: "the folder that was read"},
		},
	},
	{
		ID: 2004, Name: "hooked_syscalls",
		Doc: "System calls do not go to the kernel's own functions: entries of their table were overwritten, as rootkits do. The tracer looks at its start, " +
			"when a module was loaded, and every --kernel-scan-interval; each entry is told once, and again when it changes. Kernels that call by a switch " +
			"instead (x64_sys_call) do not use the table: there an entry says what somebody tried. Instructions of the switch, and of do_syscall_64, are looked at, too: they are told when " +
			"they lead into a module, or are changed to lead out of the kernel. " +
			"The process, if any, is that which loaded the last module.",
		DependsOn: []string{"do_init_module"},
		Symbols:   []string{"_stext", "_etext", "modules", "sys_call_table"},
		Fields: []schema.Field{
			{Name: "hooked_syscalls", Kind: schema.HookedSymbols, Doc: "the calls (of an instruction whose call is not known, its function), each with the module whose function is called now; hidden when it is in none that the kernel shows, system for another function of the kernel itself"},
			{Name: "places", Kind: schema.Strings, Doc: "in the same order, what was overwritten: sys_call_table[62], ia32_sys_call_table[37], x64_sys_call+0x1f"},
			{Name: "functions", Kind: schema.Strings, Doc: "in the same order, what is called now: a function, function+offset or an address"},
		},
	},
	{
		ID: 2005, Name: "hooked_seq_ops",
		Doc:       "Functions that print files of /proc/net (tcp, tcp6, udp, udp6, raw, raw6) were replaced: somebody hides connections. Looked at and told as hooked_syscalls.",
		DependsOn: []string{"do_init_module"},
		Symbols:   []string{"_stext", "_etext", "modules", "tcp4_seq_ops", "tcp6_seq_ops", "udp_seq_ops", "udp6_seq_ops", "raw_seq_ops", "raw6_seq_ops"},
		Fields: []schema.Field{
			{Name: "struct_name", Kind: schema.String, Doc: "the table: tcp4_seq_ops, …"},
			{Name: "hooked_seq_ops", Kind: schema.HookedSymbols, Doc: "its members (start, stop, next, show) that were replaced, each with the module whose function is there now"},
			{Name: "functions", Kind: schema.Strings, Doc: "in the same order, what is there now: a function, function+offset or an address"},
		},
	},
	{
		ID: 9070, Name: "bpf_attach",
		Doc: "A BPF program was attached: by a link (raw tracepoints, fentry, LSM, kprobes, XDP, tcx, …), to a perf event, or as XDP of a network device by netlink. " +
			"What is attached otherwise, such as the classifiers of tc, whose code is in a module, and programs of cgroups without a link, is not seen here.",
		Programs: []schema.Program{
			{Name: "bpf_attach_link", Hook: "fexit bpf", Function: "bpf", Syscall: true},
			{Name: "bpf_attach_link_i386", Hook: "fexit __ia32_sys_bpf", Function: "__ia32_sys_bpf"},
			{Name: "bpf_attach_ioctl", Hook: "fexit ioctl", Function: "ioctl", Syscall: true},
			{Name: "bpf_attach_ioctl_i386", Hook: "fexit __ia32_compat_sys_ioctl", Function: "__ia32_compat_sys_ioctl"},
			{Name: "bpf_attach_xdp", Hook: "fexit dev_xdp_attach", Function: "dev_xdp_attach"},
		},
		Fields: []schema.Field{
			{Name: "prog_type", Kind: schema.BPFProgramType, Doc: "type of the program"},
			{Name: "prog_name", Kind: schema.String, Doc: "name of the program, at most 15 bytes"},
			{Name: "prog_id", Kind: schema.Uint, Type: "u32", Doc: "the kernel's number of the program"},
			{Name: "symbol_name", Kind: schema.String, Named: true, Doc: "function, tracepoint, file of an uprobe, or network device; of a kprobe given by its address the function there, with +offset behind its beginning, or the address where no function is known; absent where there is none"},
			{Name: "symbol_addr", Kind: schema.Address, Doc: "address of the function, or offset in the file; 0 where there is none"},
			{Name: "attach_type", Kind: schema.BPFAttachType, Doc: "what it is attached to"},
		},
	},
	{
		ID: 9071, Name: "kallsyms_lookup_name",
		Doc: "The kernel looks up a symbol by name: for kprobes and BPF, and for modules that got hold of the function, as rootkits do. " +
			"They may look up what they want to change.",
		Programs: []schema.Program{{Name: "kallsyms_lookup_name", Hook: "fexit kallsyms_lookup_name", Function: "kallsyms_lookup_name"}},
		Fields: []schema.Field{
			{Name: "symbol_name", Kind: schema.String, Doc: "name of the symbol"},
			{Name: "symbol_address", Kind: schema.Pointer, Doc: "its address; 0 when there is none"},
		},
	},
	{
		ID: 9072, Name: "hidden_kernel_module",
		Doc: "A module is in the kernel and not among those that it shows: it left the list of modules, or the list's file /proc/modules passes over it. " +
			"Looked at and told as hooked_syscalls.",
		DependsOn: []string{"do_init_module"},
		Symbols:   []string{"_stext", "_etext", "modules", "module_kset", "mod_tree"},
		Fields: []schema.Field{
			{Name: "address", Kind: schema.Address, Doc: "where the kernel keeps what it knows of the module"},
			{Name: "name", Kind: schema.String, Doc: "its name"},
			{Name: "src_version", Kind: schema.String, Doc: "checksum of its sources; empty for none"},
			{Name: "found_in", Kind: schema.Strings, Doc: "where it is nevertheless: modules (the list), module_kset (/sys/module), mod_tree (the kernel's search tree of their memory), do_init_module (it was loaded while the tracer ran)"},
			{Name: "missing_from", Kind: schema.Strings, Doc: "where it should be: modules (the list), /proc/modules"},
		},
	},
}
