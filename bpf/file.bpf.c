// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files: opening, naming, mounting, watching. Writing is in write.bpf.c. */
#include "lib/scope.h"
#include "lib/inode.h"
#include "lib/syscall.h"
#include "lib/file.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* The path as the caller of the current system call gave it, in user memory;
 * NULL when the call takes none. */
static __always_inline const void *caller_path(void)
{
	struct pt_regs *regs;

	switch (current_syscall(&regs)) {
#if defined(__TARGET_ARCH_x86)
	case NR_open:
	case NR_creat:
#endif
	case NR_execve:
		return (void *)regs_arg(regs, 0);
	case NR_openat:
	case NR_openat2:
	case NR_execveat:
		return (void *)regs_arg(regs, 1);
	}
	return NULL;
}

SEC("fexit/security_file_open")
int BPF_PROG(security_file_open, struct file *file, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_FILE_OPEN, ret);

	if (!s)
		return 0;
	if (is_layer(file)) {
		scratch_free(s);
		return 0;
	}
	const void *given = caller_path();

	security_file_open__pathname_path(s, &file->f_path);
	security_file_open__flags(s, BPF_CORE_READ(file, f_flags));
	PUT_INODE(security_file_open, s, BPF_CORE_READ(file, f_inode));
	security_file_open__ctime(s, inode_ctime(BPF_CORE_READ(file, f_inode)));
	if (given)
		security_file_open__syscall_pathname_user(s, given);
	if (config.detect_syscall)
		security_file_open__syscall(s, record_syscall(s));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_unlink")
int BPF_PROG(security_inode_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_INODE_UNLINK, ret);

	if (!s)
		return 0;
	security_inode_unlink__pathname_dentry(s, dentry);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_sb_mount")
int BPF_PROG(security_sb_mount, const char *dev_name, struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_SB_MOUNT, ret);

	if (!s)
		return 0;
	if (dev_name)
		security_sb_mount__dev_name(s, dev_name);
	security_sb_mount__path_path(s, path);
	if (type)
		security_sb_mount__type(s, type);
	security_sb_mount__flags(s, flags);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_kernel_read_file")
int BPF_PROG(security_kernel_read_file, struct file *file, enum kernel_read_file_id id, bool contents, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_KERNEL_READ_FILE, ret);

	if (!s)
		return 0;
	security_kernel_read_file__pathname_path(s, &file->f_path);
	PUT_INODE(security_kernel_read_file, s, BPF_CORE_READ(file, f_inode));
	security_kernel_read_file__type(s, id);
	security_kernel_read_file__ctime(s, inode_ctime(BPF_CORE_READ(file, f_inode)));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_kernel_post_read_file")
int BPF_PROG(security_kernel_post_read_file, struct file *file, char *buf, loff_t size, enum kernel_read_file_id id,
	     int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_KERNEL_POST_READ_FILE, ret);

	if (!s)
		return 0;
	security_kernel_post_read_file__pathname_path(s, &file->f_path);
	security_kernel_post_read_file__size(s, size);
	security_kernel_post_read_file__type(s, id);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_mknod")
int BPF_PROG(security_inode_mknod, struct inode *dir, struct dentry *dentry, u16 mode, u32 dev, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_INODE_MKNOD, ret);

	if (!s)
		return 0;
	security_inode_mknod__file_name_dentry(s, dentry);
	security_inode_mknod__mode(s, mode);
	security_inode_mknod__dev(s, dev);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_symlink")
int BPF_PROG(security_inode_symlink, struct inode *dir, struct dentry *dentry, const char *target, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_INODE_SYMLINK, ret);

	if (!s)
		return 0;
	security_inode_symlink__linkpath_dentry(s, dentry);
	security_inode_symlink__target(s, target);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_rename")
int BPF_PROG(security_inode_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, unsigned int flags, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_INODE_RENAME, ret);

	if (!s)
		return 0;
	security_inode_rename__old_path_dentry(s, old_dentry);
	security_inode_rename__new_path_dentry(s, new_dentry);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

#define RENAME_EXCHANGE 2

static __always_inline void rename_in(struct path *old_dir, struct dentry *old, struct path *new_dir,
				      struct dentry *new, u32 flags, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_RENAME, ret);

	if (!s)
		return;
	security_path_rename__old_path_in(s, old_dir, old);
	security_path_rename__new_path_in(s, new_dir, new);
	security_path_rename__flags(s, flags);
	record_submit(s, &events, LOSS_EVENTS);
}

SEC("fexit/security_path_rename")
int BPF_PROG(security_path_rename, struct path *old_dir, struct dentry *old_dentry, struct path *new_dir,
	     struct dentry *new_dentry, unsigned int flags, int ret)
{
	rename_in(old_dir, old_dentry, new_dir, new_dentry, flags, ret);
	if (flags & RENAME_EXCHANGE)
		rename_in(new_dir, new_dentry, old_dir, old_dentry, flags, ret);
	return 0;
}

static __always_inline void rename_dentry(struct dentry *old, struct dentry *new, u32 flags, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_RENAME, ret);

	if (!s)
		return;
	security_path_rename__old_path_dentry(s, old);
	security_path_rename__new_path_dentry(s, new);
	security_path_rename__flags(s, flags);
	record_submit(s, &events, LOSS_EVENTS);
}

SEC("fexit/security_inode_rename")
int BPF_PROG(security_path_rename_inode, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, unsigned int flags, int ret)
{
	rename_dentry(old_dentry, new_dentry, flags, ret);
	if (flags & RENAME_EXCHANGE)
		rename_dentry(new_dentry, old_dentry, flags, ret);
	return 0;
}

/* Both names are on one mount. */
SEC("fexit/security_path_link")
int BPF_PROG(security_path_link, struct dentry *old_dentry, struct path *new_dir, struct dentry *new_dentry, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_LINK, ret);

	if (!s)
		return 0;
	security_path_link__pathname_in(s, new_dir, old_dentry);
	security_path_link__linkpath_in(s, new_dir, new_dentry);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_link")
int BPF_PROG(security_path_link_inode, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_LINK, ret);

	if (!s)
		return 0;
	security_path_link__pathname_dentry(s, old_dentry);
	security_path_link__linkpath_dentry(s, new_dentry);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_path_symlink")
int BPF_PROG(security_path_symlink, struct path *dir, struct dentry *dentry, const char *old_name, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_SYMLINK, ret);

	if (!s)
		return 0;
	security_path_symlink__linkpath_in(s, dir, dentry);
	security_path_symlink__target(s, old_name);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_inode_symlink")
int BPF_PROG(security_path_symlink_inode, struct inode *dir, struct dentry *dentry, const char *old_name, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_SYMLINK, ret);

	if (!s)
		return 0;
	security_path_symlink__linkpath_dentry(s, dentry);
	security_path_symlink__target(s, old_name);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* 5.11 renumbered the sorts of objects; ours are the newest kernel's. */
static __always_inline u32 notify_object(u32 type)
{
	if (type == bpf_core_enum_value(enum fsnotify_obj_type, FSNOTIFY_OBJ_TYPE_VFSMOUNT))
		return FSNOTIFY_OBJ_TYPE_VFSMOUNT;
	if (type == bpf_core_enum_value(enum fsnotify_obj_type, FSNOTIFY_OBJ_TYPE_SB))
		return FSNOTIFY_OBJ_TYPE_SB;
	return type;
}

SEC("fexit/security_path_notify")
int BPF_PROG(security_path_notify, struct path *path, u64 mask, unsigned int obj_type, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PATH_NOTIFY, ret);

	if (!s)
		return 0;
	security_path_notify__pathname_path(s, path);
	PUT_INODE(security_path_notify, s, BPF_CORE_READ(path, dentry, d_inode));
	security_path_notify__mask(s, mask);
	security_path_notify__obj_type(s, notify_object(obj_type));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/chmod_common")
int BPF_PROG(chmod_common, const struct path *path, u16 mode, int ret)
{
	struct scratch *s = record_begin(EVENT_CHMOD_COMMON, ret);

	if (!s)
		return 0;
	chmod_common__pathname_path(s, (struct path *)path);
	chmod_common__mode(s, mode);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline int hidden_entry(u64 inode, const char *name)
{
	if (inode)
		return 0;
	struct scratch *s = record_begin(EVENT_HIDDEN_INODES, 0);

	if (!s)
		return 0;
	hidden_inodes__hidden_process(s, name);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* One entry of a folder on its way to the reader: for getdents64, getdents, and
 * both of a 32-bit caller. */
SEC("fexit/filldir64")
int BPF_PROG(hidden_inodes, struct dir_context *to, const char *name, int length, loff_t offset, u64 inode)
{
	return hidden_entry(inode, name);
}

SEC("fexit/filldir")
int BPF_PROG(hidden_inodes_old, struct dir_context *to, const char *name, int length, loff_t offset, u64 inode)
{
	return hidden_entry(inode, name);
}

SEC("fexit/compat_filldir")
int BPF_PROG(hidden_inodes_compat, struct dir_context *to, const char *name, int length, loff_t offset, u64 inode)
{
	return hidden_entry(inode, name);
}

/* The pages of a pipe, NULL when the file is none. */
static __always_inline struct pipe_inode_info *pipe_of(struct file *file)
{
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFIFO)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

/* The flags of the page that a write to the pipe would go on filling. */
static __always_inline u32 last_flags(struct pipe_inode_info *pipe)
{
	u32 last = (BPF_CORE_READ(pipe, head) - 1) & (BPF_CORE_READ(pipe, ring_size) - 1);
	struct pipe_buffer *buffers = BPF_CORE_READ(pipe, bufs);
	struct pipe_buffer *buffer = (void *)buffers + last * bpf_core_type_size(struct pipe_buffer);

	return BPF_CORE_READ(buffer, flags);
}

SEC("fexit/do_splice")
int BPF_PROG(dirty_pipe_splice, struct file *in, loff_t *off_in, struct file *out, loff_t *off_out, size_t length,
	     unsigned int flags, long ret)
{
	struct pipe_inode_info *pipe = pipe_of(out);

	if (ret <= 0 || !pipe || !(last_flags(pipe) & PIPE_BUF_FLAG_CAN_MERGE))
		return 0;
	struct scratch *s = record_begin(EVENT_DIRTY_PIPE_SPLICE, ret);
	s64 offset = BPF_CORE_READ((struct file___pos *)in, f_pos);

	if (!s)
		return 0;
	bpf_probe_read_kernel(&offset, sizeof(offset), (void *)probe_regs(&ctx[1]));
	if (offset >= ret)
		offset -= ret; /* it has moved on */
	dirty_pipe_splice__inode_in(s, BPF_CORE_READ(in, f_inode, i_ino));
	dirty_pipe_splice__in_file_type(s, BPF_CORE_READ(in, f_inode, i_mode) & S_IFMT);
	dirty_pipe_splice__in_file_path_path(s, &in->f_path);
	dirty_pipe_splice__exposed_data_start_offset(s, offset);
	dirty_pipe_splice__exposed_data_len(s, ret);
	dirty_pipe_splice__inode_out(s, BPF_CORE_READ(out, f_inode, i_ino));
	dirty_pipe_splice__out_pipe_last_buffer_flags(s, last_flags(pipe));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
