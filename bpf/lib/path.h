/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Paths as the kernel resolved them. bpf_d_path is missing on 5.10, so dentries
 * are walked from the leaf to the root, across mounts, writing the path from
 * the end of a buffer to its start.
 */
#pragma once

#include "maps.h"

#include <bpf/bpf_core_read.h>

#define PATH_COMPONENTS 64 /* deeper paths are cut at the root side and marked */

/* Prepends one name; false when it does not fit. */
static __always_inline bool path_prepend(struct scratch *s, u32 *start, struct dentry *d, bool slash)
{
	struct qstr name = BPF_CORE_READ(d, d_name);
	u32 len = name.len & NAME_MAX;
	u32 at = *start;

	if (at < len + 1 || at > PATH_MAX)
		return false;
	at -= len;
	at &= PATH_MAX - 1;
	if (len)
		bpf_probe_read_kernel(&s->path[at], len & NAME_MAX, name.name);
	if (slash) {
		at = (at - 1) & (PATH_MAX - 1);
		s->path[at] = '/';
	}
	*start = at;
	return true;
}

/*
 * Writes the path of (vfsmount, dentry) into the path of scratch key. A file
 * that hangs in no tree, such as a memfd, yields its bare name: "memfd:x".
 *
 * A global function, so that the verifier walks it once per program and not
 * once per path; such functions take numbers only on 5.10.
 */
__weak __noinline int path_write(u32 key, u64 vfsmount_address, u64 dentry_address)
{
	struct vfsmount *vfsmnt = (void *)vfsmount_address;
	struct dentry *dentry = (void *)dentry_address;
	struct mount *mnt = (void *)vfsmnt - bpf_core_field_offset(struct mount, mnt);
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	u32 at = PATH_MAX - 1;
	bool whole = false;

	if (!s)
		return 0;
	s->path[at] = 0;
	for (int i = 0; i < PATH_COMPONENTS; i++) {
		struct dentry *root = BPF_CORE_READ(vfsmnt, mnt_root);
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

		if (dentry == root) {
			struct mount *up = BPF_CORE_READ(mnt, mnt_parent);

			if (up == mnt) {
				whole = true;
				break;
			}
			dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
			mnt = up;
			vfsmnt = (void *)up + bpf_core_field_offset(struct mount, mnt);
			continue;
		}
		if (dentry == parent) {
			whole = path_prepend(s, &at, dentry, false);
			break;
		}
		if (!path_prepend(s, &at, dentry, true))
			break;
		dentry = parent;
	}
	if (whole && at == PATH_MAX - 1) {
		at = PATH_MAX - 2;
		s->path[at] = '/';
	}
	s->path_start = at;
	s->path_cut = !whole;
	return 0;
}

static __always_inline void path_of(struct scratch *s, struct path *path)
{
	path_write(s->key, (u64)BPF_CORE_READ(path, mnt), (u64)BPF_CORE_READ(path, dentry));
}
