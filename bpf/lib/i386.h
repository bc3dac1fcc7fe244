/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Calls of 32-bit x86 programs, which have numbers, registers and parameters of
 * their own: i386_calls. */
#pragma once

#include "params.h"

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
