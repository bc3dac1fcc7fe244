/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which policies want an event of which task, and the beginning and end of its
 * record. Scope.Match and Condition.Match of pkg/filter state the same conditions
 * in Go, for tests to compare; config holds constants, so conditions nobody asked
 * for cost nothing.
 */
#pragma once

#include "filter.h"
#include "stack.h"

static __always_inline bool is_selected(u32 event)
{
	u32 word = event / 64;

	barrier_var(word); /* keeps the bound, which the verifier needs */
	return event < MAX_EVENTS && (config.selected[word % (MAX_EVENTS / 64)] >> (event % 64)) & 1;
}

/* The policies that want an event with this return value, of whatever task. */
static __always_inline u64 event_policies(u32 event, s64 retval)
{
	if (!config.rules)
		return is_selected(event);
	struct event_rule *r = bpf_map_lookup_elem(&event_rules, &event);

	if (!r)
		return 0;
	u64 m = r->policies;

	if (r->retval)
		m &= ~r->retval | number_policies(event, FIELD_RETVAL, retval);
	return m;
}

static __always_inline u32 task_mntns(struct task_struct *t)
{
	return BPF_CORE_READ(t, nsproxy, mnt_ns, ns.inum);
}

/* Those of m of whose scope nothing that needs no remembered process keeps the
 * current task out. */
static __always_inline u64 scope_early(struct task_struct *t, u64 m)
{
	const volatile struct scope_config *c = &config.scope;
	u64 id = bpf_get_current_pid_tgid();

	if (c->pid)
		m &= ~c->pid | number_policies(0, FIELD_PID, id >> 32);
	if (c->tid)
		m &= ~c->tid | number_policies(0, FIELD_TID, (u32)id);
	if (c->uid)
		m &= ~c->uid | number_policies(0, FIELD_UID, (u32)bpf_get_current_uid_gid());
	if (c->mntns)
		m &= ~c->mntns | number_policies(0, FIELD_MNTNS, task_mntns(t));
	if (c->pidns)
		m &= ~c->pidns | number_policies(0, FIELD_PIDNS, pid_namespace(BPF_CORE_READ(t, thread_pid)));
	if (c->comm)
		m &= ~c->comm | comm_policies(t);
	if (c->container | c->host | c->new_container | c->old_container | c->container_id)
		m &= container_policies(t);
	return m;
}

/* Those of m whose remaining conditions the process fulfils. */
static __always_inline u64 scope_late(struct scratch *s, struct task_struct *t, struct process *p, u64 m)
{
	const volatile struct scope_config *c = &config.scope;

	if (c->comm_late)
		m &= ~c->comm_late | name_policies(s, FIELD_COMM, &named_task(t)->comm, TASK_COMM_LEN);
	if (c->uts) {
		struct uts_namespace *uts = BPF_CORE_READ(t, nsproxy, uts_ns);

		m &= ~c->uts | name_policies(s, FIELD_UTS, &uts->name.nodename, SUFFIX_MAX);
	}
	if (c->new_process | c->old_process)
		m &= ~(p->ran || p->start > c->since ? c->old_process : c->new_process);
	if (c->tree)
		m &= ~c->tree | tree_policies(p, BPF_CORE_READ(t, tgid));
	if (c->binary)
		m &= ~c->binary | binary_policies(s, p, task_mntns(t));
	return m;
}

/* Those of m whose scope the current task is in. With follow, one that once was
 * stays so. */
static __always_inline u64 scope_policies(struct scratch *s, struct task_struct *t, struct process *p, u64 m)
{
	u64 in = scope_late(s, t, p, scope_early(t, m));

	if (config.follow) {
		follow(p, in);
		in |= followed_policies(p) & m;
	}
	return in;
}

/*
 * Takes note of whom the current task follows, also when no event of its own was
 * asked about: at a fork, of what the child takes over. Global functions, these
 * and below, because the code is long and in every program: see path_step.
 */
__weak __noinline int scope_note(u32 key)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	if (!s)
		return 0;
	struct process *p = process_of(s, t);

	if (config.follow)
		scope_policies(s, t, p, ~0ULL);
	if (config.scope.tree)
		tree_policies(p, BPF_CORE_READ(t, tgid));
	return 0;
}

/* The policies that may want the event, before anything dear is done. */
__weak __noinline u64 policies_early(u32 event, s64 retval)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	u64 m = 0;

	if (bpf_get_current_pid_tgid() >> 32 != config.self)
		m = event_policies(event, retval);
	/* With follow, the process must be asked. */
	if (!m || !config.scoped || config.follow)
		return m;
	return scope_early(t, m);
}

/* Begins a record in a taken scratch: of the policies m those that want it. When
 * there are none, returns 0, unless it is to be kept for the tracer's own books. */
__weak __noinline int record_start(u32 key, u32 event, s64 retval, u64 m, u32 keep)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	if (!s)
		return 0;
	struct process *p = process_of(s, t);

	if (config.scoped && m)
		m = scope_policies(s, t, p, m);
	if (!m && !keep)
		return 0;
	context_write(s, t, p, event, retval);
	record_context(s)->policies = m;
	if (!m)
		record_context(s)->flags |= RECORD_CONTEXT_ONLY;
	s->keep = keep;
	if (config.arguments)
		__builtin_memset(s->arguments, 0, sizeof(s->arguments));
	return 1;
}

/* The same of an event that user space may need for its books whoever makes it,
 * marked then when nobody asked for it. */
static __always_inline bool record_keep(struct scratch *s, u32 event, bool keep)
{
	u64 m = policies_early(event, 0);

	return (m || keep) && record_start(s->key, event, 0, m, keep);
}

/* Records that tell who descends from whom are kept with lineage: user space gets
 * that of every process, and then with no more arguments than the books need. */
static __always_inline bool lineage_fill(struct scratch *s, u32 event)
{
	return record_keep(s, event, config.lineage);
}

/*
 * Begins the record of an event of the current task: NULL when nobody wants it or
 * no scratch is free. Who gets one must submit it.
 */
static __always_inline struct scratch *record_begin(u32 event, s64 retval)
{
	u64 m = policies_early(event, retval);

	if (!m)
		return NULL;
	struct scratch *s = scratch_take();

	if (s && !record_start(s->key, event, retval, m, false)) {
		scratch_free(s);
		return NULL;
	}
	return s;
}

/* Is the record wanted, now that its arguments are known? */
static __always_inline bool record_wanted(struct scratch *s)
{
	struct context *c = record_context(s);
	u64 m = c->policies;

	if (m)
		m = argument_policies(s->key, c->event, m);
	c->policies = m;
	if (!m)
		c->flags |= RECORD_CONTEXT_ONLY;
	return m || s->keep;
}

/* Finishes the record and hands it to user space. */
static __always_inline void record_submit(struct scratch *s, void *ring, u32 loss)
{
	u64 flags = BPF_RB_NO_WAKEUP;

	if (config.arguments && !record_wanted(s)) {
		scratch_free(s);
		return;
	}
	if (config.stack_addresses)
		put_stack(s->key);
	u64 size = s->off;

	record_context(s)->args = s->args;
	if (s->off > RECORD_MAX)
		record_context(s)->flags |= RECORD_FULL;
	if (s->faults)
		record_context(s)->flags |= RECORD_FAULT;
	barrier_var(size);
	if (size > sizeof(s->data))
		size = sizeof(s->data);
	if (bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) >= config.wake_bytes)
		flags = BPF_RB_FORCE_WAKEUP;
	if (bpf_ringbuf_output(ring, s->data, size, flags))
		count_loss(loss);
	scratch_free(s);
}
