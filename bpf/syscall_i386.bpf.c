// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Where calls of 32-bit x86 programs are seen, but for the raw tracepoints, which
 * are in syscall.bpf.c. */
#include "lib/i386.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

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
