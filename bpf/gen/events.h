/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Made by `make generate` from pkg/catalog. Do not edit. */
#pragma once

#include "../lib/record.h"

enum event {
	EVENT_SCHED_PROCESS_FORK = 706,
	EVENT_SCHED_PROCESS_EXEC = 707,
	EVENT_SCHED_PROCESS_EXIT = 708,
	EVENT_CGROUP_MKDIR = 719,
	EVENT_CGROUP_RMDIR = 720,
	EVENT_SECURITY_BPRM_CHECK = 721,
	EVENT_SECURITY_FILE_OPEN = 722,
	EVENT_SECURITY_INODE_UNLINK = 723,
	EVENT_SECURITY_SOCKET_CONNECT = 726,
	EVENT_SOCKET_DUP = 739,
};

enum encoding {
	ENCODING_I32 = 1,
	ENCODING_U32 = 2,
	ENCODING_I64 = 3,
	ENCODING_U64 = 4,
	ENCODING_U16 = 5,
	ENCODING_BOOL = 6,
	ENCODING_STRING = 7,
	ENCODING_STRINGS = 8,
	ENCODING_BYTES = 9,
	ENCODING_SOCKADDR = 10,
	ENCODING_I32_PAIR = 11,
};

/* sched_process_fork */
static __always_inline void sched_process_fork__parent_tid(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void sched_process_fork__parent_ns_tid(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void sched_process_fork__parent_pid(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}
static __always_inline void sched_process_fork__parent_ns_pid(struct scratch *s, s32 v)
{
	put_i32(s, 3, v);
}
static __always_inline void sched_process_fork__child_tid(struct scratch *s, s32 v)
{
	put_i32(s, 4, v);
}
static __always_inline void sched_process_fork__child_ns_tid(struct scratch *s, s32 v)
{
	put_i32(s, 5, v);
}
static __always_inline void sched_process_fork__child_pid(struct scratch *s, s32 v)
{
	put_i32(s, 6, v);
}
static __always_inline void sched_process_fork__child_ns_pid(struct scratch *s, s32 v)
{
	put_i32(s, 7, v);
}
static __always_inline void sched_process_fork__start_time(struct scratch *s, u64 v)
{
	put_u64(s, 8, v);
}

/* sched_process_exec */
static __always_inline void sched_process_exec__cmdpath(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void sched_process_exec__cmdpath_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void sched_process_exec__cmdpath_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void sched_process_exec__cmdpath_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void sched_process_exec__pathname(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void sched_process_exec__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void sched_process_exec__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void sched_process_exec__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void sched_process_exec__argv(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 2, start, end);
}
static __always_inline void sched_process_exec__env(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 3, start, end);
}
static __always_inline void sched_process_exec__dev(struct scratch *s, u32 v)
{
	put_u32(s, 4, v);
}
static __always_inline void sched_process_exec__inode(struct scratch *s, u64 v)
{
	put_u64(s, 5, v);
}
static __always_inline void sched_process_exec__invoked_from_kernel(struct scratch *s, s32 v)
{
	put_i32(s, 6, v);
}
static __always_inline void sched_process_exec__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 7, v);
}
static __always_inline void sched_process_exec__stdin_type(struct scratch *s, u16 v)
{
	put_u16(s, 8, v);
}
static __always_inline void sched_process_exec__inode_mode(struct scratch *s, u16 v)
{
	put_u16(s, 9, v);
}
static __always_inline void sched_process_exec__interp(struct scratch *s, const void *from)
{
	put_string(s, 10, from);
}
static __always_inline void sched_process_exec__interp_user(struct scratch *s, const void *from)
{
	put_string_user(s, 10, from);
}
static __always_inline void sched_process_exec__interp_path(struct scratch *s, struct path *path)
{
	put_path(s, 10, path);
}
static __always_inline void sched_process_exec__interp_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 10, dentry);
}

/* sched_process_exit */
static __always_inline void sched_process_exit__exit_code(struct scratch *s, s64 v)
{
	put_i64(s, 0, v);
}
static __always_inline void sched_process_exit__process_group_exit(struct scratch *s, bool v)
{
	put_bool(s, 1, v);
}

/* cgroup_mkdir */
static __always_inline void cgroup_mkdir__cgroup_id(struct scratch *s, u64 v)
{
	put_u64(s, 0, v);
}
static __always_inline void cgroup_mkdir__cgroup_path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void cgroup_mkdir__cgroup_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void cgroup_mkdir__cgroup_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void cgroup_mkdir__cgroup_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void cgroup_mkdir__hierarchy_id(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}

/* cgroup_rmdir */
static __always_inline void cgroup_rmdir__cgroup_id(struct scratch *s, u64 v)
{
	put_u64(s, 0, v);
}
static __always_inline void cgroup_rmdir__cgroup_path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void cgroup_rmdir__cgroup_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void cgroup_rmdir__cgroup_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void cgroup_rmdir__cgroup_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void cgroup_rmdir__hierarchy_id(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}

/* security_bprm_check */
static __always_inline void security_bprm_check__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_bprm_check__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_bprm_check__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_bprm_check__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_bprm_check__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void security_bprm_check__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}

/* security_file_open */
static __always_inline void security_file_open__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_file_open__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_file_open__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_file_open__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_file_open__flags(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_file_open__dev(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void security_file_open__inode(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void security_file_open__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}
static __always_inline void security_file_open__syscall_pathname(struct scratch *s, const void *from)
{
	put_string(s, 5, from);
}
static __always_inline void security_file_open__syscall_pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 5, from);
}
static __always_inline void security_file_open__syscall_pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 5, path);
}
static __always_inline void security_file_open__syscall_pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 5, dentry);
}

/* security_inode_unlink */
static __always_inline void security_inode_unlink__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_inode_unlink__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_inode_unlink__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_inode_unlink__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}

/* security_socket_connect */
static __always_inline void security_socket_connect__sockfd(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void security_socket_connect__remote_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 1, from, len);
}

/* socket_dup */
static __always_inline void socket_dup__oldfd(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void socket_dup__newfd(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void socket_dup__remote_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 2, from, len);
}
