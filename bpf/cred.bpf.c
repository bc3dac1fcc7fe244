// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a task may do: its capabilities, credentials and namespaces. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "lib/kernel_process.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define CAP_OPT_NOAUDIT 2

SEC("fexit/cap_capable")
int BPF_PROG(cap_capable, const struct cred *cred, void *user_ns, int cap, unsigned int opts, int ret)
{
	if (opts & CAP_OPT_NOAUDIT)
		return 0;
	struct scratch *s = record_begin(EVENT_CAP_CAPABLE, ret);

	if (!s)
		return 0;
	cap_capable__cap(s, cap);
	if (config.detect_syscall)
		cap_capable__syscall(s, record_syscall(s));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline u64 capabilities(const kernel_cap_t *set)
{
	u64 bits = 0;

	bpf_probe_read_kernel(&bits, sizeof(bits), set);
	return bits;
}

static __always_inline void read_cred(struct slim_cred *to, const struct cred *from)
{
	to->uid = BPF_CORE_READ(from, uid.val);
	to->gid = BPF_CORE_READ(from, gid.val);
	to->suid = BPF_CORE_READ(from, suid.val);
	to->sgid = BPF_CORE_READ(from, sgid.val);
	to->euid = BPF_CORE_READ(from, euid.val);
	to->egid = BPF_CORE_READ(from, egid.val);
	to->fsuid = BPF_CORE_READ(from, fsuid.val);
	to->fsgid = BPF_CORE_READ(from, fsgid.val);
	to->user_ns = BPF_CORE_READ(from, user_ns, ns.inum);
	to->securebits = BPF_CORE_READ(from, securebits);
	to->inheritable = capabilities(&from->cap_inheritable);
	to->permitted = capabilities(&from->cap_permitted);
	to->effective = capabilities(&from->cap_effective);
	to->bounding = capabilities(&from->cap_bset);
	to->ambient = capabilities(&from->cap_ambient);
}

static __always_inline bool same_rights(const struct slim_cred *a, const struct slim_cred *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->suid == b->suid && a->sgid == b->sgid && a->euid == b->euid &&
	       a->egid == b->egid && a->fsuid == b->fsuid && a->fsgid == b->fsgid && a->user_ns == b->user_ns &&
	       a->inheritable == b->inheritable && a->permitted == b->permitted && a->effective == b->effective &&
	       a->bounding == b->bounding && a->ambient == b->ambient;
}

SEC("fentry/commit_creds")
int BPF_PROG(commit_creds, struct cred *new)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct slim_cred before = {}, after = {};

	read_cred(&before, BPF_CORE_READ(t, real_cred));
	read_cred(&after, new);
	if (same_rights(&before, &after))
		return 0;
	struct scratch *s = record_begin(EVENT_COMMIT_CREDS, 0);

	if (!s)
		return 0;
	commit_creds__old_cred(s, &before);
	commit_creds__new_cred(s, &after);
	if (config.detect_syscall)
		commit_creds__syscall(s, record_syscall(s));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

#define PUT_CHANGED(name, member)                                                                                      \
	do {                                                                                                           \
		u32 now = BPF_CORE_READ(new, member, ns.inum);                                                         \
                                                                                                                       \
		if (BPF_CORE_READ(old, member, ns.inum) != now)                                                        \
			switch_task_ns__new_##name(s, now);                                                            \
	} while (0)

/* Also called without new namespaces, by a task that ends. */
SEC("fentry/switch_task_namespaces")
int BPF_PROG(switch_task_ns, struct task_struct *t, struct nsproxy *new)
{
	struct nsproxy *old = BPF_CORE_READ(t, nsproxy);

	if (!new || !old)
		return 0;
	struct scratch *s = record_begin(EVENT_SWITCH_TASK_NS, 0);

	if (!s)
		return 0;
	switch_task_ns__pid(s, BPF_CORE_READ(t, pid));
	PUT_CHANGED(mnt, mnt_ns);
	PUT_CHANGED(pid, pid_ns_for_children);
	PUT_CHANGED(uts, uts_ns);
	PUT_CHANGED(ipc, ipc_ns);
	PUT_CHANGED(net, net_ns);
	PUT_CHANGED(cgroup, cgroup_ns);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
