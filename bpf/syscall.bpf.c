// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * System calls, by table: one small program per call, attached only where the
 * call was selected, or the two raw tracepoints when most calls are wanted.
 * Parameters are read once, as the call returns: what the kernel has copied is
 * in memory then. Three kinds of calls are different:
 *
 *  - exit, exit_group and rt_sigreturn never return: read as they begin;
 *  - execve and execveat that succeed have replaced their caller's memory: read
 *    from what the kernel made of it, when the new program is in place;
 *  - those that fail are read as they return, like any other.
 */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* Reads one parameter, of a socket address at most max bytes. A global function: see path_write. */
__weak __noinline int put_param(u32 key, u32 index, u32 encoding, u64 v, u32 max)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);

	if (!s)
		return 0;
	switch (encoding) {
	case ENCODING_I32:
	case ENCODING_U32:
		put_u32(s, index, v);
		break;
	case ENCODING_I64:
	case ENCODING_U64:
		put_u64(s, index, v);
		break;
	case ENCODING_U16:
		put_u16(s, index, v);
		break;
	case ENCODING_BOOL:
		put_bool(s, index, !!v);
		break;
	case ENCODING_STRING:
		put_string_user(s, index, (void *)v);
		break;
	case ENCODING_STRINGS:
		put_strings_user(s, index, (void *)v);
		break;
	case ENCODING_SOCKADDR:
		put_sockaddr_of(s, index, (void *)v, true, max);
		break;
	case ENCODING_OPEN_HOW:
		put_open_how_user(s, index, (void *)v);
		break;
	case ENCODING_I32_PAIR:
		put_pair_user(s, index, (void *)v);
		break;
	}
	return 0;
}

/* How long a socket address is: the parameter behind it says so, itself or by
 * what it points to. */
static __always_inline u32 sockaddr_size(u8 encoding, u64 v)
{
	u32 size = v;

	if (encoding == ENCODING_U64 && bpf_probe_read_user(&size, sizeof(size), (void *)v))
		return 0;
	return size;
}

static __always_inline void put_params(struct scratch *s, struct pt_regs *regs, struct syscall_params *params)
{
	for (int i = 0; i < MAX_PARAMS; i++) {
		if (i >= params->count)
			break;
		u32 max = 0, encoding = params->encoding[i] & ~ENCODING_WITH_PATH;

		if (encoding == ENCODING_SOCKADDR && i + 1 < MAX_PARAMS)
			max = sockaddr_size(params->encoding[i + 1], regs_arg(regs, i + 1));
		put_param(s->key, i, encoding, regs_arg(regs, i), max);
		if (config.fd_paths && params->encoding[i] & ENCODING_WITH_PATH)
			put_fd_path(s->key, i, regs_arg(regs, i));
	}
}

static __always_inline void syscall_record(struct pt_regs *regs, u32 nr, s64 ret, struct syscall_params *params)
{
	struct scratch *s = record_begin(nr, ret);

	if (!s)
		return;
	put_params(s, regs, params);
	record_submit(s, &events, LOSS_EVENTS);
}

static __always_inline void exec_forget(void)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct process *p = process_known(BPF_CORE_READ(t, group_leader));

	if (p)
		p->exec_tid = 0;
}

/* A call returned. Not inlined: shared by all the small programs. */
__weak __noinline int syscall_returned(u64 regs, u32 nr, s64 ret)
{
	struct syscall_params *params = bpf_map_lookup_elem(&syscall_params, &nr);

	if (!params || !is_selected(nr) || params->flags & SYSCALL_ENTER_ONLY)
		return 0;
	if (params->flags & SYSCALL_EXEC) {
		if (ret >= 0)
			return 0;
		exec_forget();
	}
	syscall_record((void *)regs, nr, ret, params);
	return 0;
}

/* A call that does not return began. */
__weak __noinline int syscall_entered(u64 regs, u32 nr)
{
	struct syscall_params *params = bpf_map_lookup_elem(&syscall_params, &nr);

	if (!params || !is_selected(nr) || !(params->flags & SYSCALL_ENTER_ONLY))
		return 0;
	syscall_record((void *)regs, nr, 0, params);
	return 0;
}

static __always_inline bool native(u64 regs, u32 nr)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	return regs_syscall(t, (void *)regs) == nr;
}

/* One program per call. nr is compared with the registers: the same kernel
 * function may serve i386 callers, whose numbers are others. */
#define RETURNED(name, nr)                                                                                             \
	SEC("fexit/" SYSCALL_PREFIX #name)                                                                             \
	int syscall_##name(u64 *ctx)                                                                                   \
	{                                                                                                              \
		u64 regs = probe_regs(ctx);                                                                            \
                                                                                                                       \
		if (native(regs, nr))                                                                                  \
			syscall_returned(regs, nr, ctx[1]);                                                            \
		return 0;                                                                                              \
	}

SYSCALLS(RETURNED)

#define ENTERED(name)                                                                                                  \
	SEC("fentry/" SYSCALL_PREFIX #name)                                                                            \
	int enter_##name(u64 *ctx)                                                                                     \
	{                                                                                                              \
		u64 regs = probe_regs(ctx);                                                                            \
                                                                                                                       \
		if (native(regs, NR_##name))                                                                           \
			syscall_entered(regs, NR_##name);                                                              \
		return 0;                                                                                              \
	}

ENTERED(exit)
ENTERED(exit_group)
ENTERED(rt_sigreturn)

/* Keeps which call an exec is, and what its registers say: they are rewritten
 * before it has succeeded, the call's number included. */
__weak __noinline int exec_entered(u64 regs, u32 nr)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct scratch *s = scratch_take();

	if (!s)
		return 0;
	struct process *p = process_of(s, t);

	p->exec_nr = nr;
	p->exec_tid = (u32)bpf_get_current_pid_tgid();
	p->exec_dirfd = regs_arg((void *)regs, 0);
	p->exec_flags = regs_arg((void *)regs, 4);
	scratch_free(s);
	return 0;
}

#define EXEC_ENTERED(name)                                                                                             \
	SEC("fentry/" SYSCALL_PREFIX #name)                                                                            \
	int enter_##name(u64 *ctx)                                                                                     \
	{                                                                                                              \
		u64 regs = probe_regs(ctx);                                                                            \
                                                                                                                       \
		if (native(regs, NR_##name))                                                                           \
			exec_entered(regs, NR_##name);                                                                 \
		return 0;                                                                                              \
	}

EXEC_ENTERED(execve)
EXEC_ENTERED(execveat)

static __always_inline void put_program(struct scratch *s, u8 index, struct task_struct *t, struct linux_binprm *bprm)
{
	struct mm_struct *mm = BPF_CORE_READ(t, mm);

	put_string(s, index, BPF_CORE_READ(bprm, filename));
	put_strings_block(s, index + 1, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end));
	if (config.exec_env)
		put_strings_block(s, index + 2, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
}

/* execve(pathname, argv, envp) and execveat(dirfd, pathname, argv, envp, flags)
 * that succeeded. */
SEC("raw_tp/sched_process_exec")
int exec_succeeded(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	u32 old_tid = ctx[1]; /* of the thread that called, which now leads */
	struct linux_binprm *bprm = (void *)ctx[2];
	struct process *p = process_known(BPF_CORE_READ(t, group_leader));

	if (!p || p->exec_tid != old_tid)
		return 0; /* not by a native call: a 32-bit one, or a usermode helper */
	u32 nr = p->exec_nr;
	s32 dirfd = p->exec_dirfd, flags = p->exec_flags;

	p->exec_tid = 0;
	if (!is_selected(nr))
		return 0;
	struct scratch *s = record_begin(nr, 0);

	if (!s)
		return 0;
	if (nr == NR_execve) {
		put_program(s, 0, t, bprm);
	} else {
		put_i32(s, 0, dirfd);
		put_program(s, 1, t, bprm);
		put_i32(s, 4, flags);
	}
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline bool is_raw(u32 nr)
{
	struct syscall_params *params = bpf_map_lookup_elem(&syscall_params, &nr);

	return params && params->flags & SYSCALL_RAW;
}

SEC("raw_tp/sys_enter")
int sys_enter(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	u32 nr = regs_syscall(t, (void *)ctx[0]);

	if (!is_selected(nr) || !is_raw(nr))
		return 0;
	if (nr == NR_execve || nr == NR_execveat)
		exec_entered(ctx[0], nr);
	else
		syscall_entered(ctx[0], nr);
	return 0;
}

/* A new process's first return to user space looks like a return from the call
 * that made it: 0, where its parent is told a process id. The call is its
 * parent's. */
static __always_inline bool is_birth(u32 nr, s64 ret)
{
	switch (nr) {
#if defined(__TARGET_ARCH_x86)
	case NR_fork:
	case NR_vfork:
#endif
	case NR_clone:
	case NR_clone3:
		return ret == 0;
	}
	return false;
}

SEC("raw_tp/sys_exit")
int sys_exit(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	u32 nr = regs_syscall(t, (void *)ctx[0]);

	if (!is_selected(nr) || !is_raw(nr) || is_birth(nr, ctx[1]))
		return 0;
	syscall_returned(ctx[0], nr, ctx[1]);
	return 0;
}
