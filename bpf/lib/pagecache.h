/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The beginning of a file as it is in memory, where the kernel has put what was
 * written: it cannot be changed meanwhile as the writer's buffer can, and is there
 * too when there was no buffer, as with sendfile.
 */
#pragma once

#include "kernel_file.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define PAGE_SHIFT 12
#define XA_LEVELS 8

/* The file that holds the data of a file on overlayfs: it is what the latter has
 * open, in 6.13 and later behind one more pointer. */
static __always_inline struct file *file_with_data(struct file *file)
{
	struct super_block___magic *sb = (void *)BPF_CORE_READ(file, f_inode, i_sb);
	void *data = BPF_CORE_READ(file, private_data);

	if (BPF_CORE_READ(sb, s_magic) != OVERLAYFS_SUPER_MAGIC)
		return file;
	if (bpf_core_field_exists(struct file___6_13, f_ref))
		bpf_probe_read_kernel(&data, sizeof(data), data);
	return data;
}

#if defined(__TARGET_ARCH_x86)

extern const void vmemmap_base __ksym __weak;
extern const void page_offset_base __ksym __weak;

static __always_inline u64 page_address(u64 page)
{
	u64 pages = 0, memory = 0;

	if (bpf_probe_read_kernel(&pages, sizeof(pages), &vmemmap_base) ||
	    bpf_probe_read_kernel(&memory, sizeof(memory), &page_offset_base))
		return 0;
	return memory + ((page - pages) / bpf_core_type_size(struct page) << PAGE_SHIFT);
}

#else

/* On arm64 where pages are depends on how the kernel was built. */
static __always_inline u64 page_address(u64 page)
{
	return 0;
}

#endif

/* The address of the first page of the file, 0 if it is not in memory. */
static __always_inline u64 first_page(struct file *file)
{
	struct file___mapping *mapped = (void *)file_with_data(file);
	u64 entry = (u64)BPF_CORE_READ(mapped, f_mapping, i_pages.xa_head);

	for (int i = 0; i < XA_LEVELS; i++) {
		if ((entry & 3) != 2)
			break;
		struct xa_node *node = (void *)(entry - 2);

		entry = (u64)BPF_CORE_READ(node, slots[0]);
	}
	if (!entry || entry & 3)
		return 0;
	return page_address(entry);
}
