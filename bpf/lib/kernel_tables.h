/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel types of tables that somebody may have changed. */
#pragma once

#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct super_block___magic {
	unsigned long s_magic;
};

struct inode___super {
	struct super_block___magic *i_sb;
};

struct file_operations {
	void *iterate, *iterate_shared; /* 6.6 dropped iterate */
};

struct file___operations {
	struct path f_path;
	struct inode___super *f_inode;
	const struct file_operations *f_op;
};

#pragma clang attribute pop
