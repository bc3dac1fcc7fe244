// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Memory: mappings of files, and protection that lets code be made. */
#include "lib/scope.h"
#include "lib/inode.h"
#include "lib/syscall.h"
#include "lib/file.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define WRITE_EXEC (VM_WRITE | VM_EXEC) /* PROT_ has the same numbers */

enum memory_alert {
	ALERT_MMAP_WRITE_EXEC = 1,
	ALERT_EXEC = 2,
	ALERT_EXEC_TO_WRITE_EXEC = 3,
	ALERT_WRITE_EXEC_TO_EXEC = 4,
};

SEC("fexit/security_mmap_file")
int BPF_PROG(security_mmap_file, struct file *file, unsigned long prot, unsigned long flags, int ret)
{
	if (!file)
		return 0; /* anonymous memory */
	struct scratch *s = record_begin(EVENT_SECURITY_MMAP_FILE, ret);

	if (!s)
		return 0;
	security_mmap_file__pathname_path(s, &file->f_path);
	security_mmap_file__flags(s, BPF_CORE_READ(file, f_flags));
	PUT_INODE(security_mmap_file, s, BPF_CORE_READ(file, f_inode));
	security_mmap_file__ctime(s, inode_ctime(BPF_CORE_READ(file, f_inode)));
	security_mmap_file__prot(s, prot);
	security_mmap_file__mmap_flags(s, flags);
	if (config.detect_syscall)
		security_mmap_file__syscall(s, record_syscall(s));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* While a program is executed, the kernel maps it and its interpreter. */
static __always_inline bool in_execve(void)
{
	struct task_struct___execve *t = (void *)bpf_get_current_task();

	return BPF_CORE_READ_BITFIELD_PROBED(t, in_execve);
}

SEC("fexit/security_mmap_file")
int BPF_PROG(shared_object_loaded, struct file *file, unsigned long prot, unsigned long flags, int ret)
{
	if (!file || !(prot & VM_EXEC) || in_execve())
		return 0;
	struct scratch *s = record_begin(EVENT_SHARED_OBJECT_LOADED, ret);

	if (!s)
		return 0;
	shared_object_loaded__pathname_path(s, &file->f_path);
	shared_object_loaded__flags(s, BPF_CORE_READ(file, f_flags));
	PUT_INODE(shared_object_loaded, s, BPF_CORE_READ(file, f_inode));
	shared_object_loaded__ctime(s, inode_ctime(BPF_CORE_READ(file, f_inode)));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_file_mprotect")
int BPF_PROG(security_file_mprotect, struct vm_area_struct *vma, unsigned long asked, unsigned long prot, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_FILE_MPROTECT, ret);

	if (!s)
		return 0;
	struct file *file = BPF_CORE_READ(vma, vm_file);

	if (file)
		security_file_mprotect__pathname_path(s, &file->f_path);
	security_file_mprotect__prot(s, asked);
	if (file)
		security_file_mprotect__ctime(s, inode_ctime(BPF_CORE_READ(file, f_inode)));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline int memory_alert(enum memory_alert alert, int ret)
{
	struct scratch *s = record_begin(EVENT_MEM_PROT_ALERT, ret);

	if (!s)
		return 0;
	mem_prot_alert__alert(s, alert);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_mmap_file")
int BPF_PROG(mem_prot_alert_mmap, struct file *file, unsigned long prot, unsigned long flags, int ret)
{
	if ((prot & WRITE_EXEC) != WRITE_EXEC)
		return 0;
	return memory_alert(ALERT_MMAP_WRITE_EXEC, ret);
}

/* The hook is asked before the area changes: its flags are those of before. */
SEC("fexit/security_file_mprotect")
int BPF_PROG(mem_prot_alert, struct vm_area_struct *vma, unsigned long asked, unsigned long prot, int ret)
{
	u64 before = BPF_CORE_READ(vma, vm_flags);

	if (!(prot & VM_EXEC))
		return 0;
	if (!(before & VM_EXEC))
		return memory_alert(ALERT_EXEC, ret);
	if (!(before & VM_WRITE) && prot & VM_WRITE)
		return memory_alert(ALERT_EXEC_TO_WRITE_EXEC, ret);
	if (before & VM_WRITE && !(prot & VM_WRITE))
		return memory_alert(ALERT_WRITE_EXEC_TO_EXEC, ret);
	return 0;
}
