// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What tasks do: call the kernel, run, end, change their name, signal and trace others. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "lib/kernel_process.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

static __always_inline void any_syscall(u32 event, u64 regs, s64 ret)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct scratch *s = record_begin(event, ret);

	if (!s)
		return;
	s32 nr = record_call(s, t, (void *)regs);

	if (event == EVENT_SYS_ENTER)
		sys_enter__syscall(s, nr);
	else
		sys_exit__syscall(s, nr);
	record_submit(s, &events, LOSS_EVENTS);
}

SEC("raw_tp/sys_enter")
int every_sys_enter(u64 *ctx)
{
	any_syscall(EVENT_SYS_ENTER, ctx[0], 0);
	return 0;
}

SEC("raw_tp/sys_exit")
int every_sys_exit(u64 *ctx)
{
	any_syscall(EVENT_SYS_EXIT, ctx[0], ctx[1]);
	return 0;
}

SEC("raw_tp/sched_switch")
int sched_switch(u64 *ctx)
{
	struct task_struct *prev = (void *)ctx[1], *next = (void *)ctx[2];
	struct scratch *s = record_begin(EVENT_SCHED_SWITCH, 0);

	if (!s)
		return 0;
	sched_switch__cpu(s, bpf_get_smp_processor_id());
	sched_switch__prev_tid(s, BPF_CORE_READ(prev, pid));
	sched_switch__prev_comm(s, prev->comm);
	sched_switch__next_tid(s, BPF_CORE_READ(next, pid));
	sched_switch__next_comm(s, next->comm);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fentry/do_exit")
int BPF_PROG(do_exit, long code)
{
	struct scratch *s = record_begin(EVENT_DO_EXIT, code);

	if (s)
		record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("raw_tp/task_rename")
int task_rename(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	char name[TASK_COMM_LEN] = {};
	struct scratch *s = record_begin(EVENT_TASK_RENAME, 0);

	if (!s)
		return 0;
	task_rename__old_name(s, t->comm);
	/* What the tracepoint is told may be longer than a name can be. */
	bpf_probe_read_kernel_str(name, sizeof(name), (void *)ctx[1]);
	task_rename__new_name(s, name);
	if (config.detect_syscall)
		task_rename__syscall(s, record_syscall(s));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_task_kill")
int BPF_PROG(security_task_kill, struct task_struct *t, void *info, int sig, const struct cred *cred, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_TASK_KILL, ret);

	if (!s)
		return 0;
	security_task_kill__target_pid(s, BPF_CORE_READ(t, tgid));
	security_task_kill__target_tid(s, BPF_CORE_READ(t, pid));
	security_task_kill__target_comm(s, t->comm);
	security_task_kill__sig(s, sig);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_ptrace_access_check")
int BPF_PROG(security_ptrace_access_check, struct task_struct *t, unsigned int mode, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_PTRACE_ACCESS_CHECK, ret);

	if (!s)
		return 0;
	security_ptrace_access_check__target_pid(s, BPF_CORE_READ(t, tgid));
	security_ptrace_access_check__target_tid(s, BPF_CORE_READ(t, pid));
	security_ptrace_access_check__target_comm(s, t->comm);
	security_ptrace_access_check__mode(s, mode);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

enum { METHOD_DFL, METHOD_IGN, METHOD_HND };

/* SIG_DFL is 0 and SIG_IGN is 1; all else is a handler. */
static __always_inline u32 handle_method(u64 handler)
{
	return handler < METHOD_HND ? handler : METHOD_HND;
}

static __always_inline u64 handler_address(u64 handler)
{
	return handler < METHOD_HND ? 0 : handler;
}

SEC("fexit/do_sigaction")
int BPF_PROG(do_sigaction, int sig, struct k_sigaction *act, struct k_sigaction *oact, int ret)
{
	struct scratch *s = record_begin(EVENT_DO_SIGACTION, ret);

	if (!s)
		return 0;
	do_sigaction__sig(s, sig);
	do_sigaction__is_sa_initialized(s, act != NULL);
	if (act) {
		u64 handler = (u64)BPF_CORE_READ(act, sa.sa_handler);

		do_sigaction__sa_flags(s, BPF_CORE_READ(act, sa.sa_flags));
		do_sigaction__sa_mask(s, BPF_CORE_READ(act, sa.sa_mask.sig[0]));
		do_sigaction__sa_handle_method(s, handle_method(handler));
		do_sigaction__sa_handler(s, handler_address(handler));
	}
	do_sigaction__is_old_sa_initialized(s, oact != NULL);
	if (oact && !ret) {
		u64 handler = (u64)BPF_CORE_READ(oact, sa.sa_handler);

		do_sigaction__old_sa_flags(s, BPF_CORE_READ(oact, sa.sa_flags));
		do_sigaction__old_sa_mask(s, BPF_CORE_READ(oact, sa.sa_mask.sig[0]));
		do_sigaction__old_sa_handle_method(s, handle_method(handler));
		do_sigaction__old_sa_handler(s, handler_address(handler));
	}
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
