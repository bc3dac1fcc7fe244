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
 * Calls of 32-bit x86 programs have numbers, registers and parameters of their
 * own: i386_calls.
 */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "gen/events.h"
#include "gen/syscalls.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* A list of 32-bit pointers: what ENCODING_STRINGS is to 32-bit programs. */
#define ENCODING_STRINGS32 64

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
		put_strings_list(s, index, v, LIST_USER);
		break;
	case ENCODING_STRINGS32:
		put_strings_list(s, index, v, LIST_USER32);
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

/* The kernel's inner codes for a call that a signal interrupted (ERESTARTSYS and
 * others). The program sees EINTR, or the result of the call begun anew, which
 * is an event of its own. */
static __always_inline s64 result(s64 ret)
{
	return ret <= -512 && ret >= -516 ? -4 : ret;
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

#define EXEC_I386 0x80000000 /* in struct process.exec_nr */

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
	if (nr & EXEC_I386) {
		p->exec_dirfd = i386_register((void *)regs, 0);
		p->exec_flags = i386_register((void *)regs, 4);
	} else {
		p->exec_dirfd = regs_arg((void *)regs, 0);
		p->exec_flags = regs_arg((void *)regs, 4);
	}
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

/* A parameter of an i386 call: see schema.I386Param. */
#define I386_PAIR 0x80
#define I386_BLOCK 0x40

static __always_inline u64 i386_arg(struct pt_regs *regs, u8 place, u8 encoding)
{
	u32 v = 0, i = place & 7;

	if (place & I386_BLOCK)
		bpf_probe_read_user(&v, sizeof(v), (void *)((u64)i386_register(regs, 0) + 4 * i));
	else
		v = i386_register(regs, i);
	if (place & I386_PAIR)
		return v | (u64)i386_register(regs, i + 1) << 32;
	return encoding == ENCODING_I64 ? (s64)(s32)v : v;
}

static __always_inline struct i386_call *i386_call(u32 nr)
{
	struct i386_call *c = bpf_map_lookup_elem(&i386_calls, &nr);

	return c && c->flags & SYSCALL_SELECTED ? c : NULL;
}

static __always_inline void i386_record(struct pt_regs *regs, s64 ret, struct i386_call *c)
{
	struct scratch *s = record_begin(c->event, ret);

	if (!s)
		return;
	record_context(s)->flags |= RECORD_I386;
	for (int i = 0; i < MAX_PARAMS; i++) {
		if (i >= c->count)
			break;
		u32 encoding = c->encoding[i] & ~ENCODING_WITH_PATH;
		u64 v = i386_arg(regs, c->place[i], encoding);
		u32 max = 0;

		if (encoding == ENCODING_SOCKADDR && i + 1 < MAX_PARAMS)
			max = sockaddr_size(c->encoding[i + 1], i386_arg(regs, c->place[i + 1], ENCODING_U32));
		put_param(s->key, i, encoding, v, max);
		if (config.fd_paths && c->encoding[i] & ENCODING_WITH_PATH)
			put_fd_path(s->key, i, v);
	}
	record_submit(s, &events, LOSS_EVENTS);
}

__weak __noinline int i386_call_returned(u64 regs, u32 nr, s64 ret)
{
	struct i386_call *c = i386_call(nr);

	if (!c || c->flags & SYSCALL_ENTER_ONLY || is_birth(c->event, ret))
		return 0;
	if (c->flags & SYSCALL_EXEC) {
		if (ret >= 0)
			return 0;
		exec_forget();
	}
	i386_record((void *)regs, result(ret), c);
	return 0;
}

__weak __noinline int i386_call_entered(u64 regs, u32 nr)
{
	struct i386_call *c = i386_call(nr);

	if (!c)
		return 0;
	if (c->flags & SYSCALL_EXEC)
		exec_entered(regs, c->event | EXEC_I386);
	else if (c->flags & SYSCALL_ENTER_ONLY)
		i386_record((void *)regs, 0, c);
	return 0;
}

#if defined(__TARGET_ARCH_x86)

/* Every i386 call goes through this function, and no other call does: kernels of
 * 2024 and later, and those that distributions have mended since. */
SEC("fexit/ia32_sys_call")
int i386_returned(u64 *ctx)
{
	i386_call_returned(probe_regs(ctx), (u32)ctx[1], ctx[2]);
	return 0;
}

SEC("fentry/ia32_sys_call")
int i386_entered(u64 *ctx)
{
	i386_call_entered(probe_regs(ctx), (u32)ctx[1]);
	return 0;
}

/* Where there is none, each goes to the function of one call, which user space
 * chooses. The function may serve 64-bit callers, too. */
static __always_inline u32 i386_number(u64 regs)
{
	return regs_i386((struct task_struct *)bpf_get_current_task(), (void *)regs);
}

#define I386_RETURNED(i)                                                                                               \
	SEC("fexit")                                                                                                   \
	int i386_returned_##i(u64 *ctx)                                                                                \
	{                                                                                                              \
		u64 regs = probe_regs(ctx);                                                                            \
                                                                                                                       \
		i386_call_returned(regs, i386_number(regs), ctx[1]);                                                   \
		return 0;                                                                                              \
	}
#define I386_ENTERED(i)                                                                                                \
	SEC("fentry")                                                                                                  \
	int i386_entered_##i(u64 *ctx)                                                                                 \
	{                                                                                                              \
		u64 regs = probe_regs(ctx);                                                                            \
                                                                                                                       \
		i386_call_entered(regs, i386_number(regs));                                                            \
		return 0;                                                                                              \
	}

#define EIGHT(X, i) X(i##0) X(i##1) X(i##2) X(i##3) X(i##4) X(i##5) X(i##6) X(i##7)
#define SIXTY_FOUR(X, i)                                                                                               \
	EIGHT(X, i##0)                                                                                                 \
	EIGHT(X, i##1)                                                                                                 \
	EIGHT(X, i##2)                                                                                                 \
	EIGHT(X, i##3)                                                                                                 \
	EIGHT(X, i##4)                                                                                                 \
	EIGHT(X, i##5)                                                                                                 \
	EIGHT(X, i##6)                                                                                                 \
	EIGHT(X, i##7)

/* Numbered in octal, from i386_returned_000 to i386_returned_177. */
SIXTY_FOUR(I386_RETURNED, 0)
SIXTY_FOUR(I386_RETURNED, 1)
EIGHT(I386_ENTERED, 00)

#endif

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
