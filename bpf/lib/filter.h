/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Holding values against the conditions of all policies at once. Each function
 * returns a word of policies, see struct scope_config. */
#pragma once

#include "context.h"

/* The policies that take a number. User space has put an entry for all numbers
 * of every field that has a condition. */
static __always_inline u64 number_policies(u32 event, u32 field, s64 v)
{
	struct number_key key = {
		.bits = 32 + 64,
		.event = event,
		.field = field,
		.value = __builtin_bswap64((u64)v ^ (1ULL << 63)),
	};
	u64 *policies = bpf_map_lookup_elem(&number_filter, &key);

	return policies ? *policies : 0;
}

static __always_inline u64 taken(const struct verdict *v)
{
	return v->yes & ~v->no;
}

static __always_inline u64 comm_policies(struct task_struct *t)
{
	struct comm_key key = {.bits = 8 * TASK_COMM_LEN};

	task_name(t, key.name);
	struct verdict *v = bpf_map_lookup_elem(&comm_filter, &key);

	return v ? taken(v) : 0;
}

static __always_inline void text_look_up(struct scratch *s, u32 len)
{
	s->text_key.bits = 32 + 8 * len;
	struct verdict *v = bpf_map_lookup_elem(&text_filter, &s->text_key);

	if (v) {
		s->verdict.yes |= v->yes;
		s->verdict.no |= v->no;
	}
}

/* Adds to the verdict of scratch key what a field's conditions say of the text
 * that text_load left, which it destroys. A global function: see path_step. */
__weak __noinline int text_match(u32 key, u32 event, u32 field, u32 reversed)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);

	if (!s)
		return 0;
	u32 len = s->text_len;

	s->text_key.event = event;
	s->text_key.field = field;
	s->text_key.reversed = 0;
	text_look_up(s, len > TEXT_MAX ? TEXT_MAX : len + 1);
	if (!reversed)
		return 0;
	if (len > SUFFIX_MAX)
		len = SUFFIX_MAX;
	for (u32 i = 0; i < SUFFIX_MAX; i++) {
		if (i >= len)
			break;
		s->text_key.text[i] = s->text_end[(len - 1 - i) & (SUFFIX_MAX - 1)];
	}
	s->text_key.reversed = 1;
	text_look_up(s, len);
	return 0;
}

/* Takes a text of len bytes: its beginning and its end. */
static __always_inline void text_load(struct scratch *s, const void *from, u32 len)
{
	u64 address = 0, n = len, end = len;

	/* As a number: it may be a map's, whose bounds are not the matter here. */
	bpf_probe_read_kernel(&address, sizeof(address), &from);
	s->text_len = len;
	if (n > TEXT_MAX)
		n = TEXT_MAX;
	n &= 0xff;
	barrier_var(n);
	if (n > TEXT_MAX)
		return;
	bpf_probe_read_kernel(s->text_key.text, n, (void *)address);
	s->text_key.text[n] = 0;
	if (end > SUFFIX_MAX)
		end = SUFFIX_MAX;
	address += len - end;
	barrier_var(end);
	if (end > SUFFIX_MAX)
		return;
	bpf_probe_read_kernel(s->text_end, end, (void *)address);
}

static __always_inline u32 is_reversed(u32 field)
{
	return (config.scope.reversed >> field) & 1;
}

/* The policies that take a short text of the kernel's, up to its NUL. */
static __always_inline u64 name_policies(struct scratch *s, u32 field, const void *from, u32 size)
{
	long n = bpf_probe_read_kernel_str(s->text_end, size, from);

	text_load(s, from, n > 0 ? n - 1 : 0);
	s->verdict.yes = s->verdict.no = 0;
	text_match(s->key, 0, field, is_reversed(field));
	return taken(&s->verdict);
}

static __always_inline u64 binary_policies(struct scratch *s, struct process *p, u32 mntns)
{
	u32 len = p->exe_len;

	if (!len)
		return config.scope.binary_missing;
	text_load(s, p->exe, len);
	s->verdict.yes = s->verdict.no = 0;
	text_match(s->key, 0, FIELD_BINARY, is_reversed(FIELD_BINARY));
	if (mntns == config.scope.host_mntns) {
		text_load(s, p->exe, len);
		text_match(s->key, 0, FIELD_BINARY_HOST, is_reversed(FIELD_BINARY));
	}
	return taken(&s->verdict);
}

static __always_inline u64 container_policies(struct task_struct *t)
{
	const volatile struct scope_config *c = &config.scope;
	struct container *in = container_of_cgroup(task_cgroup(t));

	if (!in)
		return ~(c->container | c->new_container | c->old_container |
			 (c->container_id & ~c->container_id_missing));
	return ~(c->host | (in->is_new ? c->old_container : c->new_container) | (c->container_id & ~taken(&in->id)));
}

/* The policies whose trees the process is in. What is listed is found on first
 * sight after user space has listed it, and then remembered. */
static __always_inline u64 tree_policies(struct process *p, u32 tgid)
{
	if (!p->tree_known) {
		u64 *listed = bpf_map_lookup_elem(&tree_filter, &tgid);

		if (!listed)
			return config.scope.tree_unlisted;
		p->tree = *listed;
		barrier();
		p->tree_known = 1;
	}
	return p->tree;
}

static __always_inline u64 followed_policies(struct process *p)
{
	u64 policies = 0;

	for (int i = 0; i < MAX_FOLLOW; i++)
		if (config.scope.follow[i] && p->followed[i])
			policies |= config.scope.follow[i];
	return policies;
}

static __always_inline void follow(struct process *p, u64 policies)
{
	for (int i = 0; i < MAX_FOLLOW; i++)
		if (config.scope.follow[i] & policies)
			p->followed[i] = 1;
}

/* Takes those of m away that have a condition on an argument of the record which
 * does not hold. A global function: see path_step. */
__weak __noinline u64 argument_policies(u32 key, u32 event, u64 m)
{
	struct scratch *s = bpf_map_lookup_elem(&scratches, &key);
	struct event_rule *r = bpf_map_lookup_elem(&event_rules, &event);

	if (!s || !r)
		return m;
	for (int i = 0; i < MAX_ARGUMENT_RULES; i++) {
		struct argument_rule *a = &r->arguments[i];
		u64 off = s->arguments[a->index & (ARGUMENT_INDEX_MAX - 1)];

		if (!(a->policies & m))
			continue;
		if (!off || off > RECORD_MAX) {
			m &= ~a->policies | a->missing;
			continue;
		}
		u16 head = 0;

		barrier_var(off);
		if (off > RECORD_MAX)
			continue;
		__builtin_memcpy(&head, &s->data[off + 1], sizeof(head));
		text_load(s, &s->data[off + 3], head & ~CUT);
		s->verdict.yes = s->verdict.no = 0;
		text_match(key, event, FIELD_ARGUMENT + a->index, a->reversed);
		m &= ~a->policies | taken(&s->verdict);
	}
	return m;
}
