/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#pragma once

#include "kernel.h"

#include <bpf/bpf_core_read.h>

/* The type of the file behind descriptor 0; 0 when it is closed. */
static __always_inline u16 stdin_type(struct task_struct *t)
{
	struct file **fds = BPF_CORE_READ(t, files, fdt, fd), *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), fds);
	return BPF_CORE_READ(file, f_inode, i_mode);
}

/* Of the nanoseconds: somebody has asked, the next change needs a new time (6.13). */
#define CTIME_QUERIED 0x80000000

/* Last status change, ns since 1970; the field moved twice. */
static __always_inline u64 inode_ctime(struct inode *inode)
{
	struct inode___6_6 *i66 = (void *)inode;
	struct inode___6_11 *i611 = (void *)inode;
	struct timespec64 ts = {};

	if (bpf_core_field_exists(i611->i_ctime_sec))
		return BPF_CORE_READ(i611, i_ctime_sec) * 1000000000ull +
		       (BPF_CORE_READ(i611, i_ctime_nsec) & ~CTIME_QUERIED);
	if (bpf_core_field_exists(i66->__i_ctime))
		ts = BPF_CORE_READ(i66, __i_ctime);
	else
		ts = BPF_CORE_READ(inode, i_ctime);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}
