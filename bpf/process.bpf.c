// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The life of processes: fork, exec, exit. */
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
	/* What the parent is at this moment is what its children take over. */
	if (config.follow || config.scope.tree)
		scope_note(s->key);
	from = process_of(s, parent);
	if (from != p)
		bpf_probe_read_kernel(p, sizeof(*p), from);
	p->start = BPF_CORE_READ(child, start_boottime);
	p->execs = BPF_CORE_READ(child, self_exec_id);
	p->parent_pid = parent_tgid;
	p->parent_start = BPF_CORE_READ(parent, group_leader, start_boottime);
	p->parent_execs = BPF_CORE_READ(parent, group_leader, self_exec_id);
	p->exec_tid = 0;
	p->interpreter = 0;
	p->ran = 0;
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

/* An exec begins: what an earlier one has opened is closed by now. */
SEC("fentry/bprm_execve")
int exec_begins(u64 *ctx)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct process *p = process_known(BPF_CORE_READ(t, group_leader));

	if (p)
		p->interpreter = 0;
	return 0;
}

/* The kernel opens an interpreter: the one that #! names, then the dynamic
 * linker. The new program's mappings keep the latter open. */
SEC("fexit/open_exec")
int BPF_PROG(exec_interpreter, const char *name, struct file *file)
{
	struct scratch *s = scratch_take();
	u64 address = 0;

	if (!s)
		return 0;
	bpf_probe_read_kernel(&address, sizeof(address), &file);
	if (address < (u64)-MAX_ERRNO)
		process_of(s, (struct task_struct *)bpf_get_current_task())->interpreter = address;
	scratch_free(s);
	return 0;
}

/* A program without a dynamic linker: its own file, or nothing, was opened last. */
static __always_inline void put_interpreter(struct scratch *s, struct process *p, struct file *program)
{
	struct file *file = (void *)p->interpreter;

	p->interpreter = 0;
	if (!file || file == program)
		return;
	sched_process_exec__interpreter_pathname_path(s, &file->f_path);
	sched_process_exec__interpreter_dev(s, BPF_CORE_READ(file, f_inode, i_sb, s_dev));
	sched_process_exec__interpreter_inode(s, BPF_CORE_READ(file, f_inode, i_ino));
}

static __always_inline void put_exec(struct scratch *s, struct task_struct *t, struct linux_binprm *bprm,
				     struct process *p)
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
	put_interpreter(s, p, file);
}

SEC("raw_tp/sched_process_exec")
int sched_process_exec(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	struct scratch *s = scratch_take();

	if (!s)
		return 0;
	struct process *p = process_of(s, t); /* takes note of the new program */

	p->ran = 1;
	if (config.follow)
		scope_note(s->key);
	if (!lineage_fill(s, EVENT_SCHED_PROCESS_EXEC)) {
		scratch_free(s);
		return 0;
	}
	if (!(record_context(s)->flags & RECORD_CONTEXT_ONLY))
		put_exec(s, t, (void *)ctx[2], p);
	lifecycle_submit(s);
	return 0;
}

/* Threads with which their process ends, between the moment when they are counted
 * off and the tracepoint. */
MAP(last_threads, BPF_MAP_TYPE_HASH, 16384, u32, u8);

/* Called for each thread that ends, right after it was counted off. */
SEC("fentry/acct_collect")
int BPF_PROG(group_ends, long code, int group_dead)
{
	u32 tid = bpf_get_current_pid_tgid();
	u8 yes = 1;

	if (!group_dead || config.exit_tells_group || !is_selected(EVENT_SCHED_PROCESS_EXIT))
		return 0;
	if (bpf_map_update_elem(&last_threads, &tid, &yes, BPF_ANY))
		count_loss(LOSS_PROCESSES);
	return 0;
}

/* Does the process end with this thread? Newer kernels say so. For older ones
 * group_ends has noted it. Without that there is the count of threads, but two
 * that end at once may both see 0. */
static __always_inline bool is_last_thread(u64 *ctx, struct task_struct *t)
{
	u32 tid = bpf_get_current_pid_tgid();

	if (config.exit_tells_group)
		return ctx[1];
	if (config.exit_group_noted)
		return !bpf_map_delete_elem(&last_threads, &tid);
	return BPF_CORE_READ(t, signal, live.counter) == 0;
}

SEC("raw_tp/sched_process_exit")
int sched_process_exit(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];
	struct scratch *s;

	if (!is_selected(EVENT_SCHED_PROCESS_EXIT) && !config.lineage)
		return 0;
	bool last = is_last_thread(ctx, t); /* its note is taken back in any case */

	s = scratch_take();
	if (!s)
		return 0;
	if (!lineage_fill(s, EVENT_SCHED_PROCESS_EXIT)) {
		scratch_free(s);
		return 0;
	}
	sched_process_exit__exit_code(s, BPF_CORE_READ(t, exit_code));
	sched_process_exit__process_group_exit(s, last);
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
	if (config.scope.tree)
		bpf_map_delete_elem(&tree_filter, &tgid);
	return 0;
}
