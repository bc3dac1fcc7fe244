/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which tasks are traced. Scope.Match of pkg/filter states the same conditions
 * in Go, for tests to compare; config holds constants, so conditions nobody asked for cost
 * nothing.
 */
#pragma once

#include "context.h"
#include "stack.h"

static __always_inline bool numeric_match(void *values, const volatile struct numeric_filter *f, u32 v)
{
	u8 *listed = bpf_map_lookup_elem(values, &v);

	if (listed)
		return *listed;
	if (f->has_range)
		return v >= f->min && v <= f->max;
	return !f->has_equal;
}

static __always_inline bool comm_match(void)
{
	struct comm comm = {};

	bpf_get_current_comm(comm.name, sizeof(comm.name));
	u8 *listed = bpf_map_lookup_elem(&comm_filter, &comm);

	if (listed)
		return *listed;
	return !config.comm_has_equal;
}

/* Resolves once per process whether it is in an asked-for tree. */
static __always_inline void tree_resolve(struct process *p, u32 tgid)
{
	if (p->tree != TREE_UNKNOWN)
		return;
	u8 *listed = bpf_map_lookup_elem(&tree_filter, &tgid);

	if (listed)
		p->tree = *listed ? TREE_IN : TREE_OUT;
}

static __always_inline bool tree_match(struct process *p, u32 tgid)
{
	tree_resolve(p, tgid);
	if (p->tree == TREE_UNKNOWN)
		return !config.tree_has_equal;
	return p->tree == TREE_IN;
}

/* Conditions that need no remembered process. */
static __always_inline bool task_match(struct task_struct *t, u32 tgid)
{
	if (config.comm_enabled && !comm_match())
		return false;
	if (config.pid.enabled && !numeric_match(&pid_filter, &config.pid, tgid))
		return false;
	if (config.uid.enabled && !numeric_match(&uid_filter, &config.uid, (u32)bpf_get_current_uid_gid()))
		return false;
	if (config.container && is_container(task_cgroup(t)) != (config.container == 1))
		return false;
	return true;
}

/* Is the current task in scope? With follow, a process that once was stays so. */
static __always_inline bool in_scope(struct task_struct *t, u32 tgid, struct process *p)
{
	if (config.follow && p->followed)
		return true;
	if (config.scoped && !task_match(t, tgid))
		return false;
	if (config.tree_enabled && !tree_match(p, tgid))
		return false;
	if (config.follow)
		p->followed = true;
	return true;
}

static __always_inline bool is_traced(struct task_struct *t, u32 tgid, struct process *p)
{
	return !(config.scoped || config.tree_enabled) || in_scope(t, tgid, p);
}

static __always_inline bool is_selected(u32 event)
{
	u32 word = event / 64;

	barrier_var(word); /* keeps the bound, which the verifier needs */
	return event < MAX_EVENTS && (config.selected[word % (MAX_EVENTS / 64)] >> (event % 64)) & 1;
}

/* Begins a record in a taken scratch; false when the current task is not traced. */
static __always_inline bool record_fill(struct scratch *s, u32 event, s64 retval)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct process *p;

	if (tgid == config.self)
		return false;
	p = process_of(s, t);
	if (!is_traced(t, tgid, p))
		return false;
	context_write(s, t, p, event, retval);
	return true;
}

/*
 * The same for the records that tell who descends from whom: with lineage, user
 * space gets that of every process for its books, marked when nobody asked for
 * it, and then with no more arguments than the books need.
 */
static __always_inline bool lineage_fill(struct scratch *s, u32 event)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct process *p = process_of(s, t);
	bool asked = is_selected(event) && tgid != config.self && is_traced(t, tgid, p);

	if (!asked && !config.lineage)
		return false;
	context_write(s, t, p, event, 0);
	if (!asked)
		record_context(s)->flags |= RECORD_CONTEXT_ONLY;
	return true;
}

/*
 * Begins the record of an event of the current task: NULL when the task is not
 * traced or no scratch is free. Who gets one must submit it.
 */
static __always_inline struct scratch *record_begin(u32 event, s64 retval)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	/* Before anything dear is done. With follow, the process must be asked. */
	if (config.scoped && !config.follow && !task_match(t, tgid))
		return NULL;
	struct scratch *s = scratch_take();

	if (s && !record_fill(s, event, retval)) {
		scratch_free(s);
		return NULL;
	}
	return s;
}

/* Finishes the record and hands it to user space. */
static __always_inline void record_submit(struct scratch *s, void *ring, u32 loss)
{
	u64 flags = BPF_RB_NO_WAKEUP;

	if (config.stack_addresses)
		put_stack(s->key);
	u64 size = s->off;

	record_context(s)->args = s->args;
	if (s->off > RECORD_MAX)
		record_context(s)->flags |= RECORD_FULL;
	barrier_var(size);
	if (size > sizeof(s->data))
		size = sizeof(s->data);
	if (bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) >= config.wake_bytes)
		flags = BPF_RB_FORCE_WAKEUP;
	if (bpf_ringbuf_output(ring, s->data, size, flags))
		count_loss(loss);
	scratch_free(s);
}
