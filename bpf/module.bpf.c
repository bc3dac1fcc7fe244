// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Modules as they are loaded. */
#include "lib/scope.h"
#include "lib/kernel_internals.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

/* A module as it was before its own code ran: it may have changed all of that
 * since, and one that fails is freed before do_init_module returns. */
struct loading {
	u64 address, prev, next;
	char name[56];
	char version[64];
	char srcversion[64];
};

MAP(loadings, BPF_MAP_TYPE_HASH, 256, u64, struct loading);

SEC("fentry/do_init_module")
int BPF_PROG(module_begin, struct module *mod)
{
	u64 id = bpf_get_current_pid_tgid();
	struct loading l = {};

	l.address = probe_regs(ctx);
	l.prev = (u64)BPF_CORE_READ(mod, list.prev);
	l.next = (u64)BPF_CORE_READ(mod, list.next);
	BPF_CORE_READ_STR_INTO(&l.name, mod, name);
	bpf_probe_read_kernel_str(l.version, sizeof(l.version), BPF_CORE_READ(mod, version));
	bpf_probe_read_kernel_str(l.srcversion, sizeof(l.srcversion), BPF_CORE_READ(mod, srcversion));
	bpf_map_update_elem(&loadings, &id, &l, BPF_ANY);
	return 0;
}

/* Like record_begin; but when modules are watched, user space learns of every one. */
static __always_inline struct scratch *module_record(s64 ret)
{
	u64 m = policies_early(EVENT_DO_INIT_MODULE, ret);
	struct scratch *s;

	if (!m && !config.watch_modules)
		return NULL;
	s = scratch_take();
	if (s && !record_start(s->key, EVENT_DO_INIT_MODULE, ret, m, config.watch_modules)) {
		scratch_free(s);
		return NULL;
	}
	return s;
}

static __always_inline u64 read_pointer(u64 address)
{
	u64 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), (void *)address);
	return v;
}

SEC("fexit/do_init_module")
int BPF_PROG(do_init_module, struct module *mod, int ret)
{
	u64 id = bpf_get_current_pid_tgid();
	struct loading *l = bpf_map_lookup_elem(&loadings, &id);
	struct scratch *s;

	if (!l)
		return 0;
	s = module_record(ret);
	if (s) {
		do_init_module__name(s, l->name);
		do_init_module__version(s, l->version);
		do_init_module__src_version(s, l->srcversion);
		do_init_module__prev(s, l->prev);
		do_init_module__next(s, l->next);
		do_init_module__prev_next(s, read_pointer(l->prev));
		do_init_module__next_prev(s, read_pointer(l->next + 8));
		do_init_module__address(s, l->address);
		record_submit(s, &events, LOSS_EVENTS);
	}
	bpf_map_delete_elem(&loadings, &id);
	return 0;
}
