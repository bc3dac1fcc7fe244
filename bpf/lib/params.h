/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What native system calls and those of 32-bit programs have in common: how a
 * parameter is read, what a result means, and which exec is under way. */
#pragma once

#include "scope.h"
#include "syscall.h"
#include "../gen/events.h"
#include "../gen/syscalls.h"

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
