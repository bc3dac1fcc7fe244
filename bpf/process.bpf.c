// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Processes: fork, exec, exit, and the check before an exec. */
#include "lib/scope.h"
#include "gen/events.h"
#include "lib/inode.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

static __always_inline void lifecycle_submit(struct scratch *s)
{
	record_submit(s, &lifecycle, LOSS_LIFECYCLE);
}

/* Remembers the new process. Threads belong to a process that is known. */
static __always_inline void remember_child(struct scratch *s, struct task_struct *parent, struct task_struct *child)
{
	u32 tgid = BPF_CORE_READ(child, tgid), parent_tgid = BPF_CORE_READ(parent, tgid);
	struct process *from, *p = &s->process;

	if (tgid == parent_tgid)
		return;
	from = process_of(s, parent);
	/* What the parent is at this moment is what its children take over, also
	 * when no event of its own was asked about. */
	if (config.follow)
		in_scope(parent, parent_tgid, from);
	if (config.tree_enabled)
		tree_resolve(from, parent_tgid);
	if (from != p)
		bpf_probe_read_kernel(p, sizeof(*p), from);
	p->start = BPF_CORE_READ(child, start_boottime);
	p->execs = BPF_CORE_READ(child, self_exec_id);
	p->parent_pid = parent_tgid;
	p->parent_start = BPF_CORE_READ(parent, group_leader, start_boottime);
	p->parent_execs = BPF_CORE_READ(parent, group_leader, self_exec_id);
	p->exec_tid = 0;
	struct process_key key = {p->start, tgid};

	if (bpf_map_update_elem(&processes, &key, p, BPF_ANY))
		count_loss(LOSS_PROCESSES);
}

SEC("raw_tp/sched_process_fork")
int sched_process_fork(u64 *ctx)
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1];
	struct scratch *s = scratch_take();

	if (!s)
		return 0;
	remember_child(s, parent, child);
	if (!lineage_fill(s, EVENT_SCHED_PROCESS_FORK)) {
		scratch_free(s);
		return 0;
	}
	sched_process_fork__parent_tid(s, BPF_CORE_READ(parent, pid));
	sched_process_fork__parent_ns_tid(s, task_ns_tid(parent));
	sched_process_fork__parent_pid(s, BPF_CORE_READ(parent, tgid));
	sched_process_fork__parent_ns_pid(s, task_ns_pid(parent));
	sched_process_fork__child_tid(s, BPF_CORE_READ(child, pid));
	sched_process_fork__child_ns_tid(s, task_ns_tid(child));
	sched_process_fork__child_pid(s, BPF_CORE_READ(child, tgid));
	sched_process_fork__child_ns_pid(s, task_ns_pid(child));
	sched_process_fork__start_time(s, BPF_CORE_READ(child, start_boottime));
	lifecycle_submit(s);
	return 0;
}

/* The type of the file behind descriptor 0; 0 when it is closed. */
static __always_inline u16 stdin_type(struct task_struct *t)
{
	struct file **fds = BPF_CORE_READ(t, files, fdt, fd), *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), fds);
	return BPF_CORE_READ(file, f_inode, i_mode);
}

static __always_inline void put_exec(struct scratch *s, struct task_struct *t, struct linux_binprm *bprm)
{
	struct file *file = BPF_CORE_READ(bprm, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct mm_struct *mm = BPF_CORE_READ(t, mm);

	sched_process_exec__cmdpath(s, BPF_CORE_READ(bprm, filename));
	sched_process_exec__pathname_path(s, &file->f_path);
	sched_process_exec__argv(s, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end));
	if (config.exec_env)
		sched_process_exec__env(s, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
	sched_process_exec__dev(s, BPF_CORE_READ(inode, i_sb, s_dev));
	sched_process_exec__inode(s, BPF_CORE_READ(inode, i_ino));
	sched_process_exec__invoked_from_kernel(s, !!(BPF_CORE_READ(t, real_parent, flags) & PF_KTHREAD));
	sched_process_exec__ctime(s, inode_ctime(inode));
	sched_process_exec__stdin_type(s, stdin_type(t));
	sched_process_exec__inode_mode(s, BPF_CORE_READ(inode, i_mode));
	sched_process_exec__interp(s, BPF_CORE_READ(bprm, interp));
}

SEC("raw_tp/sched_process_exec")
int sched_process_exec(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	struct scratch *s = scratch_take();

	if (!s)
		return 0;
	struct process *p = process_of(s, t); /* takes note of the new program */

	if (config.follow)
		in_scope(t, BPF_CORE_READ(t, tgid), p);
	if (!lineage_fill(s, EVENT_SCHED_PROCESS_EXEC)) {
		scratch_free(s);
		return 0;
	}
	if (!(record_context(s)->flags & RECORD_CONTEXT_ONLY))
		put_exec(s, t, (void *)ctx[2]);
	lifecycle_submit(s);
	return 0;
}

/* Does the process end with this thread? Newer kernels say so; older ones have
 * counted the thread off by now, and two that end at once may both see 0. */
static __always_inline bool is_last_thread(u64 *ctx, struct task_struct *t)
{
	if (config.exit_tells_group)
		return ctx[1];
	return BPF_CORE_READ(t, signal, live.counter) == 0;
}

SEC("raw_tp/sched_process_exit")
int sched_process_exit(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	struct scratch *s;

	if (!is_selected(EVENT_SCHED_PROCESS_EXIT) && !config.lineage)
		return 0;
	s = scratch_take();
	if (!s)
		return 0;
	if (!lineage_fill(s, EVENT_SCHED_PROCESS_EXIT)) {
		scratch_free(s);
		return 0;
	}
	sched_process_exit__exit_code(s, BPF_CORE_READ(t, exit_code));
	sched_process_exit__process_group_exit(s, is_last_thread(ctx, t));
	lifecycle_submit(s);
	return 0;
}

/* A process was reaped, and its pid may be used again. */
SEC("raw_tp/sched_process_free")
int sched_process_free(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	u32 tgid = BPF_CORE_READ(t, tgid);
	struct process_key key = process_key(t);

	if (BPF_CORE_READ(t, pid) != tgid)
		return 0;
	bpf_map_delete_elem(&processes, &key);
	if (config.tree_enabled)
		bpf_map_delete_elem(&tree_filter, &tgid);
	return 0;
}

SEC("fexit/security_bprm_check")
int BPF_PROG(security_bprm_check, struct linux_binprm *bprm, int ret)
{
	struct scratch *s = record_begin(EVENT_SECURITY_BPRM_CHECK, ret);

	if (!s)
		return 0;
	struct file *file = BPF_CORE_READ(bprm, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	security_bprm_check__pathname_path(s, &file->f_path);
	security_bprm_check__dev(s, BPF_CORE_READ(inode, i_sb, s_dev));
	security_bprm_check__inode(s, BPF_CORE_READ(inode, i_ino));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
