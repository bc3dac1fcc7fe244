//go:build lab

package e2e

import "strings"

// rootkitAttacks change the kernel itself, by modules. Each waits until it is found:
// a look behind one module sees what the next has done meanwhile.
var rootkitAttacks = []performance{
	{
		name: "system call replaced", command: "insmod /e2e/hooking.ko at=$(member sys_call_table $((8 * 78))); until_true grep -q TRC-15 all.out",
		finds: []string{
			`TRC-6 /usr/bin/kmod {"from":"/e2e/hooking.ko"}`,
			`TRC-15 /usr/bin/kmod {"functions":["hooking_stand_in"],"hooked_syscalls":[{"ModuleOwner":"hooking","SymbolName":"getdents"}]}`,
		},
	},
	{
		name: "module that hides", command: "insmod /e2e/lurking.ko hide=1; until_true grep -q TH-9 all.out",
		finds: []string{
			`TRC-6 /usr/bin/kmod {"from":"/e2e/lurking.ko"}`,
			`TH-9 /usr/bin/kmod {"found_in":["module_kset","mod_tree","do_init_module"],"missing_from":["modules","/proc/modules"],"module":"lurking"}`,
		},
	},
	{
		name:    "reader of folders of /proc replaced",
		command: strings.Join([]string{"insmod /e2e/folders.ko iterate=$(member proc_fdinfo_operations 0)", "fact pid $$", "/usr/bin/ls /proc/$$/fdinfo"}, "; "),
		finds: []string{
			`TRC-6 /usr/bin/kmod {"from":"/e2e/folders.ko"}`,
			`TRC-1020 /usr/bin/ls {"hooked_fops_pointers":[{"ModuleOwner":"folders","SymbolName":"folders_stand_in"}],"pathname":"/proc/<pid>/fdinfo"}`,
		},
	},
}
