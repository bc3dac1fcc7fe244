/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which process a record is about: the fixed context, and what is remembered
 * of each process from fork to exit.
 */
#pragma once

#include "record.h"
#include "fd.h"

static __always_inline u32 ns_number(struct pid *pid)
{
	u32 level = BPF_CORE_READ(pid, level) & 0x1f; /* at most 32 nested namespaces */
	void *last = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);
	struct upid *upid = last;

	return BPF_CORE_READ(upid, nr);
}

static __always_inline u32 pid_namespace(struct pid *pid)
{
	u32 level = BPF_CORE_READ(pid, level) & 0x1f;
	void *last = (void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid);
	struct upid *upid = last;

	return BPF_CORE_READ(upid, ns, ns.inum);
}

static __always_inline u32 task_ns_tid(struct task_struct *t)
{
	return ns_number(BPF_CORE_READ(t, thread_pid));
}

static __always_inline u32 task_ns_pid(struct task_struct *t)
{
	return ns_number(BPF_CORE_READ(t, signal, pids[PIDTYPE_TGID]));
}

/* Whose name a task goes by: threads that io_uring makes for a process have one of
 * their own, which says nothing, and do what the process asks. */
static __always_inline struct task_struct *named_task(struct task_struct *t)
{
	return BPF_CORE_READ(t, flags) & PF_IO_WORKER ? BPF_CORE_READ(t, group_leader) : t;
}

/* That name, and NULs behind it. */
static __always_inline void task_name(struct task_struct *t, char name[TASK_COMM_LEN])
{
	__builtin_memset(name, 0, TASK_COMM_LEN);
	bpf_probe_read_kernel_str(name, TASK_COMM_LEN, &named_task(t)->comm);
}

/* The cgroup whose id names the task's container. */
static __always_inline u64 task_cgroup(struct task_struct *t)
{
	if (!config.cgroup_hierarchy)
		return bpf_get_current_cgroup_id();

	struct css_set *set = BPF_CORE_READ(t, cgroups);
	u32 cpuset = bpf_core_enum_value(enum cgroup_subsys_id, cpuset_cgrp_id);
	struct cgroup_subsys_state *css = NULL;

	bpf_core_read(&css, sizeof(css), &set->subsys[cpuset & 0xf]);
	return BPF_CORE_READ(css, cgroup, kn, id);
}

static __always_inline struct container *container_of_cgroup(u64 cgroup)
{
	return bpf_map_lookup_elem(&containers, &cgroup);
}

/* Fills p->exe from the program that the task runs. Of a long path the end is
 * kept, which names the program. */
static __always_inline void process_exe(struct scratch *s, struct process *p, struct file *file)
{
	p->exe_len = 0;
	p->exe_cut = 0;
	if (!file)
		return; /* a kernel thread, or one that is exiting */
	path_of(s, &file->f_path);
	u32 start = s->path_start & (PATH_MAX - 1);
	bool cut = s->path_cut;

	if (start < PATH_MAX - EXE_MAX) {
		start = PATH_MAX - EXE_MAX;
		cut = true;
	}
	long n = bpf_probe_read_kernel_str(p->exe, EXE_MAX, &s->path[start]);

	if (n <= 0 || n > EXE_MAX)
		return;
	p->exe_len = n - 1;
	p->exe_cut = cut;
}

static __always_inline struct process_key process_key(struct task_struct *leader)
{
	struct process_key key = {BPF_CORE_READ(leader, start_boottime), BPF_CORE_READ(leader, tgid)};

	return key;
}

/* What is remembered of a process, by its first thread; NULL when nothing is. */
static __always_inline struct process *process_known(struct task_struct *leader)
{
	struct process_key key = process_key(leader);

	return bpf_map_lookup_elem(&processes, &key);
}

/* Fills p anew from what the kernel says of the task's process and parent. */
static __always_inline void process_fill(struct scratch *s, struct process *p, struct task_struct *t)
{
	struct task_struct *leader = BPF_CORE_READ(t, group_leader);
	struct task_struct *parent = BPF_CORE_READ(leader, real_parent, group_leader);
	struct process *from = process_known(parent);

	p->start = BPF_CORE_READ(leader, start_boottime);
	p->execs = BPF_CORE_READ(leader, self_exec_id);
	p->parent_pid = BPF_CORE_READ(parent, tgid);
	p->parent_start = BPF_CORE_READ(parent, start_boottime);
	p->parent_execs = BPF_CORE_READ(parent, self_exec_id);
	__builtin_memset(p->followed, 0, sizeof(p->followed));
	p->tree = 0;
	p->tree_known = 0;
	p->ran = 0;
	p->exec_tid = 0;
	if (from) {
		__builtin_memcpy(p->followed, from->followed, sizeof(p->followed));
		p->tree = from->tree;
		p->tree_known = from->tree_known;
	}
	process_exe(s, p, BPF_CORE_READ(t, mm, exe_file));
}

/*
 * The remembered process of a task, made on first sight: processes that were
 * there before the tracer are met here, and those whose fork was missed. What a
 * process's parent ran when it forked is only known if the fork was seen; else it
 * is what the parent runs now. Needs a taken scratch; never inserts for an
 * exiting task, whose entry nobody would delete.
 */
static __always_inline struct process *process_of(struct scratch *s, struct task_struct *t)
{
	struct task_struct *leader = BPF_CORE_READ(t, group_leader);
	struct process_key key = process_key(leader);
	struct process *p = bpf_map_lookup_elem(&processes, &key);

	if (p) {
		u64 execs = BPF_CORE_READ(leader, self_exec_id);

		if (p->execs != execs) {
			process_exe(s, p, BPF_CORE_READ(t, mm, exe_file));
			p->execs = execs;
		}
		return p;
	}
	p = &s->process;
	process_fill(s, p, t);
	if (BPF_CORE_READ(t, flags) & PF_EXITING)
		return p;
	bpf_map_update_elem(&processes, &key, p, BPF_NOEXIST);
	struct process *kept = bpf_map_lookup_elem(&processes, &key);

	return kept ? kept : p;
}

/* Writes the context of the current task and the path of its program. */
static __always_inline void context_write(struct scratch *s, struct task_struct *t, struct process *p, u32 event,
					  s64 retval)
{
	struct context *c = record_context(s);
	struct task_struct *leader = BPF_CORE_READ(t, group_leader);
	struct task_struct *parent = BPF_CORE_READ(leader, real_parent);
	struct nsproxy *ns = BPF_CORE_READ(t, nsproxy);
	u64 id = bpf_get_current_pid_tgid();

	c->timestamp = bpf_ktime_get_boot_ns();
	c->thread_start = BPF_CORE_READ(t, start_boottime);
	c->cgroup = task_cgroup(t);
	c->start = p->start;
	c->execs = BPF_CORE_READ(leader, self_exec_id);
	c->parent_start = p->parent_start;
	c->parent_execs = p->parent_execs;
	c->retval = retval;
	c->event = event;
	c->cpu = bpf_get_smp_processor_id();
	c->tid = (u32)id;
	c->pid = id >> 32;
	c->ppid = BPF_CORE_READ(parent, tgid);
	c->ns_tid = task_ns_tid(t);
	c->ns_pid = task_ns_pid(t);
	c->ns_ppid = task_ns_pid(parent);
	c->parent_pid = p->parent_pid;
	c->uid = (u32)bpf_get_current_uid_gid();
	c->mnt_ns = BPF_CORE_READ(ns, mnt_ns, ns.inum);
	c->pid_ns = pid_namespace(BPF_CORE_READ(t, thread_pid));
	c->flags = p->exe_cut ? RECORD_EXE_CUT : 0;
	c->args = 0;
	task_name(t, c->comm);
	c->uts[0] = 0;
	struct uts_namespace *uts = BPF_CORE_READ(ns, uts_ns);

	bpf_core_read_str(c->uts, sizeof(c->uts), &uts->name.nodename);
	c->policies = 0;

	u32 len = p->exe_len;

	if (len > EXE_MAX)
		len = EXE_MAX;
	c->exe_len = len;
	bpf_probe_read_kernel(s->data + sizeof(*c), len, p->exe);
	s->off = sizeof(*c) + len;
}
