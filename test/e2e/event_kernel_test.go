//go:build lab

package e2e

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
		// Its first module: its neighbours are the head of the list.
		event: "do_init_module", command: registered,
		args: map[string]string{
			"name": `"hostile"`, "version": `"1.2.3"`, "src_version": `"0123456789ABCDEF0123456"`,
			"prev": "$symbol modules", "next": "$symbol modules", "returnValue": "0",
			"prev_next": "$list_entry hostile", "next_prev": "$list_entry hostile",
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
}
