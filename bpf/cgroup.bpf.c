// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Cgroups: which of them are containers, decided as they are made, so that a
 * container's first instruction already counts as its own. */
#include "lib/scope.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define SCOPE_LEN 6 /* ".scope", how systemd names it */

static __always_inline bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Where in the cgroup's name a container id begins, that ends it, ".scope" apart;
 * negative when there is none. */
static __always_inline long id_offset(struct cgroup *cgroup)
{
	char name[256] = {};
	long len = bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(cgroup, kn, name)) - 1;

	if (len < ID_LEN)
		return -1;
	if (len > 255)
		return -1;
	if (len >= ID_LEN + SCOPE_LEN && name[(len - 6) & 255] == '.' && name[(len - 1) & 255] == 'e')
		len -= SCOPE_LEN;
	for (int i = 1; i <= ID_LEN; i++)
		if (!is_hex(name[(len - i) & 255]))
			return -1;
	return len - ID_LEN;
}

/* What policies say of the id at this place of the cgroup's name. */
static __always_inline void id_verdict(struct cgroup *cgroup, long offset, struct verdict *to)
{
	struct container_key key = {.bits = 8 * ID_LEN};

	bpf_probe_read_kernel(key.id, ID_LEN, BPF_CORE_READ(cgroup, kn, name) + offset);
	struct verdict *v = bpf_map_lookup_elem(&container_filter, &key);

	if (v)
		*to = *v;
}

static __always_inline u64 cgroup_number(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, kn, id);
}

/* Takes note of a new cgroup that is a container's: by its own name, or because
 * it is made inside of one, whose container it belongs to then. A global function
 * for its stack is large: see path_step. */
__weak __noinline int container_note(u64 address)
{
	struct cgroup *cgroup = (void *)address;
	struct cgroup *parent = BPF_CORE_READ(cgroup, self.parent, cgroup);
	struct container *around = parent ? container_of_cgroup(cgroup_number(parent)) : NULL;
	struct container made = {.is_new = 1};
	u64 id = cgroup_number(cgroup);
	long offset = id_offset(cgroup);

	if (offset < 0 && !around)
		return 0;
	if (offset < 0)
		made = *around;
	else if (config.scope.container_id)
		id_verdict(cgroup, offset, &made.id);
	bpf_map_update_elem(&containers, &id, &made, BPF_ANY);
	return 0;
}

/* Ids are unique only within a hierarchy; one of them tells containers. */
static __always_inline bool is_watched(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, root, hierarchy_id) == config.cgroup_hierarchy;
}

/* Changes in the watched hierarchy reach user space whoever makes them: they
 * tell which container an id is. */
static __always_inline struct scratch *cgroup_record(u32 event, struct cgroup *cgroup)
{
	if (!is_selected(event) && !is_watched(cgroup))
		return NULL;
	struct scratch *s = scratch_take();

	if (s && !record_keep(s, event, is_watched(cgroup))) {
		scratch_free(s);
		return NULL;
	}
	return s;
}

SEC("raw_tp/cgroup_attach_task")
int cgroup_attach_task(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[2];
	struct scratch *s = record_begin(EVENT_CGROUP_ATTACH_TASK, 0);

	if (!s)
		return 0;
	cgroup_attach_task__cgroup_path(s, (void *)ctx[1]);
	cgroup_attach_task__comm(s, t->comm);
	cgroup_attach_task__pid(s, BPF_CORE_READ(t, pid));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("raw_tp/cgroup_mkdir")
int cgroup_mkdir(u64 *ctx)
{
	struct cgroup *cgroup = (void *)ctx[0];
	u64 id = cgroup_number(cgroup);

	if (is_watched(cgroup))
		container_note(ctx[0]);
	struct scratch *s = cgroup_record(EVENT_CGROUP_MKDIR, cgroup);

	if (!s)
		return 0;
	cgroup_mkdir__cgroup_id(s, id);
	cgroup_mkdir__cgroup_path(s, (void *)ctx[1]);
	cgroup_mkdir__hierarchy_id(s, BPF_CORE_READ(cgroup, root, hierarchy_id));
	record_submit(s, &lifecycle, LOSS_LIFECYCLE);
	return 0;
}

SEC("raw_tp/cgroup_rmdir")
int cgroup_rmdir(u64 *ctx)
{
	struct cgroup *cgroup = (void *)ctx[0];
	u64 id = cgroup_number(cgroup);

	if (is_watched(cgroup))
		bpf_map_delete_elem(&containers, &id);
	struct scratch *s = cgroup_record(EVENT_CGROUP_RMDIR, cgroup);

	if (!s)
		return 0;
	cgroup_rmdir__cgroup_id(s, id);
	cgroup_rmdir__cgroup_path(s, (void *)ctx[1]);
	cgroup_rmdir__hierarchy_id(s, BPF_CORE_READ(cgroup, root, hierarchy_id));
	record_submit(s, &lifecycle, LOSS_LIFECYCLE);
	return 0;
}
