/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Made by `make generate` from pkg/catalog. Do not edit. */
#pragma once

#include "../lib/record.h"

enum event {
	EVENT_SYS_ENTER = 704,
	EVENT_SYS_EXIT = 705,
	EVENT_SCHED_PROCESS_FORK = 706,
	EVENT_SCHED_PROCESS_EXEC = 707,
	EVENT_SCHED_PROCESS_EXIT = 708,
	EVENT_SCHED_SWITCH = 709,
	EVENT_DO_EXIT = 710,
	EVENT_CAP_CAPABLE = 711,
	EVENT_VFS_WRITE = 712,
	EVENT_VFS_WRITEV = 713,
	EVENT_MEM_PROT_ALERT = 714,
	EVENT_COMMIT_CREDS = 715,
	EVENT_SWITCH_TASK_NS = 716,
	EVENT_MAGIC_WRITE = 717,
	EVENT_CGROUP_ATTACH_TASK = 718,
	EVENT_CGROUP_MKDIR = 719,
	EVENT_CGROUP_RMDIR = 720,
	EVENT_SECURITY_BPRM_CHECK = 721,
	EVENT_SECURITY_FILE_OPEN = 722,
	EVENT_SECURITY_INODE_UNLINK = 723,
	EVENT_SECURITY_SOCKET_CREATE = 724,
	EVENT_SECURITY_SOCKET_LISTEN = 725,
	EVENT_SECURITY_SOCKET_CONNECT = 726,
	EVENT_SECURITY_SOCKET_ACCEPT = 727,
	EVENT_SECURITY_SOCKET_BIND = 728,
	EVENT_SECURITY_SOCKET_SETSOCKOPT = 729,
	EVENT_SECURITY_SB_MOUNT = 730,
	EVENT_SECURITY_BPF = 731,
	EVENT_SECURITY_BPF_MAP = 732,
	EVENT_SECURITY_KERNEL_READ_FILE = 733,
	EVENT_SECURITY_INODE_MKNOD = 734,
	EVENT_SECURITY_KERNEL_POST_READ_FILE = 735,
	EVENT_SECURITY_INODE_SYMLINK = 736,
	EVENT_SECURITY_MMAP_FILE = 737,
	EVENT_SECURITY_FILE_MPROTECT = 738,
	EVENT_SOCKET_DUP = 739,
	EVENT_HIDDEN_INODES = 740,
	EVENT___KERNEL_WRITE = 741,
	EVENT_PROC_CREATE = 742,
	EVENT_KPROBE_ATTACH = 743,
	EVENT_CALL_USERMODEHELPER = 744,
	EVENT_DIRTY_PIPE_SPLICE = 745,
	EVENT_DEBUGFS_CREATE_FILE = 746,
	EVENT_DEBUGFS_CREATE_DIR = 748,
	EVENT_DEVICE_ADD = 749,
	EVENT_REGISTER_CHRDEV = 750,
	EVENT_SHARED_OBJECT_LOADED = 751,
	EVENT_DO_INIT_MODULE = 752,
	EVENT_SOCKET_ACCEPT = 753,
	EVENT_LOAD_ELF_PHDRS = 754,
	EVENT_HOOKED_PROC_FOPS = 755,
	EVENT_TASK_RENAME = 757,
	EVENT_PROCESS_EXECUTE_FAILED = 9010,
	EVENT_SECURITY_TASK_KILL = 9011,
	EVENT_SECURITY_PTRACE_ACCESS_CHECK = 9012,
	EVENT_DO_SIGACTION = 9013,
	EVENT_SECURITY_INODE_RENAME = 9030,
	EVENT_SECURITY_PATH_NOTIFY = 9031,
	EVENT_CHMOD_COMMON = 9032,
	EVENT_SECURITY_PATH_RENAME = 9034,
	EVENT_SECURITY_PATH_LINK = 9035,
	EVENT_SECURITY_PATH_SYMLINK = 9036,
	EVENT_IO_URING_SUBMIT = 9050,
	EVENT_BPF_ATTACH = 9070,
	EVENT_KALLSYMS_LOOKUP_NAME = 9071,
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
	ENCODING_OPEN_HOW = 12,
	ENCODING_CRED = 13,
	ENCODING_HOOKS = 14,
};

/* sys_enter */
static __always_inline void sys_enter__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}

/* sys_exit */
static __always_inline void sys_exit__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}

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
static __always_inline void sched_process_exec__cmdpath_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
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
static __always_inline void sched_process_exec__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void sched_process_exec__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void sched_process_exec__argv(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 2, start, end);
}
static __always_inline void sched_process_exec__argv_user(struct scratch *s, const u64 *list)
{
	put_strings_user(s, 2, list);
}
static __always_inline void sched_process_exec__argv_kernel(struct scratch *s, const u64 *list)
{
	put_strings_kernel(s, 2, list);
}
static __always_inline void sched_process_exec__env(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 3, start, end);
}
static __always_inline void sched_process_exec__env_user(struct scratch *s, const u64 *list)
{
	put_strings_user(s, 3, list);
}
static __always_inline void sched_process_exec__env_kernel(struct scratch *s, const u64 *list)
{
	put_strings_kernel(s, 3, list);
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
static __always_inline void sched_process_exec__interp_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 10, dir, dentry);
}
static __always_inline void sched_process_exec__interp_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 10, dentry);
}
static __always_inline void sched_process_exec__interpreter_pathname(struct scratch *s, const void *from)
{
	put_string(s, 11, from);
}
static __always_inline void sched_process_exec__interpreter_pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 11, from);
}
static __always_inline void sched_process_exec__interpreter_pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 11, path);
}
static __always_inline void sched_process_exec__interpreter_pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 11, dir, dentry);
}
static __always_inline void sched_process_exec__interpreter_pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 11, dentry);
}
static __always_inline void sched_process_exec__interpreter_dev(struct scratch *s, u32 v)
{
	put_u32(s, 12, v);
}
static __always_inline void sched_process_exec__interpreter_inode(struct scratch *s, u64 v)
{
	put_u64(s, 13, v);
}
static __always_inline void sched_process_exec__sha256(struct scratch *s, const void *from)
{
	put_string(s, 14, from);
}
static __always_inline void sched_process_exec__sha256_user(struct scratch *s, const void *from)
{
	put_string_user(s, 14, from);
}
static __always_inline void sched_process_exec__sha256_missing(struct scratch *s, const void *from)
{
	put_string(s, 15, from);
}
static __always_inline void sched_process_exec__sha256_missing_user(struct scratch *s, const void *from)
{
	put_string_user(s, 15, from);
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

/* sched_switch */
static __always_inline void sched_switch__cpu(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void sched_switch__prev_tid(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void sched_switch__prev_comm(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void sched_switch__prev_comm_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void sched_switch__next_tid(struct scratch *s, s32 v)
{
	put_i32(s, 3, v);
}
static __always_inline void sched_switch__next_comm(struct scratch *s, const void *from)
{
	put_string(s, 4, from);
}
static __always_inline void sched_switch__next_comm_user(struct scratch *s, const void *from)
{
	put_string_user(s, 4, from);
}

/* do_exit */

/* cap_capable */
static __always_inline void cap_capable__cap(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void cap_capable__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}

/* vfs_write */
static __always_inline void vfs_write__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void vfs_write__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void vfs_write__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void vfs_write__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void vfs_write__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void vfs_write__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void vfs_write__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}
static __always_inline void vfs_write__count(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void vfs_write__pos(struct scratch *s, s64 v)
{
	put_i64(s, 4, v);
}

/* vfs_writev */
static __always_inline void vfs_writev__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void vfs_writev__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void vfs_writev__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void vfs_writev__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void vfs_writev__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void vfs_writev__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void vfs_writev__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}
static __always_inline void vfs_writev__vlen(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void vfs_writev__pos(struct scratch *s, s64 v)
{
	put_i64(s, 4, v);
}

/* mem_prot_alert */
static __always_inline void mem_prot_alert__alert(struct scratch *s, u32 v)
{
	put_u32(s, 0, v);
}

/* commit_creds */
static __always_inline void commit_creds__old_cred(struct scratch *s, const struct slim_cred *cred)
{
	put_cred(s, 0, cred);
}
static __always_inline void commit_creds__new_cred(struct scratch *s, const struct slim_cred *cred)
{
	put_cred(s, 1, cred);
}
static __always_inline void commit_creds__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}

/* switch_task_ns */
static __always_inline void switch_task_ns__pid(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void switch_task_ns__new_mnt(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void switch_task_ns__new_pid(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void switch_task_ns__new_uts(struct scratch *s, u32 v)
{
	put_u32(s, 3, v);
}
static __always_inline void switch_task_ns__new_ipc(struct scratch *s, u32 v)
{
	put_u32(s, 4, v);
}
static __always_inline void switch_task_ns__new_net(struct scratch *s, u32 v)
{
	put_u32(s, 5, v);
}
static __always_inline void switch_task_ns__new_cgroup(struct scratch *s, u32 v)
{
	put_u32(s, 6, v);
}

/* magic_write */
static __always_inline void magic_write__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void magic_write__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void magic_write__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void magic_write__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void magic_write__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void magic_write__bytes(struct scratch *s, const void *from, u64 len)
{
	put_bytes(s, 1, from, len);
}
static __always_inline void magic_write__bytes_user(struct scratch *s, const void *from, u64 len)
{
	put_bytes_user(s, 1, from, len);
}
static __always_inline void magic_write__dev(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void magic_write__inode(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}

/* cgroup_attach_task */
static __always_inline void cgroup_attach_task__cgroup_path(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void cgroup_attach_task__cgroup_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void cgroup_attach_task__cgroup_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void cgroup_attach_task__cgroup_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void cgroup_attach_task__cgroup_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void cgroup_attach_task__comm(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void cgroup_attach_task__comm_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void cgroup_attach_task__pid(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
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
static __always_inline void cgroup_mkdir__cgroup_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
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
static __always_inline void cgroup_rmdir__cgroup_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
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
static __always_inline void security_bprm_check__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
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
static __always_inline void security_file_open__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
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
static __always_inline void security_file_open__syscall_pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 5, dir, dentry);
}
static __always_inline void security_file_open__syscall_pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 5, dentry);
}
static __always_inline void security_file_open__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 6, v);
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
static __always_inline void security_inode_unlink__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_inode_unlink__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}

/* security_socket_create */
static __always_inline void security_socket_create__family(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void security_socket_create__type(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_socket_create__protocol(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}
static __always_inline void security_socket_create__kern(struct scratch *s, s32 v)
{
	put_i32(s, 3, v);
}

/* security_socket_listen */
static __always_inline void security_socket_listen__sockfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void security_socket_listen__local_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 1, from, len);
}
static __always_inline void security_socket_listen__local_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 1, from, true, len);
}
static __always_inline void security_socket_listen__backlog(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}

/* security_socket_connect */
static __always_inline void security_socket_connect__sockfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void security_socket_connect__remote_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 1, from, len);
}
static __always_inline void security_socket_connect__remote_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 1, from, true, len);
}

/* security_socket_accept */
static __always_inline void security_socket_accept__sockfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void security_socket_accept__local_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 1, from, len);
}
static __always_inline void security_socket_accept__local_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 1, from, true, len);
}

/* security_socket_bind */
static __always_inline void security_socket_bind__sockfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void security_socket_bind__local_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 1, from, len);
}
static __always_inline void security_socket_bind__local_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 1, from, true, len);
}

/* security_socket_setsockopt */
static __always_inline void security_socket_setsockopt__sockfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void security_socket_setsockopt__level(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_socket_setsockopt__optname(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}
static __always_inline void security_socket_setsockopt__local_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 3, from, len);
}
static __always_inline void security_socket_setsockopt__local_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 3, from, true, len);
}

/* security_sb_mount */
static __always_inline void security_sb_mount__dev_name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_sb_mount__dev_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_sb_mount__path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_sb_mount__path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void security_sb_mount__path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void security_sb_mount__path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void security_sb_mount__path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void security_sb_mount__type(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void security_sb_mount__type_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void security_sb_mount__flags(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}

/* security_bpf */
static __always_inline void security_bpf__cmd(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}

/* security_bpf_map */
static __always_inline void security_bpf_map__map_id(struct scratch *s, u32 v)
{
	put_u32(s, 0, v);
}
static __always_inline void security_bpf_map__map_name(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_bpf_map__map_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}

/* security_kernel_read_file */
static __always_inline void security_kernel_read_file__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_kernel_read_file__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_kernel_read_file__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_kernel_read_file__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_kernel_read_file__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_kernel_read_file__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void security_kernel_read_file__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}
static __always_inline void security_kernel_read_file__type(struct scratch *s, s32 v)
{
	put_i32(s, 3, v);
}
static __always_inline void security_kernel_read_file__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}

/* security_inode_mknod */
static __always_inline void security_inode_mknod__file_name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_inode_mknod__file_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_inode_mknod__file_name_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_inode_mknod__file_name_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_inode_mknod__file_name_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_inode_mknod__mode(struct scratch *s, u16 v)
{
	put_u16(s, 1, v);
}
static __always_inline void security_inode_mknod__dev(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}

/* security_kernel_post_read_file */
static __always_inline void security_kernel_post_read_file__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_kernel_post_read_file__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_kernel_post_read_file__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_kernel_post_read_file__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_kernel_post_read_file__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_kernel_post_read_file__size(struct scratch *s, s64 v)
{
	put_i64(s, 1, v);
}
static __always_inline void security_kernel_post_read_file__type(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}

/* security_inode_symlink */
static __always_inline void security_inode_symlink__linkpath(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_inode_symlink__linkpath_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_inode_symlink__linkpath_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_inode_symlink__linkpath_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_inode_symlink__linkpath_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_inode_symlink__target(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_inode_symlink__target_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}

/* security_mmap_file */
static __always_inline void security_mmap_file__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_mmap_file__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_mmap_file__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_mmap_file__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_mmap_file__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_mmap_file__flags(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_mmap_file__dev(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void security_mmap_file__inode(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void security_mmap_file__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}
static __always_inline void security_mmap_file__prot(struct scratch *s, s32 v)
{
	put_i32(s, 5, v);
}
static __always_inline void security_mmap_file__mmap_flags(struct scratch *s, s32 v)
{
	put_i32(s, 6, v);
}
static __always_inline void security_mmap_file__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 7, v);
}

/* security_file_mprotect */
static __always_inline void security_file_mprotect__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_file_mprotect__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_file_mprotect__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_file_mprotect__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_file_mprotect__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_file_mprotect__prot(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_file_mprotect__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}

/* socket_dup */
static __always_inline void socket_dup__oldfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void socket_dup__newfd(struct scratch *s, s32 v)
{
	put_fd(s, 1, v);
}
static __always_inline void socket_dup__remote_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 2, from, len);
}
static __always_inline void socket_dup__remote_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 2, from, true, len);
}

/* hidden_inodes */
static __always_inline void hidden_inodes__hidden_process(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void hidden_inodes__hidden_process_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}

/* __kernel_write */
static __always_inline void __kernel_write__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void __kernel_write__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void __kernel_write__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void __kernel_write__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void __kernel_write__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void __kernel_write__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void __kernel_write__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}
static __always_inline void __kernel_write__count(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void __kernel_write__pos(struct scratch *s, s64 v)
{
	put_i64(s, 4, v);
}

/* proc_create */
static __always_inline void proc_create__name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void proc_create__name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void proc_create__proc_ops_addr(struct scratch *s, u64 v)
{
	put_u64(s, 1, v);
}

/* kprobe_attach */
static __always_inline void kprobe_attach__symbol_name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void kprobe_attach__symbol_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void kprobe_attach__pre_handler_addr(struct scratch *s, u64 v)
{
	put_u64(s, 1, v);
}
static __always_inline void kprobe_attach__post_handler_addr(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}

/* call_usermodehelper */
static __always_inline void call_usermodehelper__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void call_usermodehelper__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void call_usermodehelper__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void call_usermodehelper__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void call_usermodehelper__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void call_usermodehelper__argv(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 1, start, end);
}
static __always_inline void call_usermodehelper__argv_user(struct scratch *s, const u64 *list)
{
	put_strings_user(s, 1, list);
}
static __always_inline void call_usermodehelper__argv_kernel(struct scratch *s, const u64 *list)
{
	put_strings_kernel(s, 1, list);
}
static __always_inline void call_usermodehelper__envp(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 2, start, end);
}
static __always_inline void call_usermodehelper__envp_user(struct scratch *s, const u64 *list)
{
	put_strings_user(s, 2, list);
}
static __always_inline void call_usermodehelper__envp_kernel(struct scratch *s, const u64 *list)
{
	put_strings_kernel(s, 2, list);
}
static __always_inline void call_usermodehelper__wait(struct scratch *s, s32 v)
{
	put_i32(s, 3, v);
}

/* dirty_pipe_splice */
static __always_inline void dirty_pipe_splice__inode_in(struct scratch *s, u64 v)
{
	put_u64(s, 0, v);
}
static __always_inline void dirty_pipe_splice__in_file_type(struct scratch *s, u16 v)
{
	put_u16(s, 1, v);
}
static __always_inline void dirty_pipe_splice__in_file_path(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void dirty_pipe_splice__in_file_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void dirty_pipe_splice__in_file_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 2, path);
}
static __always_inline void dirty_pipe_splice__in_file_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 2, dir, dentry);
}
static __always_inline void dirty_pipe_splice__in_file_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 2, dentry);
}
static __always_inline void dirty_pipe_splice__exposed_data_start_offset(struct scratch *s, s64 v)
{
	put_i64(s, 3, v);
}
static __always_inline void dirty_pipe_splice__exposed_data_len(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}
static __always_inline void dirty_pipe_splice__inode_out(struct scratch *s, u64 v)
{
	put_u64(s, 5, v);
}
static __always_inline void dirty_pipe_splice__out_pipe_last_buffer_flags(struct scratch *s, u32 v)
{
	put_u32(s, 6, v);
}

/* debugfs_create_file */
static __always_inline void debugfs_create_file__file_name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void debugfs_create_file__file_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void debugfs_create_file__path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void debugfs_create_file__path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void debugfs_create_file__path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void debugfs_create_file__path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void debugfs_create_file__path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void debugfs_create_file__mode(struct scratch *s, u16 v)
{
	put_u16(s, 2, v);
}
static __always_inline void debugfs_create_file__proc_ops_addr(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}

/* debugfs_create_dir */
static __always_inline void debugfs_create_dir__name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void debugfs_create_dir__name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void debugfs_create_dir__path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void debugfs_create_dir__path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void debugfs_create_dir__path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void debugfs_create_dir__path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void debugfs_create_dir__path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}

/* device_add */
static __always_inline void device_add__name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void device_add__name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void device_add__parent_name(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void device_add__parent_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}

/* register_chrdev */
static __always_inline void register_chrdev__requested_major_number(struct scratch *s, u32 v)
{
	put_u32(s, 0, v);
}
static __always_inline void register_chrdev__granted_major_number(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void register_chrdev__char_device_name(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void register_chrdev__char_device_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void register_chrdev__char_device_fops(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}

/* shared_object_loaded */
static __always_inline void shared_object_loaded__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void shared_object_loaded__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void shared_object_loaded__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void shared_object_loaded__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void shared_object_loaded__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void shared_object_loaded__flags(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void shared_object_loaded__dev(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void shared_object_loaded__inode(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void shared_object_loaded__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}

/* do_init_module */
static __always_inline void do_init_module__name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void do_init_module__name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void do_init_module__version(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void do_init_module__version_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void do_init_module__src_version(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void do_init_module__src_version_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void do_init_module__prev(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void do_init_module__next(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}
static __always_inline void do_init_module__prev_next(struct scratch *s, u64 v)
{
	put_u64(s, 5, v);
}
static __always_inline void do_init_module__next_prev(struct scratch *s, u64 v)
{
	put_u64(s, 6, v);
}
static __always_inline void do_init_module__address(struct scratch *s, u64 v)
{
	put_u64(s, 7, v);
}

/* socket_accept */
static __always_inline void socket_accept__sockfd(struct scratch *s, s32 v)
{
	put_fd(s, 0, v);
}
static __always_inline void socket_accept__local_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 1, from, len);
}
static __always_inline void socket_accept__local_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 1, from, true, len);
}
static __always_inline void socket_accept__remote_addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 2, from, len);
}
static __always_inline void socket_accept__remote_addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 2, from, true, len);
}

/* load_elf_phdrs */
static __always_inline void load_elf_phdrs__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void load_elf_phdrs__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void load_elf_phdrs__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void load_elf_phdrs__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void load_elf_phdrs__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void load_elf_phdrs__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void load_elf_phdrs__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}

/* hooked_proc_fops */
static __always_inline void hooked_proc_fops__hooked_fops_pointers(struct scratch *s, const u64 *addresses, u32 count)
{
	put_hooks(s, 0, addresses, count);
}
static __always_inline void hooked_proc_fops__pathname(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void hooked_proc_fops__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void hooked_proc_fops__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void hooked_proc_fops__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void hooked_proc_fops__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}

/* task_rename */
static __always_inline void task_rename__old_name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void task_rename__old_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void task_rename__new_name(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void task_rename__new_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void task_rename__syscall(struct scratch *s, s32 v)
{
	put_i32(s, 2, v);
}

/* process_execute_failed */
static __always_inline void process_execute_failed__cmdpath(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void process_execute_failed__cmdpath_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void process_execute_failed__cmdpath_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void process_execute_failed__cmdpath_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void process_execute_failed__cmdpath_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void process_execute_failed__pathname(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void process_execute_failed__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void process_execute_failed__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void process_execute_failed__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void process_execute_failed__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void process_execute_failed__argv(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 2, start, end);
}
static __always_inline void process_execute_failed__argv_user(struct scratch *s, const u64 *list)
{
	put_strings_user(s, 2, list);
}
static __always_inline void process_execute_failed__argv_kernel(struct scratch *s, const u64 *list)
{
	put_strings_kernel(s, 2, list);
}
static __always_inline void process_execute_failed__env(struct scratch *s, u64 start, u64 end)
{
	put_strings_block(s, 3, start, end);
}
static __always_inline void process_execute_failed__env_user(struct scratch *s, const u64 *list)
{
	put_strings_user(s, 3, list);
}
static __always_inline void process_execute_failed__env_kernel(struct scratch *s, const u64 *list)
{
	put_strings_kernel(s, 3, list);
}
static __always_inline void process_execute_failed__dev(struct scratch *s, u32 v)
{
	put_u32(s, 4, v);
}
static __always_inline void process_execute_failed__inode(struct scratch *s, u64 v)
{
	put_u64(s, 5, v);
}
static __always_inline void process_execute_failed__invoked_from_kernel(struct scratch *s, s32 v)
{
	put_i32(s, 6, v);
}
static __always_inline void process_execute_failed__ctime(struct scratch *s, u64 v)
{
	put_u64(s, 7, v);
}
static __always_inline void process_execute_failed__stdin_type(struct scratch *s, u16 v)
{
	put_u16(s, 8, v);
}
static __always_inline void process_execute_failed__inode_mode(struct scratch *s, u16 v)
{
	put_u16(s, 9, v);
}
static __always_inline void process_execute_failed__interp(struct scratch *s, const void *from)
{
	put_string(s, 10, from);
}
static __always_inline void process_execute_failed__interp_user(struct scratch *s, const void *from)
{
	put_string_user(s, 10, from);
}
static __always_inline void process_execute_failed__interp_path(struct scratch *s, struct path *path)
{
	put_path(s, 10, path);
}
static __always_inline void process_execute_failed__interp_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 10, dir, dentry);
}
static __always_inline void process_execute_failed__interp_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 10, dentry);
}

/* security_task_kill */
static __always_inline void security_task_kill__target_pid(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void security_task_kill__target_tid(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_task_kill__target_comm(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void security_task_kill__target_comm_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void security_task_kill__sig(struct scratch *s, s32 v)
{
	put_i32(s, 3, v);
}

/* security_ptrace_access_check */
static __always_inline void security_ptrace_access_check__target_pid(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void security_ptrace_access_check__target_tid(struct scratch *s, s32 v)
{
	put_i32(s, 1, v);
}
static __always_inline void security_ptrace_access_check__target_comm(struct scratch *s, const void *from)
{
	put_string(s, 2, from);
}
static __always_inline void security_ptrace_access_check__target_comm_user(struct scratch *s, const void *from)
{
	put_string_user(s, 2, from);
}
static __always_inline void security_ptrace_access_check__mode(struct scratch *s, u32 v)
{
	put_u32(s, 3, v);
}

/* do_sigaction */
static __always_inline void do_sigaction__sig(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void do_sigaction__is_sa_initialized(struct scratch *s, bool v)
{
	put_bool(s, 1, v);
}
static __always_inline void do_sigaction__sa_flags(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}
static __always_inline void do_sigaction__sa_mask(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void do_sigaction__sa_handle_method(struct scratch *s, s32 v)
{
	put_i32(s, 4, v);
}
static __always_inline void do_sigaction__sa_handler(struct scratch *s, u64 v)
{
	put_u64(s, 5, v);
}
static __always_inline void do_sigaction__is_old_sa_initialized(struct scratch *s, bool v)
{
	put_bool(s, 6, v);
}
static __always_inline void do_sigaction__old_sa_flags(struct scratch *s, u64 v)
{
	put_u64(s, 7, v);
}
static __always_inline void do_sigaction__old_sa_mask(struct scratch *s, u64 v)
{
	put_u64(s, 8, v);
}
static __always_inline void do_sigaction__old_sa_handle_method(struct scratch *s, s32 v)
{
	put_i32(s, 9, v);
}
static __always_inline void do_sigaction__old_sa_handler(struct scratch *s, u64 v)
{
	put_u64(s, 10, v);
}

/* security_inode_rename */
static __always_inline void security_inode_rename__old_path(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_inode_rename__old_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_inode_rename__old_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_inode_rename__old_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_inode_rename__old_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_inode_rename__new_path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_inode_rename__new_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void security_inode_rename__new_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void security_inode_rename__new_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void security_inode_rename__new_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}

/* security_path_notify */
static __always_inline void security_path_notify__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_path_notify__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_path_notify__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_path_notify__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_path_notify__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_path_notify__dev(struct scratch *s, u32 v)
{
	put_u32(s, 1, v);
}
static __always_inline void security_path_notify__inode(struct scratch *s, u64 v)
{
	put_u64(s, 2, v);
}
static __always_inline void security_path_notify__mask(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void security_path_notify__obj_type(struct scratch *s, u32 v)
{
	put_u32(s, 4, v);
}

/* chmod_common */
static __always_inline void chmod_common__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void chmod_common__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void chmod_common__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void chmod_common__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void chmod_common__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void chmod_common__mode(struct scratch *s, u16 v)
{
	put_u16(s, 1, v);
}

/* security_path_rename */
static __always_inline void security_path_rename__old_path(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_path_rename__old_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_path_rename__old_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_path_rename__old_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_path_rename__old_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_path_rename__new_path(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_path_rename__new_path_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void security_path_rename__new_path_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void security_path_rename__new_path_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void security_path_rename__new_path_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}
static __always_inline void security_path_rename__flags(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}

/* security_path_link */
static __always_inline void security_path_link__pathname(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_path_link__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_path_link__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_path_link__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_path_link__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_path_link__linkpath(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_path_link__linkpath_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void security_path_link__linkpath_path(struct scratch *s, struct path *path)
{
	put_path(s, 1, path);
}
static __always_inline void security_path_link__linkpath_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 1, dir, dentry);
}
static __always_inline void security_path_link__linkpath_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 1, dentry);
}

/* security_path_symlink */
static __always_inline void security_path_symlink__linkpath(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void security_path_symlink__linkpath_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void security_path_symlink__linkpath_path(struct scratch *s, struct path *path)
{
	put_path(s, 0, path);
}
static __always_inline void security_path_symlink__linkpath_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 0, dir, dentry);
}
static __always_inline void security_path_symlink__linkpath_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 0, dentry);
}
static __always_inline void security_path_symlink__target(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void security_path_symlink__target_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}

/* io_uring_submit */
static __always_inline void io_uring_submit__opcode(struct scratch *s, u32 v)
{
	put_u32(s, 0, v);
}
static __always_inline void io_uring_submit__fd(struct scratch *s, s32 v)
{
	put_fd(s, 1, v);
}
static __always_inline void io_uring_submit__flags(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void io_uring_submit__user_data(struct scratch *s, u64 v)
{
	put_u64(s, 3, v);
}
static __always_inline void io_uring_submit__pathname(struct scratch *s, const void *from)
{
	put_string(s, 4, from);
}
static __always_inline void io_uring_submit__pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 4, from);
}
static __always_inline void io_uring_submit__pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 4, path);
}
static __always_inline void io_uring_submit__pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 4, dir, dentry);
}
static __always_inline void io_uring_submit__pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 4, dentry);
}
static __always_inline void io_uring_submit__new_pathname(struct scratch *s, const void *from)
{
	put_string(s, 5, from);
}
static __always_inline void io_uring_submit__new_pathname_user(struct scratch *s, const void *from)
{
	put_string_user(s, 5, from);
}
static __always_inline void io_uring_submit__new_pathname_path(struct scratch *s, struct path *path)
{
	put_path(s, 5, path);
}
static __always_inline void io_uring_submit__new_pathname_in(struct scratch *s, struct path *dir, struct dentry *dentry)
{
	put_path_in(s, 5, dir, dentry);
}
static __always_inline void io_uring_submit__new_pathname_dentry(struct scratch *s, struct dentry *dentry)
{
	put_dentry(s, 5, dentry);
}
static __always_inline void io_uring_submit__addr(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr(s, 6, from, len);
}
static __always_inline void io_uring_submit__addr_user(struct scratch *s, const void *from, u32 len)
{
	put_sockaddr_of(s, 6, from, true, len);
}
static __always_inline void io_uring_submit__sq_thread(struct scratch *s, bool v)
{
	put_bool(s, 7, v);
}

/* bpf_attach */
static __always_inline void bpf_attach__prog_type(struct scratch *s, s32 v)
{
	put_i32(s, 0, v);
}
static __always_inline void bpf_attach__prog_name(struct scratch *s, const void *from)
{
	put_string(s, 1, from);
}
static __always_inline void bpf_attach__prog_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 1, from);
}
static __always_inline void bpf_attach__prog_id(struct scratch *s, u32 v)
{
	put_u32(s, 2, v);
}
static __always_inline void bpf_attach__symbol_name(struct scratch *s, const void *from)
{
	put_string(s, 3, from);
}
static __always_inline void bpf_attach__symbol_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 3, from);
}
static __always_inline void bpf_attach__symbol_addr(struct scratch *s, u64 v)
{
	put_u64(s, 4, v);
}
static __always_inline void bpf_attach__attach_type(struct scratch *s, s32 v)
{
	put_i32(s, 5, v);
}

/* kallsyms_lookup_name */
static __always_inline void kallsyms_lookup_name__symbol_name(struct scratch *s, const void *from)
{
	put_string(s, 0, from);
}
static __always_inline void kallsyms_lookup_name__symbol_name_user(struct scratch *s, const void *from)
{
	put_string_user(s, 0, from);
}
static __always_inline void kallsyms_lookup_name__symbol_address(struct scratch *s, u64 v)
{
	put_u64(s, 1, v);
}
