/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Building one record: a fixed context, the program's path, then each argument
 * as an index byte and its value. Decoded by pkg/decode.
 *
 *	bool    u8
 *	string  u16 length (top bit: cut), bytes
 *	strings u16 length (top bit: cut), texts each with its NUL
 *	sockaddr u16 length, struct sockaddr
 *	cred    struct slim_cred
 *	hooks   u16 length, addresses
 */
#pragma once

#include "maps.h"

#include <bpf/bpf_core_read.h>

#define CUT 0x8000
#define STRING_MAX 4096 /* with its NUL */
#define PAGE_SIZE 4096 /* of x86; on arm64 the smallest there is */
#define STRINGS_COUNT 64 /* elements of a pointer list */

enum record_flags {
	RECORD_CONTEXT_ONLY = 1, /* for the tracer's own books: not selected */
	RECORD_EXE_CUT = 2,
	RECORD_FULL = 4, /* later arguments did not fit */
	RECORD_FAULT = 8, /* an argument could not be read */
	RECORD_I386 = 16, /* a call of a 32-bit x86 program, or through int 0x80 */
};

/* Mirrored by pkg/decode/context.go. */
struct context {
	u64 timestamp; /* ns since boot, suspend included, as all times here */
	u64 thread_start;
	u64 cgroup;
	u64 start; /* of the process */
	u64 execs; /* of the process: self_exec_id */
	u64 parent_start;
	u64 parent_execs;
	s64 retval;
	u32 event;
	u32 cpu;
	u32 tid, pid, ppid;
	u32 ns_tid, ns_pid, ns_ppid;
	u32 parent_pid; /* that forked it; ppid changes when the parent dies */
	u32 uid;
	u32 mnt_ns, pid_ns;
	u32 flags;
	u16 args;
	u16 exe_len;
	char comm[TASK_COMM_LEN];
	char uts[64];
	u64 policies; /* that want the event, as far as the kernel side can tell */
};

_Static_assert(sizeof(struct context) == 8 * 8 + 4 * 13 + 4 + 16 + 64 + 8, "pkg/decode mirrors the context");

/* Takes a free slot of this cpu; NULL when all are in use, which is counted. */
static __always_inline struct scratch *scratch_take(void)
{
	u32 cpu = bpf_get_smp_processor_id();

	for (u32 i = 0; i < SCRATCH_SLOTS; i++) {
		u32 key = cpu * SCRATCH_SLOTS + i;
		struct scratch *s = bpf_map_lookup_elem(&scratches, &key);

		if (!s)
			break;
		__sync_fetch_and_add(&s->takers, 1);
		if (*(volatile u32 *)&s->takers != 1) {
			__sync_fetch_and_add(&s->takers, -1);
			continue;
		}
		s->key = key;
		s->off = 0;
		s->args = 0;
		s->faults = 0;
		return s;
	}
	count_loss(LOSS_SCRATCH);
	return NULL;
}

static __always_inline void scratch_free(struct scratch *s)
{
	__sync_fetch_and_add(&s->takers, -1);
}

static __always_inline struct context *record_context(struct scratch *s)
{
	return (struct context *)s->data;
}

/* Where the next value goes. A value may begin anywhere below RECORD_MAX; data
 * is large enough for the longest value to begin there. */
#define NEXT(s)                                                                                                        \
	u64 off = (s)->off;                                                                                            \
	barrier_var(off); /* so that the bound below is on this register */                                            \
	if (off > RECORD_MAX)                                                                                          \
	return

#define DEFINE_PUT(name, type)                                                                                         \
	static __always_inline void put_##name(struct scratch *s, u8 index, type v)                                    \
	{                                                                                                              \
		NEXT(s);                                                                                               \
		s->data[off] = index;                                                                                  \
		__builtin_memcpy(&s->data[off + 1], &v, sizeof(v));                                                    \
		s->off = off + 1 + sizeof(v);                                                                          \
		s->args++;                                                                                             \
	}

DEFINE_PUT(i32, s32)
DEFINE_PUT(u32, u32)
DEFINE_PUT(i64, s64)
DEFINE_PUT(u64, u64)
DEFINE_PUT(u16, u16)
DEFINE_PUT(bool, u8)

static __always_inline void put_length(struct scratch *s, u64 off, u8 index, u32 len, bool cut)
{
	u16 head = len | (cut ? CUT : 0);

	s->data[off] = index;
	__builtin_memcpy(&s->data[off + 1], &head, sizeof(head));
	s->args++;
	if (config.arguments && index < ARGUMENT_INDEX_MAX)
		s->arguments[index] = off;
}
