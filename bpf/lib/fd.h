/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Descriptors, and with the option fd-paths what they are open on. */
#pragma once

#include "record.h"

#define AT_FDCWD -100
#define INDEX_PATH 0x80 /* with an argument's index: what that descriptor is open on */

/* The path behind a descriptor of the current task, as long as it is open: a call
 * that closes it has done so by now. A global function: see path_step. */
__weak __noinline int put_fd_path(u32 key, u32 index, s32 fd)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	u64 mnt = 0, dentry = 0;

	if (!s)
		return 0;
	if (fd == AT_FDCWD) {
		mnt = (u64)BPF_CORE_READ(t, fs, pwd.mnt);
		dentry = (u64)BPF_CORE_READ(t, fs, pwd.dentry);
	} else {
		struct fdtable *table = BPF_CORE_READ(t, files, fdt);
		struct file *file = NULL, **fds = BPF_CORE_READ(table, fd);

		if (fd < 0 || fd >= BPF_CORE_READ(table, max_fds) ||
		    bpf_probe_read_kernel(&file, sizeof(file), &fds[fd]) || !file)
			return 0;
		mnt = (u64)BPF_CORE_READ(file, f_path.mnt);
		dentry = (u64)BPF_CORE_READ(file, f_path.dentry);
	}
	if (!dentry)
		return 0;
	path_write(key, mnt, dentry);
	put_path_text(s, INDEX_PATH | index);
	return 0;
}

static __always_inline void put_fd(struct scratch *s, u8 index, s32 fd)
{
	put_i32(s, index, fd);
	if (config.fd_paths)
		put_fd_path(s->key, index, fd);
}
