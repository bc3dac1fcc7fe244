// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Writing to files. All of it is hot: nothing is read of the file before the
 * filters have had their say. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "lib/file.h"
#include "lib/pagecache.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define MAGIC_MAX 32

/* Where a write began, told when it is over: the position has moved on by then.
 * Of a file opened to append this is where the data went. False for a file that
 * has no position. The kernel's position is given by its address. */
static __always_inline bool write_began(u64 position, s64 written, s64 *at)
{
	if (!position || bpf_probe_read_kernel(at, sizeof(*at), (void *)position))
		return false;
	if (written > 0 && *at >= written)
		*at -= written;
	return true;
}

/* Such a pointer argument is read as a number: 5.10 lets nobody load a pointer
 * to what is no structure. */
#define POINTER_ARG(i) probe_regs(&ctx[i])

#define WRITE_PROGRAM(event, EVENT, size_field)                                                                        \
	s64 at = 0;                                                                                                    \
	struct scratch *s = record_begin(EVENT, ret);                                                                  \
                                                                                                                       \
	if (!s)                                                                                                        \
		return 0;                                                                                              \
	event##__pathname_path(s, &file->f_path);                                                                      \
	PUT_INODE(event, s, BPF_CORE_READ(file, f_inode));                                                             \
	event##__##size_field(s, size);                                                                                \
	if (write_began(POINTER_ARG(3), ret, &at))                                                                     \
		event##__pos(s, at);                                                                                   \
	record_submit(s, &events, LOSS_EVENTS);                                                                        \
	return 0

SEC("fexit/vfs_write")
int BPF_PROG(vfs_write, struct file *file, const char *data, size_t size, loff_t *position, long ret)
{
	WRITE_PROGRAM(vfs_write, EVENT_VFS_WRITE, count);
}

SEC("fexit/vfs_writev")
int BPF_PROG(vfs_writev, struct file *file, const void *list, unsigned long size, loff_t *position, int flags, long ret)
{
	WRITE_PROGRAM(vfs_writev, EVENT_VFS_WRITEV, vlen);
}

SEC("fexit/__kernel_write")
int BPF_PROG(__kernel_write, struct file *file, const void *data, size_t size, loff_t *position, long ret)
{
	WRITE_PROGRAM(__kernel_write, EVENT___KERNEL_WRITE, count);
}

/* Is it a file in which places count? */
static __always_inline bool has_places(struct file *file)
{
	u16 type = BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT;

	return type == S_IFREG || type == S_IFBLK;
}

/* Reports what now begins a file; data is where it came from, in case that it
 * is not in memory: O_DIRECT, or the memory is shared with the file copied. */
static __always_inline int magic_submit(struct file *file, s64 written, u64 data, bool user)
{
	struct scratch *s = record_begin(EVENT_MAGIC_WRITE, written);
	u64 length = written > MAGIC_MAX ? MAGIC_MAX : written;

	if (!s)
		return 0;
	u64 page = first_page(file);

	magic_write__pathname_path(s, &file->f_path);
	if (page)
		magic_write__bytes(s, (void *)page, length);
	else if (data && user)
		magic_write__bytes_user(s, (void *)data, length);
	else if (data)
		magic_write__bytes(s, (void *)data, length);
	PUT_INODE(magic_write, s, BPF_CORE_READ(file, f_inode));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline bool is_beginning(struct file *file, u64 position, s64 written)
{
	s64 at = 0;

	return written > 0 && write_began(position, written, &at) && !at && has_places(file);
}

SEC("fexit/vfs_write")
int BPF_PROG(magic_write, struct file *file, const char *data, size_t size, loff_t *position, long ret)
{
	if (!is_beginning(file, POINTER_ARG(3), ret))
		return 0;
	return magic_submit(file, ret, POINTER_ARG(1), true);
}

SEC("fexit/vfs_writev")
int BPF_PROG(magic_write_v, struct file *file, const void *list, unsigned long length, loff_t *position, int flags,
	     long ret)
{
	struct iovec first = {};

	if (!is_beginning(file, POINTER_ARG(3), ret))
		return 0;
	bpf_probe_read_user(&first, sizeof(first), (void *)POINTER_ARG(1));
	if (first.iov_len < MAGIC_MAX && (s64)first.iov_len < ret)
		first.iov_base = NULL; /* the rest is elsewhere */
	return magic_submit(file, ret, (u64)first.iov_base, true);
}

SEC("fexit/__kernel_write")
int BPF_PROG(magic_write_kernel, struct file *file, const void *data, size_t size, loff_t *position, long ret)
{
	if (!is_beginning(file, POINTER_ARG(3), ret))
		return 0;
	return magic_submit(file, ret, POINTER_ARG(1), false);
}

/* sendfile, and what copies files for want of a better way: copy_file_range is
 * told by a program of its own, and overlayfs bringing a file up is no write. */
SEC("fexit/do_splice_direct")
int BPF_PROG(magic_write_sendfile, struct file *in, loff_t *in_position, struct file *out, loff_t *out_position,
	     size_t length, unsigned int flags, long ret)
{
	if (!is_beginning(out, POINTER_ARG(3), ret) || is_layer(out) || syscall_number() == NR_copy_file_range)
		return 0;
	return magic_submit(out, ret, 0, false);
}

SEC("fexit/vfs_copy_file_range")
int BPF_PROG(magic_write_copy, struct file *in, loff_t in_position, struct file *out, loff_t out_position,
	     size_t length, unsigned int flags, long ret)
{
	if (ret <= 0 || out_position || !has_places(out) || is_layer(out))
		return 0;
	return magic_submit(out, ret, in_position ? 0 : first_page(in), false);
}

/* From a pipe into a file. */
SEC("fexit/do_splice")
int BPF_PROG(magic_write_splice, struct file *in, loff_t *in_position, struct file *out, loff_t *out_position,
	     size_t length, unsigned int flags, long ret)
{
	u64 position = POINTER_ARG(3);

	if (!position)
		position = (u64)out + bpf_core_field_offset(struct file___pos, f_pos);
	if (!is_beginning(out, position, ret))
		return 0;
	return magic_submit(out, ret, 0, false);
}
