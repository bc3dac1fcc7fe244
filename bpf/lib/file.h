/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What programs on files and memory ask of a file. */
#pragma once

#include "kernel_file.h"

#include <bpf/bpf_core_read.h>

/* The fields dev and inode, which most events on files have. */
#define PUT_INODE(event, s, from)                                                                                      \
	do {                                                                                                           \
		struct inode *of = from;                                                                               \
                                                                                                                       \
		event##__dev(s, BPF_CORE_READ(of, i_sb, s_dev));                                                       \
		event##__inode(s, BPF_CORE_READ(of, i_ino));                                                           \
	} while (0)

/*
 * Is the file one that overlayfs opens in a layer, after the one that the caller
 * has opened? Before 6.5 it has the caller's path with the layer's inode, later a
 * mode of its own; folders and files that are copied up are opened by the layer's
 * mount, which nobody else can have: it is in no namespace.
 */
static __always_inline bool is_layer(struct file *file)
{
	struct file___mode *with_mode = (void *)file;
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct dentry___sb *with_sb = (void *)dentry;
	struct vfsmount *vfsmount = BPF_CORE_READ(file, f_path.mnt);
	struct vfsmount___flags *with_flags = (void *)vfsmount;
	struct mount___ns *mount = (void *)vfsmount - bpf_core_field_offset(struct mount, mnt);

	if (BPF_CORE_READ(with_mode, f_mode) & FMODE_BACKING)
		return true;
	if (BPF_CORE_READ(file, f_inode, i_sb) != BPF_CORE_READ(with_sb, d_sb))
		return true;
	return (u64)BPF_CORE_READ(mount, mnt_ns) == MNT_NS_INTERNAL &&
	       !(BPF_CORE_READ(with_flags, mnt_flags) & MNT_INTERNAL);
}
