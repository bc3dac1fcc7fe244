//go:build lab

package e2e

import "strings"

// rootkitAttacks change the kernel itself, by modules.
var rootkitAttacks = []performance{
	{
		name: "system call replaced", command: "insmod /e2e/hooking.ko at=$(member sys_call_table $((8 * 78)))",
		finds: []string{
			`TRC-6 /usr/bin/kmod {"from":"/e2e/hooking.ko"}`,
			`TRC-15 /usr/bin/kmod {"functions":["hooking_stand_in"],"hooked_syscalls":[{"SymbolName":"getdents","ModuleOwner":"hooking"}]}`,
		},
	},
	{
		name: "module that hides", command: "insmod /e2e/lurking.ko hide=1",
		finds: []string{
			`TRC-6 /usr/bin/kmod {"from":"/e2e/lurking.ko"}`,
			`TH-9 /usr/bin/kmod {"found_in":["module_kset","mod_tree","do_init_module"],"missing_from":["modules","/proc/modules"],"module":"lurking"}`,
		},
	},
	{
		name:    "reader of folders of /proc replaced",
		command: strings.Join([]string{"insmod /e2e/folders.ko iterate=$(member proc_fdinfo_operations 0)", "fact pid $$", "ls /proc/$$/fdinfo"}, "; "),
		finds: []string{
			`TRC-6 /usr/bin/kmod {"from":"/e2e/folders.ko"}`,
			`TRC-1020 /usr/bin/ls {"hooked_fops_pointers":[{"SymbolName":"folders_stand_in","ModuleOwner":"folders"}],"pathname":"/proc/<pid>/fdinfo"}`,
		},
	},
}
