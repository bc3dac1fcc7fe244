// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The processes that were there before the probes, told by the kernel itself:
 * /proc knows neither their exact start nor how often they have executed. */
#include "lib/scope.h"
#include "lib/kernel_lineage.h"

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/*
 * Runs once per task, for a reader of the iterator. Remembers the process as an
 * event of its own would, and so its parent as it is now: later the parent may
 * have executed something else, or be gone.
 */
SEC("iter/task")
int known_processes(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *t = ctx->task;

	if (!t || BPF_CORE_READ(t, pid) != BPF_CORE_READ(t, tgid))
		return 0;
	if (!BPF_CORE_READ(t, signal, live.counter))
		return 0; /* waits to be reaped, and has no children any more */
	struct scratch *s = scratch_take();

	if (!s)
		return 0;
	struct process *p = process_of(s, t);
	struct known *k = (void *)s->data;

	k->start = p->start;
	k->execs = p->execs;
	k->parent_start = p->parent_start;
	k->parent_execs = p->parent_execs;
	k->pid = BPF_CORE_READ(t, tgid);
	k->parent_pid = p->parent_pid;
	k->exe_len = p->exe_len;
	k->exe_cut = p->exe_cut;
	BPF_CORE_READ_INTO(&k->comm, t, comm);
	bpf_probe_read_kernel(k->exe, EXE_MAX, p->exe);
	bpf_seq_write(seq, k, sizeof(*k));
	scratch_free(s);
	return 0;
}
