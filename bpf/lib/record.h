/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The values of a record's arguments, each written behind the one before. */
#pragma once

#include "path.h"
#include "scratch.h"

/* Reads text of user memory and returns its length with the NUL, as
 * bpf_probe_read_user_str does; of empty text that one says 0 on older kernels. */
static __always_inline long read_user_text(u8 *to, u32 size, const void *from)
{
	long n = bpf_probe_read_user_str(to, size, from);

	if (n)
		return n;
	*to = 0;
	return 1;
}

/* Text that ends with a NUL, in kernel or user memory. Unreadable text leaves
 * the argument out. */
static __always_inline void put_text(struct scratch *s, u8 index, const void *from, bool user)
{
	NEXT(s);
	long n = user ? read_user_text(&s->data[off + 3], STRING_MAX + 1, from) :
			bpf_probe_read_kernel_str(&s->data[off + 3], STRING_MAX + 1, from);

	if (n <= 0 || n > STRING_MAX + 1) {
		s->faults += !!from;
		return;
	}
	bool cut = n == STRING_MAX + 1;

	put_length(s, off, index, n - 1, cut);
	s->off = off + 3 + n - 1;
}

static __always_inline void put_string(struct scratch *s, u8 index, const void *from)
{
	put_text(s, index, from, false);
}

static __always_inline void put_string_user(struct scratch *s, u8 index, const void *from)
{
	put_text(s, index, from, true);
}

/* What path_write left. An argument, or what one is open on (fd.h). */
static __always_inline void put_path_text(struct scratch *s, u8 index)
{
	NEXT(s);
	u32 start = s->path_start & (PATH_MAX - 1);
	long n = bpf_probe_read_kernel_str(&s->data[off + 3], PATH_MAX, &s->path[start]);

	if (n <= 0 || n > PATH_MAX)
		return;
	put_length(s, off, index, n - 1, s->path_cut);
	s->off = off + 3 + n - 1;
}

/* The path of an open file. */
static __always_inline void put_path(struct scratch *s, u8 index, struct path *path)
{
	path_of(s, path);
	put_path_text(s, index);
}

/* The path of a dentry in a folder. */
static __always_inline void put_path_in(struct scratch *s, u8 index, struct path *dir, struct dentry *dentry)
{
	u64 address = 0;

	/* As a number: the verifier lets no typed pointer into a global function. */
	bpf_probe_read_kernel(&address, sizeof(address), &dentry);
	path_write(s->key, (u64)BPF_CORE_READ(dir, mnt), address);
	put_path_text(s, index);
}

/* The path of a dentry within its file system, where a hook tells no mount. */
static __always_inline void put_dentry(struct scratch *s, u8 index, struct dentry *dentry)
{
	u64 address = 0;

	/* As a number: the verifier lets no typed pointer into a global function. */
	bpf_probe_read_kernel(&address, sizeof(address), &dentry);
	path_write(s->key, 0, address);
	put_path_text(s, index);
}

/* A list that could not be read is an empty one that is cut: unlike one that is
 * not there, it is never silently absent. */
static __always_inline void put_unreadable(struct scratch *s, u64 off, u8 index)
{
	s->faults++;
	put_length(s, off, index, 0, true);
	s->off = off + 3;
}

#define BYTES_MAX 256

/* Raw bytes, in kernel or user memory. Unreadable ones leave the argument out. */
static __always_inline void put_raw(struct scratch *s, u8 index, const void *from, u64 len, bool user)
{
	NEXT(s);
	bool cut = len > BYTES_MAX;

	if (cut)
		len = BYTES_MAX;
	barrier_var(len);
	if (len > BYTES_MAX)
		return;
	if (user ? bpf_probe_read_user(&s->data[off + 3], len, from) :
		   bpf_probe_read_kernel(&s->data[off + 3], len, from))
		return;
	put_length(s, off, index, len, cut);
	s->off = off + 3 + len;
}

static __always_inline void put_bytes(struct scratch *s, u8 index, const void *from, u64 len)
{
	put_raw(s, index, from, len, false);
}

static __always_inline void put_bytes_user(struct scratch *s, u8 index, const void *from, u64 len)
{
	put_raw(s, index, from, len, true);
}

/* A block of texts that lie one after the other, as a program's arguments and
 * environment do. */
static __always_inline void put_strings_block(struct scratch *s, u8 index, u64 start, u64 end)
{
	NEXT(s);
	u64 len = end - start;
	bool cut = len > STRINGS_MAX - 1;

	if (cut)
		len = STRINGS_MAX - 1;
	len &= STRINGS_MAX - 1;
	if (bpf_probe_read_user(&s->data[off + 3], len, (void *)start)) {
		/* A page is not there: what lies on the first one, marked as cut. */
		u64 rest = PAGE_SIZE - (start & (PAGE_SIZE - 1));

		cut = true;
		if (len > rest)
			len = rest;
		barrier_var(len);
		len &= STRINGS_MAX - 1;
		if (bpf_probe_read_user(&s->data[off + 3], len, (void *)start)) {
			put_unreadable(s, off, index);
			return;
		}
	}
	put_length(s, off, index, len, cut);
	s->off = off + 3 + len;
}

static __always_inline long read_memory(void *to, u32 size, const void *from, bool user)
{
	return user ? bpf_probe_read_user(to, size, from) : bpf_probe_read_kernel(to, size, from);
}

/* Where a list of pointers lies; those of 32-bit programs are narrow. */
enum list_memory { LIST_KERNEL, LIST_USER, LIST_USER32 };

/* Reads one text of a list; nonzero ends the list, LIST_CUT because it was not
 * whole. See path_step for why this is a global function. */
#define LIST_END 1
#define LIST_CUT 2
__weak __noinline int list_step(u32 key, u64 element_address, u32 limit, u32 memory)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	bool user = memory != LIST_KERNEL;
	u64 element = 0;

	if (!s || read_memory(&element, memory == LIST_USER32 ? 4 : 8, (void *)element_address, user))
		return LIST_CUT;
	if (!element)
		return LIST_END;
	u64 at = s->list_end;

	barrier_var(at);
	if (at >= limit || at > RECORD_MAX + STRINGS_MAX)
		return LIST_CUT;
	long n = user ? read_user_text(&s->data[at], LIST_TEXT_MAX, (void *)element) :
			bpf_probe_read_kernel_str(&s->data[at], LIST_TEXT_MAX, (void *)element);

	if (n <= 0 || n > LIST_TEXT_MAX)
		return LIST_CUT;
	s->list_end = at + n;
	return n == LIST_TEXT_MAX ? LIST_CUT : 0; /* a cut text ends the list */
}

/* A NULL-terminated list of pointers to texts. */
static __always_inline void put_strings_list(struct scratch *s, u8 index, u64 list, u32 memory)
{
	NEXT(s);
	int end = 0;

	if (!list)
		return;
	s->list_end = off + 3;
	for (int i = 0; i < STRINGS_COUNT && !end; i++)
		end = list_step(s->key, list + i * (memory == LIST_USER32 ? 4 : 8), off + STRINGS_MAX, memory);
	put_length(s, off, index, s->list_end - off - 3, end != LIST_END);
	s->off = s->list_end;
}

static __always_inline void put_strings_user(struct scratch *s, u8 index, const u64 *list)
{
	put_strings_list(s, index, (u64)list, LIST_USER);
}

static __always_inline void put_strings_kernel(struct scratch *s, u8 index, const u64 *list)
{
	put_strings_list(s, index, (u64)list, LIST_KERNEL);
}

/* Credentials as they travel. Mirrored by pkg/decode/cred.go. */
struct slim_cred {
	u32 uid, gid, suid, sgid, euid, egid, fsuid, fsgid;
	u32 user_ns, securebits;
	u64 inheritable, permitted, effective, bounding, ambient;
};

static __always_inline void put_cred(struct scratch *s, u8 index, const struct slim_cred *cred)
{
	NEXT(s);
	s->data[off] = index;
	__builtin_memcpy(&s->data[off + 1], cred, sizeof(*cred));
	s->off = off + 1 + sizeof(*cred);
	s->args++;
}

#define SOCKADDR_MAX 128

/* How much of an address means anything: callers may give more. */
static __always_inline u32 sockaddr_len(u16 family)
{
	switch (family) {
	case AF_UNIX:
		return 110;
	case AF_INET:
		return 16;
	case AF_INET6:
		return 28;
	}
	return SOCKADDR_MAX;
}

/* A struct sockaddr of max bytes. One that is too short for its family is none. */
static __always_inline void put_sockaddr_of(struct scratch *s, u8 index, const void *from, bool user, u32 max)
{
	NEXT(s);
	u16 family = 0;

	if (max < sizeof(family) || max > (1U << 31))
		return;
	if (user ? bpf_probe_read_user(&family, 2, from) : bpf_probe_read_kernel(&family, 2, from)) {
		s->faults += !!from;
		return;
	}
	u64 len = sockaddr_len(family);

	if (len > max)
		len = max;
	barrier_var(len);
	if (len > SOCKADDR_MAX)
		return;
	if (user ? bpf_probe_read_user(&s->data[off + 3], len, from) :
		   bpf_probe_read_kernel(&s->data[off + 3], len, from))
		return;
	put_length(s, off, index, len, false);
	s->off = off + 3 + len;
}

static __always_inline void put_sockaddr(struct scratch *s, u8 index, const void *from, u32 len)
{
	put_sockaddr_of(s, index, from, false, len);
}

#define OPEN_HOW_SIZE 24 /* of its first version; the kernel takes no less */

static __always_inline void put_open_how_user(struct scratch *s, u8 index, const void *from)
{
	NEXT(s);
	if (bpf_probe_read_user(&s->data[off + 3], OPEN_HOW_SIZE, from))
		return;
	put_length(s, off, index, OPEN_HOW_SIZE, false);
	s->off = off + 3 + OPEN_HOW_SIZE;
}

static __always_inline void put_pair_user(struct scratch *s, u8 index, const void *from)
{
	NEXT(s);
	if (bpf_probe_read_user(&s->data[off + 1], 8, from)) {
		s->faults += !!from;
		return;
	}
	s->data[off] = index;
	s->off = off + 9;
	s->args++;
}

/* An address as text in place of a name, for user space to find that. */
#define ADDRESS_TEXT 20
static __always_inline void address_text(char *to, u64 address)
{
	to[0] = '0';
	to[1] = 'x';
	for (int i = 0; i < 16; i++) {
		u8 digit = address >> (60 - 4 * i) & 15;

		to[2 + i] = digit < 10 ? '0' + digit : 'a' + digit - 10;
	}
	to[18] = 0;
}

/* Addresses of functions, for user space to find their names. Only those that fit
 * HOOKS_MAX are written; count is for the caller to keep below. */
#define HOOKS_MAX 4
static __always_inline void put_hooks(struct scratch *s, u8 index, const u64 *addresses, u32 count)
{
	NEXT(s);
	u64 len = count * 8;

	barrier_var(len);
	if (len > HOOKS_MAX * 8)
		return;
	if (bpf_probe_read_kernel(&s->data[off + 3], len, addresses))
		return;
	put_length(s, off, index, len, false);
	s->off = off + 3 + len;
}
