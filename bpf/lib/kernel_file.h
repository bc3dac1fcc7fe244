/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The kernel types that only the programs on files and memory read. */
#pragma once

#include "kernel.h"

#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define S_IFREG 0100000

#define FMODE_BACKING 0x2000000 /* 6.5: the file below a file of overlayfs or fuse; unused before */
#define MNT_INTERNAL 0x4000 /* the kernel's own mount of a file system, as memfds are in */
#define MNT_NS_INTERNAL ((u64)-22) /* in place of a namespace: a mount that is in none */
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define PIPE_BUF_FLAG_CAN_MERGE 0x10

#define VM_WRITE 2
#define VM_EXEC 4

typedef s64 loff_t;
typedef u64 size_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct dentry___sb {
	struct super_block *d_sb;
};

struct vfsmount___flags {
	int mnt_flags;
};

struct mount___ns {
	struct mnt_namespace *mnt_ns;
};

struct file___pos {
	loff_t f_pos;
};

struct file___mode {
	u32 f_mode;
};

struct file___mapping {
	struct address_space *f_mapping;
};

typedef struct {
	u64 refcnt;
} file_ref_t;

struct file___6_13 {
	file_ref_t f_ref;
};

struct super_block___magic {
	unsigned long s_magic;
};

struct xarray {
	void *xa_head;
};

struct address_space {
	struct xarray i_pages;
};

struct xa_node {
	void *slots[64];
};

struct page {
	unsigned long flags;
};

struct pipe_buffer {
	unsigned int flags;
};

struct pipe_inode_info {
	unsigned int head, ring_size;
	struct pipe_buffer *bufs;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

struct iovec {
	void *iov_base;
	size_t iov_len;
};

struct task_struct___execve {
	unsigned int in_execve : 1;
};

struct dir_context;

enum kernel_read_file_id { READING_UNKNOWN };

enum fsnotify_obj_type { FSNOTIFY_OBJ_TYPE_VFSMOUNT = 1, FSNOTIFY_OBJ_TYPE_SB };

#pragma clang attribute pop
