// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The use of BPF: commands, maps, and programs as they are attached. */
#include "lib/scope.h"
#include "lib/syscall.h"
#include "lib/kernel_internals.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

SEC("fexit/security_bpf")
int security_bpf(u64 *ctx)
{
	/* 7.x has a parameter more; the verdict is behind the last. */
	s32 ret = bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_func_ret) ? 0 : (s32)ctx[3];
	struct scratch *s;
	u64 verdict = 0;

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_func_ret) && !bpf_get_func_ret(ctx, &verdict))
		ret = (s32)verdict;
	s = record_begin(EVENT_SECURITY_BPF, ret);
	if (!s)
		return 0;
	security_bpf__cmd(s, (s32)ctx[0]);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/security_bpf_map")
int security_bpf_map(u64 *ctx)
{
	struct bpf_map *map = (void *)probe_regs(ctx); /* as a number: 5.10 adds nothing to typed pointers */
	struct scratch *s = record_begin(EVENT_SECURITY_BPF_MAP, (s32)ctx[2]);

	if (!s)
		return 0;
	security_bpf_map__map_id(s, BPF_CORE_READ(map, id));
	security_bpf_map__map_name(s, (void *)map + bpf_core_field_offset(struct bpf_map, name));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* What a program is attached to: Tracee's numbers, and 16 + the kernel's for
 * links of other types. */
enum attach {
	ATTACH_RAW_TRACEPOINT,
	ATTACH_TRACEPOINT,
	ATTACH_KPROBE,
	ATTACH_KRETPROBE,
	ATTACH_UPROBE,
	ATTACH_URETPROBE,
	ATTACH_LINK = 16,
	ATTACH_PERF_EVENT = ATTACH_LINK + 7,
};

#define LINK_RAW_TRACEPOINT 1
#define LINK_TRACING 2
#define LINK_XDP 6
#define LINK_PERF_EVENT 7

struct attached {
	const void *name;
	u64 address;
	u32 how;
	char text[ADDRESS_TEXT];
};

/* The first of the probes behind a trace event; one is all that perf makes. */
static __always_inline void *first_probe(struct trace_event_call *call)
{
	struct trace_probe_event *e = (void *)call - bpf_core_field_offset(struct trace_probe_event, call);

	return (void *)BPF_CORE_READ(e, probes.next) - bpf_core_field_offset(struct trace_probe, list);
}

static __always_inline void attached_to_event(struct attached *a, struct perf_event *event)
{
	struct trace_event_call *call = BPF_CORE_READ(event, tp_event);

	a->how = ATTACH_PERF_EVENT;
	if (!call)
		return;
	int flags = BPF_CORE_READ(call, flags);

	if (flags & config.trace_kprobe) {
		struct trace_kprobe *k = first_probe(call) - bpf_core_field_offset(struct trace_kprobe, tp);

		a->name = BPF_CORE_READ(k, symbol);
		a->address = (u64)BPF_CORE_READ(k, rp.kp.addr);
		a->how = BPF_CORE_READ(k, rp.handler) ? ATTACH_KRETPROBE : ATTACH_KPROBE;
	} else if (flags & config.trace_uprobe) {
		struct trace_uprobe *u = first_probe(call) - bpf_core_field_offset(struct trace_uprobe, tp);

		a->name = BPF_CORE_READ(u, filename);
		a->address = BPF_CORE_READ(u, offset);
		a->how = BPF_CORE_READ(u, consumer.ret_handler) ? ATTACH_URETPROBE : ATTACH_UPROBE;
	} else {
		a->how = ATTACH_TRACEPOINT;
		if (flags & config.trace_tracepoint)
			a->name = BPF_CORE_READ(call, tp, name);
		else
			a->name = BPF_CORE_READ(call, name);
	}
}

static __always_inline void attached_to_link(struct attached *a, struct bpf_link *link, struct bpf_prog *prog)
{
	u32 type = BPF_CORE_READ(link, type);

	a->how = ATTACH_LINK + type;
	if (type == LINK_RAW_TRACEPOINT) {
		a->how = ATTACH_RAW_TRACEPOINT;
		a->name = BPF_CORE_READ((struct bpf_raw_tp_link *)link, btp, tp, name);
		return;
	}
	if (type == LINK_PERF_EVENT && bpf_core_type_exists(struct bpf_perf_link)) {
		attached_to_event(a, BPF_CORE_READ((struct bpf_perf_link *)link, perf_file, private_data));
		return;
	}
	if (type == LINK_XDP && bpf_core_type_exists(struct bpf_xdp_link)) {
		a->name = (void *)BPF_CORE_READ((struct bpf_xdp_link *)link, dev) +
			  bpf_core_field_offset(struct net_device, name);
		return;
	}
	a->name = BPF_CORE_READ(prog, aux, attach_func_name);
	if (type == LINK_TRACING)
		a->address = (u64)BPF_CORE_READ((struct bpf_tracing_link *)link, trampoline, func.addr);
}

static __always_inline void submit_attached(struct bpf_prog *prog, struct attached *a)
{
	struct scratch *s = record_begin(EVENT_BPF_ATTACH, 0);
	struct bpf_prog_aux *aux;

	if (!s)
		return;
	aux = BPF_CORE_READ(prog, aux);
	bpf_attach__prog_type(s, BPF_CORE_READ(prog, type));
	bpf_attach__prog_name(s, (void *)aux + bpf_core_field_offset(struct bpf_prog_aux, name));
	bpf_attach__prog_id(s, BPF_CORE_READ(aux, id));
	if (!a->name && (a->how == ATTACH_KPROBE || a->how == ATTACH_KRETPROBE)) {
		address_text(a->text, a->address);
		a->name = a->text;
	}
	if (a->name)
		bpf_attach__symbol_name(s, a->name);
	bpf_attach__symbol_addr(s, a->address);
	bpf_attach__attach_type(s, a->how);
	record_submit(s, &events, LOSS_EVENTS);
}

/* An open file of the current task, by its descriptor. */
static __always_inline struct file *file_of(u32 fd)
{
	struct task_struct *t = (struct task_struct *)bpf_get_current_task();
	struct file *file = NULL, **files;

	if (fd >= BPF_CORE_READ(t, files, fdt, max_fds))
		return NULL;
	files = BPF_CORE_READ(t, files, fdt, fd);
	bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

#define BPF_RAW_TRACEPOINT_OPEN 17
#define BPF_LINK_CREATE 28

/* Both calls return the descriptor of a link. The functions behind them are not
 * there to be probed in every kernel: compilers put them into their callers. */
static __always_inline int attach_by_call(u32 command, s64 ret)
{
	struct attached a = {};
	struct bpf_link *link;
	struct bpf_prog *prog;

	if ((command != BPF_RAW_TRACEPOINT_OPEN && command != BPF_LINK_CREATE) || ret < 0)
		return 0;
	link = BPF_CORE_READ(file_of(ret), private_data);
	prog = BPF_CORE_READ(link, prog);
	if (!prog)
		return 0;
	attached_to_link(&a, link, prog);
	submit_attached(prog, &a);
	return 0;
}

SEC("fexit")
int bpf_attach_link(u64 *ctx)
{
	struct pt_regs *regs = (void *)probe_regs(ctx);

	return attach_by_call((u16)regs_arg(regs, 0), ctx[1]);
}

#define PERF_EVENT_IOC_SET_BPF 0x40042408

/* The functions behind it (perf_event_set_bpf_prog) cannot be probed: perf is
 * built without ftrace. */
static __always_inline int attach_by_ioctl(u32 fd, u32 command, s64 ret)
{
	struct attached a = {};
	struct perf_event *event;
	struct bpf_prog *prog;

	if (command != PERF_EVENT_IOC_SET_BPF || ret)
		return 0;
	event = BPF_CORE_READ(file_of(fd), private_data);
	prog = BPF_CORE_READ(event, prog);
	if (!prog)
		return 0;
	attached_to_event(&a, event);
	submit_attached(prog, &a);
	return 0;
}

SEC("fexit")
int bpf_attach_ioctl(u64 *ctx)
{
	struct pt_regs *regs = (void *)probe_regs(ctx);

	return attach_by_ioctl(regs_arg(regs, 0), regs_arg(regs, 1), ctx[1]);
}

/* By netlink, as ip does it. With a link the system call tells of it. */
SEC("fexit/dev_xdp_attach")
int bpf_attach_xdp(u64 *ctx)
{
	struct net_device *dev = (void *)probe_regs(ctx);
	struct bpf_prog *prog = (void *)probe_regs(&ctx[3]);
	struct attached a = {.how = ATTACH_LINK + LINK_XDP};

	if (probe_regs(&ctx[2]) || !prog || (s32)ctx[6])
		return 0;
	a.name = (void *)dev + bpf_core_field_offset(struct net_device, name);
	submit_attached(prog, &a);
	return 0;
}

#if defined(__TARGET_ARCH_x86)
SEC("fexit")
int bpf_attach_link_i386(u64 *ctx)
{
	struct pt_regs___i386 *regs = (void *)probe_regs(ctx);

	return attach_by_call((u16)BPF_CORE_READ(regs, bx), ctx[1]);
}

SEC("fexit")
int bpf_attach_ioctl_i386(u64 *ctx)
{
	struct pt_regs___i386 *regs = (void *)probe_regs(ctx);

	return attach_by_ioctl(BPF_CORE_READ(regs, bx), BPF_CORE_READ(regs, cx), ctx[1]);
}
#endif
