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
 *
 * Calls of 32-bit x86 programs are in lib/i386.h and syscall_i386.bpf.c.
 */
#include "lib/i386.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

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
	syscall_record((void *)regs, nr, result(ret), params);
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
		return 0; /* by no call that is watched: a usermode helper */
	bool i386 = p->exec_nr & EXEC_I386;
	u32 nr = p->exec_nr & ~EXEC_I386;
	s32 dirfd = p->exec_dirfd, flags = p->exec_flags;

	p->exec_tid = 0;
	if (!is_selected(nr))
		return 0;
	struct scratch *s = record_begin(nr, 0);

	if (!s)
		return 0;
	if (i386)
		record_context(s)->flags |= RECORD_I386;
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

static __always_inline bool is_raw_i386(u32 nr)
{
	struct i386_call *c = i386_call(nr);

	return c && c->flags & SYSCALL_RAW;
}

SEC("raw_tp/sys_enter")
int sys_enter(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	u32 nr = regs_syscall(t, (void *)ctx[0]);

	if (nr == NO_SYSCALL) {
		nr = regs_i386(t, (void *)ctx[0]);
		if (is_raw_i386(nr))
			i386_call_entered(ctx[0], nr);
		return 0;
	}
	if (!is_selected(nr) || !is_raw(nr))
		return 0;
	if (nr == NR_execve || nr == NR_execveat)
		exec_entered(ctx[0], nr);
	else
		syscall_entered(ctx[0], nr);
	return 0;
}

SEC("raw_tp/sys_exit")
int sys_exit(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	u32 nr = regs_syscall(t, (void *)ctx[0]);

	if (nr == NO_SYSCALL) {
		nr = regs_i386(t, (void *)ctx[0]);
		if (is_raw_i386(nr))
			i386_call_returned(ctx[0], nr, ctx[1]);
		return 0;
	}
	if (!is_selected(nr) || !is_raw(nr) || is_birth(nr, ctx[1]))
		return 0;
	syscall_returned(ctx[0], nr, ctx[1]);
	return 0;
}
