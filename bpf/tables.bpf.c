// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Tables of functions that rootkits overwrite: one is looked at as it is used, the
 * others by user space, which reads them here. */
#include "lib/scope.h"
#include "lib/kernel_tables.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define PROC_SUPER_MAGIC 0x9fa0
#define BPF_F_MMAPABLE (1U << 10)

/* Functions of which was told, and the policies that were. */
MAP(told, BPF_MAP_TYPE_LRU_HASH, 1024, u64, u64);

/* The address of a function that is not in the kernel's own code; else 0. */
static __always_inline u64 foreign(const void *function)
{
	u64 address = (u64)function;

	return address && (address < config.text_start || address >= config.text_end) ? address : 0;
}

/* Takes note that policies are told of a function; false when all of them were. */
static __always_inline bool tell(u64 function, u64 policies)
{
	u64 *before = bpf_map_lookup_elem(&told, &function);
	u64 all = policies;

	if (before) {
		if (!(policies & ~*before))
			return false;
		all |= *before;
	}
	bpf_map_update_elem(&told, &function, &all, BPF_ANY);
	return true;
}

SEC("fentry/iterate_dir")
int hooked_proc_fops(u64 *ctx)
{
	struct file___operations *file = (void *)probe_regs(ctx); /* as a number: 5.10 adds nothing to typed pointers */
	const struct file_operations *ops;
	u64 functions[2] = {};
	struct scratch *s;
	u32 count = 0;
	u64 function;

	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		return 0;
	ops = BPF_CORE_READ(file, f_op);
	functions[0] = foreign(BPF_CORE_READ(ops, iterate_shared));
	count = !!functions[0];
	if (bpf_core_field_exists(ops->iterate)) {
		function = foreign(BPF_CORE_READ(ops, iterate));
		if (function && count)
			functions[1] = function;
		else if (function)
			functions[0] = function;
		count += !!function;
	}
	if (!count)
		return 0;
	s = record_begin(EVENT_HOOKED_PROC_FOPS, 0);
	if (!s)
		return 0;
	/* Whether conditions on arguments hold is not known yet. */
	if (!config.arguments && !tell(functions[0], record_context(s)->policies)) {
		scratch_free(s);
		return 0;
	}
	hooked_proc_fops__hooked_fops_pointers(s, functions, count);
	hooked_proc_fops__pathname_path(s, &file->f_path);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/*
 * Copies kernel memory for user space. It is attached to nothing: user space runs
 * it with an address and a length (BPF_PROG_TEST_RUN), and finds in peeked what was
 * there. It returns 0, or the error of the first page that could not be read.
 */
#define PEEK_MAX 4096 /* mirrored in pkg/loader/memory.go */
struct peeked {
	u8 data[PEEK_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct peeked);
} peeked __weak SEC(".maps");

SEC("raw_tp/peek")
int peek(u64 *ctx)
{
	u64 address = ctx[0], len = ctx[1];
	u32 zero = 0;
	struct peeked *p = bpf_map_lookup_elem(&peeked, &zero);

	barrier_var(len);
	if (!p || len > PEEK_MAX)
		return -7; /* E2BIG */
	return bpf_probe_read_kernel(p->data, len, (void *)address);
}
