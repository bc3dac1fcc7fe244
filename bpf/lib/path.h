/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Paths as the kernel resolved them. bpf_d_path is missing on 5.10, so dentries
 * are walked from the leaf to the root, across mounts, writing the path from
 * the end of a buffer to its start.
 */
#pragma once

#include "maps.h"

#include <bpf/bpf_core_read.h>

#define PATH_COMPONENTS 256 /* deeper paths are cut at the root side and marked */

/* Prepends one name; false when it does not fit. */
static __always_inline bool path_prepend(struct scratch *s, struct dentry *d, bool slash)
{
	struct qstr name = BPF_CORE_READ(d, d_name);
	u32 len = name.len & NAME_MAX;
	u32 at = s->path_start;

	if (at < len + 1 || at >= PATH_MAX)
		return false;
	at = (at - len) & (PATH_MAX - 1);
	if (len)
		bpf_probe_read_kernel(&s->path[at], len & NAME_MAX, name.name);
	if (slash) {
		at = (at - 1) & (PATH_MAX - 1);
		s->path[at] = '/';
	}
	s->path_start = at;
	return true;
}

static __always_inline bool path_char(struct scratch *s, char c)
{
	u32 at = s->path_start;

	if (!at || at >= PATH_MAX)
		return false;
	at = (at - 1) & (PATH_MAX - 1);
	s->path[at] = c;
	s->path_start = at;
	return true;
}

/* What has no name: pipes and sockets, told as in /proc/PID/fd. */
static __always_inline void path_nameless(struct scratch *s, struct dentry *dentry)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	u16 type = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	u64 number = BPF_CORE_READ(inode, i_ino);
	const char *word = type == S_IFSOCK ? "[:tekcos" : "[:epip";

	if (type != S_IFSOCK && type != S_IFIFO)
		return;
	path_char(s, ']');
	for (int i = 0; i < 20; i++) {
		path_char(s, '0' + number % 10);
		number /= 10;
		if (!number)
			break;
	}
	for (int i = 0; i < 8 && word[i]; i++)
		path_char(s, word[i]);
}

/*
 * One step of a walk towards the root; true when it is over. This and path_write
 * are global functions: the verifier walks them once per program, and not once
 * per path and component, which made loading ten times slower. Such functions
 * take only numbers on 5.10.
 */
__weak __noinline int path_step(u32 key)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);

	if (!s)
		return true;
	struct mount *mnt = (void *)s->path_mount;
	struct dentry *dentry = (void *)s->path_dentry;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

	if (dentry == BPF_CORE_READ(mnt, mnt.mnt_root)) {
		struct mount *up = BPF_CORE_READ(mnt, mnt_parent);

		s->path_dentry = (u64)BPF_CORE_READ(mnt, mnt_mountpoint);
		s->path_mount = (u64)up;
		s->path_cut = up != mnt;
		return up == mnt;
	}
	if (dentry == parent) {
		char first = 0;

		/* The root of a file system, met without knowing its mount. */
		bpf_probe_read_kernel(&first, 1, BPF_CORE_READ(dentry, d_name.name));
		if (first == '/') {
			s->path_cut = false;
			return true;
		}
		if (!BPF_CORE_READ(dentry, d_name.len))
			path_nameless(s, dentry);
		s->path_cut = !path_prepend(s, dentry, false);
		return true;
	}
	s->path_dentry = (u64)parent;
	return !path_prepend(s, dentry, true);
}

/*
 * Writes the path of (vfsmount, dentry) into the path of scratch key. A file
 * that hangs in no tree, such as a memfd, yields its bare name: "memfd:x".
 */
__weak __noinline int path_write(u32 key, u64 vfsmount, u64 dentry)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);

	if (!s)
		return 0;
	s->path[PATH_MAX - 1] = 0;
	s->path_start = PATH_MAX - 1;
	s->path_cut = true;
	s->path_dentry = dentry;
	s->path_mount = vfsmount ? vfsmount - bpf_core_field_offset(struct mount, mnt) : 0;
	for (int i = 0; i < PATH_COMPONENTS; i++)
		if (path_step(key))
			break;
	if (s->path_cut) {
		s->path_start++; /* what is cut must not look absolute */
	} else if (s->path_start == PATH_MAX - 1) {
		s->path_start = PATH_MAX - 2;
		s->path[PATH_MAX - 2] = '/';
	}
	return 0;
}

static __always_inline void path_of(struct scratch *s, struct path *path)
{
	path_write(s->key, (u64)BPF_CORE_READ(path, mnt), (u64)BPF_CORE_READ(path, dentry));
}
