// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Cgroups: which of them are containers, decided as they are made, so that a
 * container's first instruction already counts as its own. */
#include "lib/scope.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define ID_LEN 64 /* hexadecimal digits of a container id */
#define SCOPE_LEN 6 /* ".scope", how systemd names it */

static __always_inline bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Does the cgroup's name end with a container id, ".scope" apart? */
static __always_inline bool names_container(struct cgroup *cgroup)
{
	char name[256] = {};
	long len = bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(cgroup, kn, name)) - 1;

	if (len < ID_LEN)
		return false;
	if (len > 255)
		return false;
	if (len >= ID_LEN + SCOPE_LEN && name[(len - 6) & 255] == '.' && name[(len - 1) & 255] == 'e')
		len -= SCOPE_LEN;
	for (int i = 1; i <= ID_LEN; i++)
		if (!is_hex(name[(len - i) & 255]))
			return false;
	return true;
}

static __always_inline u64 cgroup_number(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, kn, id);
}

static __always_inline bool belongs_to_container(struct cgroup *cgroup)
{
	struct cgroup *parent = BPF_CORE_READ(cgroup, self.parent, cgroup);

	return (parent && is_container(cgroup_number(parent))) || names_container(cgroup);
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
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();

	if (!is_selected(event) && !is_watched(cgroup))
		return NULL;
	struct scratch *s = scratch_take();

	if (!s)
		return NULL;
	context_write(s, t, process_of(s, t), event, 0);
	if (!is_selected(event))
		record_context(s)->flags |= RECORD_CONTEXT_ONLY;
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
	u8 yes = 1;

	if (is_watched(cgroup) && belongs_to_container(cgroup))
		bpf_map_update_elem(&containers, &id, &yes, BPF_ANY);
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
