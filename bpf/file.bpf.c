// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files: opening. */
#include "lib/scope.h"
#include "lib/inode.h"
#include "lib/syscall.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* The path as the caller of the current system call gave it, in user memory;
 * NULL when the call takes none. */
static __always_inline const void *caller_path(void)
{
	struct pt_regs *regs;

	switch (current_syscall(&regs)) {
#if defined(__TARGET_ARCH_x86)
	case NR_open:
	case NR_creat:
#endif
	case NR_execve:
		return (void *)regs_arg(regs, 0);
	case NR_openat:
	case NR_openat2:
	case NR_execveat:
		return (void *)regs_arg(regs, 1);
	}
	return NULL;
}

SEC("fexit/security_file_open")
int BPF_PROG(security_file_open, struct file *file, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_FILE_OPEN, ret);

	if (!s)
		return 0;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	const void *given = caller_path();

	security_file_open__pathname_path(s, &file->f_path);
	security_file_open__flags(s, BPF_CORE_READ(file, f_flags));
	security_file_open__dev(s, BPF_CORE_READ(inode, i_sb, s_dev));
	security_file_open__inode(s, BPF_CORE_READ(inode, i_ino));
	security_file_open__ctime(s, inode_ctime(inode));
	if (given)
		security_file_open__syscall_pathname_user(s, given);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_unlink")
int BPF_PROG(security_inode_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_INODE_UNLINK, ret);

	if (!s)
		return 0;
	security_inode_unlink__pathname_dentry(s, dentry);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
