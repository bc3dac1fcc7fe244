/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The user stack of the current task, into the record itself: the way to a
 * stack map is a helper that needs the program's context, which shared functions
 * do not have on 5.10, and a map loses stacks when it is full. What is walked is
 * what the kernel's own unwinder of user stacks walks: the chain of frame
 * pointers, from the registers with which the task entered the kernel.
 */
#pragma once

#include "syscall.h"

#define STACK_FRAMES 20
#define USER_BITS 56 /* no program has higher addresses */
#define INDEX_STACK 0xff /* in place of an argument's index; u8 count, addresses */

/* A global function: see path_step. */
__weak __noinline int put_stack(u32 key)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);

	if (!s || BPF_CORE_READ(t, flags) & PF_KTHREAD)
		return 0;
	struct pt_regs *regs = task_regs(t);
	u64 ip = regs_ip(regs), frame = regs_frame(regs), count = 0;
	u64 off = s->off;

	barrier_var(off);
	if (off > RECORD_MAX)
		return 0;
	for (int i = 0; i < STACK_FRAMES && ip; i++) {
		u64 at = off + 2 + i * sizeof(ip), next[2] = {};

		barrier_var(at);
		if (at > RECORD_MAX + STRINGS_MAX)
			break;
		__builtin_memcpy(&s->data[at], &ip, sizeof(ip));
		count++;
		if (!frame || bpf_probe_read_user(next, sizeof(next), (void *)frame))
			break;
		frame = next[0];
		ip = next[1] >> USER_BITS ? 0 : next[1]; /* else no address: no frame pointers */
	}
	s->data[off] = INDEX_STACK;
	s->data[off + 1] = count;
	s->off = off + 2 + count * sizeof(ip);
	s->args++;
	return 0;
}
