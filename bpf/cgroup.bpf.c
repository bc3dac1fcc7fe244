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
static __always_inline long id_offset(const char *name, long len)
{
	if (len < ID_LEN)
		return -1;
	if (len >= ID_LEN + SCOPE_LEN && name[(len - 6) & 255] == '.' && name[(len - 1) & 255] == 'e')
		len -= SCOPE_LEN;
	for (int i = 1; i <= ID_LEN; i++)
		if (!is_hex(name[(len - i) & 255]))
			return -1;
	return len - ID_LEN;
}

static __always_inline bool begins(const char *name, const char *text, int len)
{
	for (int i = 0; i < len; i++)
		if (name[i] != text[i])
			return false;
	return true;
}

#define BEGINS(name, text) begins(name, text, sizeof(text) - 1)

/* The same of containers that have a name and no id: lxc's and systemd-nspawn's. */
static __always_inline long name_offset(const char *name, struct cgroup *parent)
{
	char above[16] = {};

	if (BEGINS(name, "lxc.payload."))
		return sizeof("lxc.payload.") - 1;
	if (!parent)
		return -1;
	bpf_probe_read_kernel_str(above, sizeof(above), BPF_CORE_READ(parent, kn, name));
	if (BEGINS(above, "lxc\0"))
		return 0;
	if (!BEGINS(above, "machine.slice\0"))
		return -1;
	if (BEGINS(name, "systemd-nspawn@"))
		return sizeof("systemd-nspawn@") - 1;
	if (BEGINS(name, "machine-qemu\\x2d")) /* libvirt's virtual machines */
		return -1;
	return BEGINS(name, "machine-") ? (long)sizeof("machine-") - 1 : -1;
}

/* What policies say of the container id. */
static __always_inline void id_verdict(const char *id, struct verdict *to)
{
	struct container_key key = {.bits = 8 * ID_LEN};

	bpf_probe_read_kernel(key.id, ID_LEN, id);
	struct verdict *v = bpf_map_lookup_elem(&container_filter, &key);

	if (v)
		*to = *v;
}

static __always_inline u64 cgroup_number(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, kn, id);
}

/* Takes note of a new cgroup that is a container's: because it is made inside of
 * one, whose container it belongs to then whatever it is called, or by its own
 * name. A global function for its stack is large: see path_step. */
__weak __noinline int container_note(u64 address)
{
	struct cgroup *cgroup = (void *)address;
	struct cgroup *parent = BPF_CORE_READ(cgroup, self.parent, cgroup);
	struct container *around = parent ? container_of_cgroup(cgroup_number(parent)) : NULL;
	struct container made = {.is_new = 1};
	u64 id = cgroup_number(cgroup);
	char name[256] = {};

	if (around) {
		made = *around;
	} else {
		const char *from = BPF_CORE_READ(cgroup, kn, name);
		long len = bpf_probe_read_kernel_str(name, sizeof(name), from) - 1;
		long offset = id_offset(name, len);

		if (offset < 0)
			offset = name_offset(name, parent);
		if (offset < 0)
			return 0;
		if (config.scope.container_id)
			id_verdict(from + offset, &made.id);
	}
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
