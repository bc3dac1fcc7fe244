//go:build lab

package e2e

import "strings"

// registered loads attack/module/hostile.c, which then makes entries of all sorts.
const registered = "insmod /e2e/hostile.ko register=1"

var kernelCases = []emitted{
	{
		event: "security_bpf", command: "probe map a_map >map.id",
		args: map[string]string{"cmd": `"BPF_MAP_CREATE"`, "returnValue": "0"},
	},
	{
		event: "security_bpf_map", command: "probe map another_map >map.id",
		args: map[string]string{"map_id": "$cat map.id", "map_name": `"another_map"`, "returnValue": "0"},
	},
	{
		event: "kprobe_attach", command: "echo 'p:tracehound_probe do_nanosleep' >>/sys/kernel/tracing/kprobe_events",
		args: map[string]string{
			"symbol_name": `"do_nanosleep"`, "pre_handler_addr": "$symbol kprobe_dispatcher", "post_handler_addr": "0", "returnValue": "0",
		},
	},
	{
		event: "kallsyms_lookup_name", command: "echo 'p:tracehound_lookup do_exit' >>/sys/kernel/tracing/kprobe_events",
		args: map[string]string{"symbol_name": `"do_exit"`, "symbol_address": "$symbol do_exit", "returnValue": "0"},
	},
	{
		event: "bpf_attach", command: "probe raw sys_enter >raw.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_RAW_TRACEPOINT"`, "prog_name": `"a_probe"`, "prog_id": "$cat raw.id", "symbol_name": `"sys_enter"`,
			"symbol_addr": "0", "attach_type": `"RAW_TRACEPOINT"`,
		},
	},
	{
		event: "bpf_attach", command: "probe kprobe do_nanosleep >kprobe.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_KPROBE"`, "prog_name": `"a_probe"`, "prog_id": "$cat kprobe.id", "symbol_name": `"do_nanosleep"`,
			"symbol_addr": "$symbol do_nanosleep", "attach_type": `"KPROBE"`,
		},
	},
	{
		event: "bpf_attach", command: "probe kretprobe do_nanosleep >kretprobe.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_KPROBE"`, "prog_name": `"a_probe"`, "prog_id": "$cat kretprobe.id", "symbol_name": `"do_nanosleep"`,
			"symbol_addr": "$symbol do_nanosleep", "attach_type": `"KRETPROBE"`,
		},
	},
	{
		event: "bpf_attach", command: "probe uprobe /usr/bin/cat 4096 >uprobe.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_KPROBE"`, "prog_name": `"a_probe"`, "prog_id": "$cat uprobe.id", "symbol_name": `"/usr/bin/cat"`,
			"symbol_addr": "4096", "attach_type": `"UPROBE"`,
		},
	},
	{
		event: "bpf_attach", command: "probe uretprobe /usr/bin/cat 4096 >uretprobe.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_KPROBE"`, "prog_name": `"a_probe"`, "prog_id": "$cat uretprobe.id", "symbol_name": `"/usr/bin/cat"`,
			"symbol_addr": "4096", "attach_type": `"URETPROBE"`,
		},
	},
	{
		event: "bpf_attach", command: "probe tracepoint $(cat /sys/kernel/tracing/events/sched/sched_switch/id) >tracepoint.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_TRACEPOINT"`, "prog_name": `"a_probe"`, "prog_id": "$cat tracepoint.id", "symbol_name": `"sched_switch"`,
			"symbol_addr": "0", "attach_type": `"TRACEPOINT"`,
		},
	},
	{
		event: "bpf_attach", command: "probe clock >clock.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_PERF_EVENT"`, "prog_name": `"a_probe"`, "prog_id": "$cat clock.id", "symbol_addr": "0", "attach_type": `"PERF_EVENT"`,
		},
		absent: []string{"symbol_name"},
	},
	{
		event: "bpf_attach", command: "probe xdp lo >xdp.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_XDP"`, "prog_name": `"a_probe"`, "prog_id": "$cat xdp.id", "symbol_name": `"lo"`, "symbol_addr": "0", "attach_type": `"XDP"`,
		},
	},
	{
		event: "bpf_attach", command: "probe xdp-link lo >xdp_link.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_XDP"`, "prog_name": `"a_probe"`, "prog_id": "$cat xdp_link.id", "symbol_name": `"lo"`, "symbol_addr": "0", "attach_type": `"XDP"`,
		},
	},
	{
		// Its first module: its neighbours are the head of the list.
		event: "do_init_module", command: registered,
		args: map[string]string{
			"name": `"hostile"`, "version": `"1.2.3"`, "src_version": `"0123456789ABCDEF0123456"`,
			"prev": "$symbol modules", "next": "$symbol modules", "returnValue": "0",
			"prev_next": "$list_entry hostile", "next_prev": "$list_entry hostile", "address": "$told hostile module",
		},
	},
	{
		event: "proc_create", command: ":", // by the module, as the rest
		args: map[string]string{"name": `"hostile-entry"`, "proc_ops_addr": "$symbol entry_operations", "returnValue": "0"},
	},
	{
		event: "debugfs_create_dir", command: ":",
		args: map[string]string{"name": `"hostile-dir"`, "path": `"/"`, "returnValue": "0"},
	},
	{
		event: "debugfs_create_file", command: ":",
		args: map[string]string{
			"file_name": `"hostile-file"`, "path": `"/hostile-dir"`, "mode": `"0640"`,
			"proc_ops_addr": "$symbol debug_operations", "returnValue": "0",
		},
	},
	{
		event: "device_add", command: ":",
		args: map[string]string{"name": `"hostile-device"`, "parent_name": `""`, "returnValue": "0"},
	},
	{
		event: "register_chrdev", command: ":",
		args: map[string]string{
			"requested_major_number": "0", "granted_major_number": "$awk '$2 == \"hostile-chrdev\" { print $1 }' /proc/devices",
			"char_device_name": `"hostile-chrdev"`, "char_device_fops": "$symbol device_operations", "returnValue": "0",
		},
	},
	{
		event: "kprobe_attach", command: "echo p:tracehound_at $(member hrtimer_nanosleep 0) >>/sys/kernel/tracing/kprobe_events",
		args: map[string]string{
			"symbol_name": "$probed hrtimer_nanosleep", "pre_handler_addr": "$symbol kprobe_dispatcher", "post_handler_addr": "0", "returnValue": "0",
		},
	},
	{
		event: "bpf_attach", command: "probe kprobe $(member hrtimer_nanosleep 0) >kprobe_at.id",
		args: map[string]string{
			"prog_type": `"BPF_PROG_TYPE_KPROBE"`, "prog_name": `"a_probe"`, "prog_id": "$cat kprobe_at.id", "symbol_name": "$probed hrtimer_nanosleep",
			"symbol_addr": "$probed_at hrtimer_nanosleep", "attach_type": `"KPROBE"`,
		},
	},
	{
		event: "hooked_syscalls", command: hooks("hooking at=$(member sys_call_table $((8 * 78)))", "hooked_syscalls.*getdents"),
		args: map[string]string{
			"hooked_syscalls": `[{"SymbolName":"getdents","ModuleOwner":"hooking"}]`, "places": `["sys_call_table[78]"]`,
			"functions": `["hooking_stand_in"]`, "returnValue": "0",
		},
	},
	{
		// By a module that hides: its functions have neither name nor owner.
		event: "hooked_syscalls", command: hooks("lurking hide=1 at=$(member sys_call_table $((8 * 216)))", "hidden_kernel_module.*lurking"),
		args: map[string]string{
			"hooked_syscalls": `[{"SymbolName":"remap_file_pages","ModuleOwner":"hidden"}]`, "places": `["sys_call_table[216]"]`,
			"functions": `$printf '["0x%x"]' $(told lurking stand-in)`, "returnValue": "0",
		},
	},
	{
		event: "hidden_kernel_module", command: ":", // the same
		args: map[string]string{
			"address": "$told lurking module", "name": `"lurking"`, "src_version": `"0123456789ABCDEF0123456"`,
			"found_in": `["module_kset","mod_tree","do_init_module"]`, "missing_from": `["modules","/proc/modules"]`, "returnValue": "0",
		},
	},
	{
		event: "hidden_kernel_module", command: hooks("nowhere hide=2", "hidden_kernel_module.*nowhere"),
		args: map[string]string{
			"address": "$told nowhere module", "name": `"nowhere"`, "src_version": `"0123456789ABCDEF0123456"`,
			"found_in": `["mod_tree","do_init_module"]`, "missing_from": `["modules","/proc/modules"]`, "returnValue": "0",
		},
	},
	{
		event: "hooked_seq_ops", command: hooks("network at=$(member tcp4_seq_ops 24)", "hooked_seq_ops"),
		args: map[string]string{
			"struct_name": `"tcp4_seq_ops"`, "hooked_seq_ops": `[{"SymbolName":"show","ModuleOwner":"network"}]`,
			"functions": `["network_stand_in"]`, "returnValue": "0",
		},
	},
	{
		event: "hooked_proc_fops", command: "insmod /e2e/folders.ko iterate=$(member proc_fdinfo_operations 0) && ls /proc/$$/fdinfo",
		args: map[string]string{
			"hooked_fops_pointers": `[{"SymbolName":"folders_stand_in","ModuleOwner":"folders"}]`,
			"pathname":             "$echo /proc/$$/fdinfo", "returnValue": "0",
		},
	},
	{
		// What prints /proc/modules prints nothing any more. It is the last: nobody
		// knows modules by their addresses then.
		event: "hidden_kernel_module", command: hooks("listing at=$(member modules_op 24)", "hidden_kernel_module.*hostile"),
		args: map[string]string{
			"address": "$told hostile module", "name": `"hostile"`, "src_version": `"0123456789ABCDEF0123456"`,
			"found_in": `["modules","module_kset","mod_tree","do_init_module"]`, "missing_from": `["/proc/modules"]`, "returnValue": "0",
		},
	},
}

// hooks loads the hostile module and waits for what is told of it: two that
// follow at once would be told as one.
func hooks(module, told string) string {
	name, args, _ := strings.Cut(module, " ")
	return "insmod /e2e/" + name + ".ko " + args + " && until_true grep -q '" + told + "' all.out"
}
