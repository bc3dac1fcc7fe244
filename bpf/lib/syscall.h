/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The registers of a system call, by architecture. */
#pragma once

#include "maps.h"

#include <bpf/bpf_core_read.h>

#define NO_SYSCALL 0xffffffff

#if defined(__TARGET_ARCH_x86)

#define SYSCALL_PREFIX "__x64_sys_"
#define TS_COMPAT 2 /* thread_info.status: inside an i386 call */
#define THREAD_SIZE (16 << 10) /* 5.10, the kernel without bpf_task_pt_regs */
#define KERNEL_PT_REGS bpf_core_type_size(struct pt_regs)

static __always_inline u64 regs_arg(struct pt_regs *regs, int i)
{
	switch (i) {
	case 0:
		return BPF_CORE_READ(regs, di);
	case 1:
		return BPF_CORE_READ(regs, si);
	case 2:
		return BPF_CORE_READ(regs, dx);
	case 3:
		return BPF_CORE_READ(regs, r10);
	case 4:
		return BPF_CORE_READ(regs, r8);
	}
	return BPF_CORE_READ(regs, r9);
}

static __always_inline u64 regs_ip(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, ip);
}

static __always_inline u64 regs_frame(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, bp);
}

static __always_inline u32 regs_syscall(struct task_struct *t, struct pt_regs *regs)
{
	if (BPF_CORE_READ(t, thread_info.status) & TS_COMPAT)
		return NO_SYSCALL;
	return BPF_CORE_READ(regs, orig_ax);
}

/* The number of an i386 call: by a 32-bit program, or through int 0x80. */
static __always_inline u32 regs_i386(struct task_struct *t, struct pt_regs *regs)
{
	if (!(BPF_CORE_READ(t, thread_info.status) & TS_COMPAT))
		return NO_SYSCALL;
	return BPF_CORE_READ(regs, orig_ax);
}

static __always_inline u32 i386_register(struct pt_regs *regs, int i)
{
	switch (i) {
	case 0:
		return BPF_CORE_READ(regs, bx);
	case 1:
		return BPF_CORE_READ(regs, cx);
	case 2:
		return BPF_CORE_READ(regs, dx);
	case 3:
		return BPF_CORE_READ(regs, si);
	case 4:
		return BPF_CORE_READ(regs, di);
	}
	return BPF_CORE_READ(regs, bp);
}

#else

#define SYSCALL_PREFIX "__arm64_sys_"
#define TIF_32BIT (1 << 22)
#define THREAD_SIZE (16 << 10)
#define KERNEL_PT_REGS bpf_core_type_size(struct pt_regs)

static __always_inline u64 regs_arg(struct pt_regs *regs, int i)
{
	u64 v = 0;

	if (!i)
		return BPF_CORE_READ(regs, orig_x0);
	bpf_core_read(&v, sizeof(v), &regs->regs[i]);
	return v;
}

static __always_inline u64 regs_ip(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, pc);
}

static __always_inline u64 regs_frame(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, regs[29]);
}

static __always_inline u32 regs_syscall(struct task_struct *t, struct pt_regs *regs)
{
	if (BPF_CORE_READ(t, thread_info.flags) & TIF_32BIT)
		return NO_SYSCALL;
	return BPF_CORE_READ(regs, syscallno);
}

static __always_inline u32 regs_i386(struct task_struct *t, struct pt_regs *regs)
{
	return NO_SYSCALL;
}

static __always_inline u32 i386_register(struct pt_regs *regs, int i)
{
	return 0;
}

#endif

/* The registers that a probe on a system call's function got as argument. They
 * are read as bytes: a pointer would be no scalar for a global function, and the
 * type is unknown in 5.10's BTF. */
static __always_inline u64 probe_regs(u64 *ctx)
{
	u64 regs = 0;

	bpf_probe_read_kernel(&regs, sizeof(regs), ctx);
	return regs;
}

/* The registers with which the current task entered the kernel. */
static __always_inline struct pt_regs *task_regs(struct task_struct *t)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return BPF_CORE_READ(t, stack) + THREAD_SIZE - KERNEL_PT_REGS;
}

/* The native system call that the current task is in, and its registers. */
static __always_inline u32 current_syscall(struct pt_regs **regs)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	*regs = task_regs(t);
	return regs_syscall(t, *regs);
}

/* The number of that call; -1 outside of a native call. */
static __always_inline s32 syscall_number(void)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct pt_regs *regs;

	if (BPF_CORE_READ(t, flags) & PF_KTHREAD)
		return NO_SYSCALL;
	return current_syscall(&regs);
}

/* The call of these registers for a field of the record, which notes that the number
 * is a 32-bit call's. -1 if there is none. */
static __always_inline s32 record_call(struct scratch *s, struct task_struct *t, struct pt_regs *regs)
{
	u32 nr = regs_syscall(t, regs);

	if (nr != NO_SYSCALL)
		return nr;
	nr = regs_i386(t, regs);
	if (nr != NO_SYSCALL)
		record_context(s)->flags |= RECORD_I386;
	return nr;
}

/* The same of the call that the current task is in, for fields of the option
 * detect-syscall: ask config.detect_syscall first. */
static __always_inline s32 record_syscall(struct scratch *s)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	if (BPF_CORE_READ(t, flags) & PF_KTHREAD)
		return NO_SYSCALL;
	return record_call(s, t, task_regs(t));
}
