// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Writing to files. All of it is hot: nothing is read of the file before the
 * filters have had their say. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "lib/file.h"
#include "gen/events.h"

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
