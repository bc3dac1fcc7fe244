// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the kernel shows to user space: entries of /proc, /dev, /sys and debugfs,
 * mostly made by modules; and probes on its functions. */
#include "lib/scope.h"
#include "lib/kernel_internals.h"
#include "gen/events.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";

#define S_IFREG 0100000
#define MAX_ERRNO 4095

/* The error that a pointer stands for; 0 when it is a pointer. */
static __always_inline s64 pointer_error(const void *p)
{
	return (u64)p >= -(u64)MAX_ERRNO ? (s64)p : 0;
}

/* A parameter as a number: one that the verifier knows as a typed pointer could
 * not be written into a record. */
static __always_inline u64 parameter(u64 *ctx, int i)
{
	u64 v = 0;

	bpf_probe_read_kernel(&v, sizeof(v), &ctx[i]);
	return v;
}

SEC("fexit/proc_register")
int BPF_PROG(proc_create, struct proc_dir_entry *dir, struct proc_dir_entry *entry, struct proc_dir_entry *ret)
{
	if (!ret || (BPF_CORE_READ(entry, mode) & S_IFMT) != S_IFREG)
		return 0; /* a refused entry is freed by now */
	struct scratch *s = record_begin(EVENT_PROC_CREATE, 0);

	if (!s)
		return 0;
	proc_create__name(s, BPF_CORE_READ(entry, name));
	proc_create__proc_ops_addr(s, (u64)BPF_CORE_READ(entry, proc_ops));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/register_kprobe")
int BPF_PROG(kprobe_attach, struct kprobe *p, int ret)
{
	struct scratch *s = record_begin(EVENT_KPROBE_ATTACH, ret);
	char text[ADDRESS_TEXT];
	const char *name;

	if (!s)
		return 0;
	name = BPF_CORE_READ(p, symbol_name);
	if (!name) {
		address_text(text, (u64)BPF_CORE_READ(p, addr));
		name = text;
	}
	kprobe_attach__symbol_name(s, name);
	kprobe_attach__pre_handler_addr(s, (u64)BPF_CORE_READ(p, pre_handler));
	kprobe_attach__post_handler_addr(s, (u64)BPF_CORE_READ(p, post_handler));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/kallsyms_lookup_name")
int BPF_PROG(kallsyms_lookup_name, const char *name, unsigned long address)
{
	struct scratch *s = record_begin(EVENT_KALLSYMS_LOOKUP_NAME, 0);

	if (!s)
		return 0;
	kallsyms_lookup_name__symbol_name(s, name);
	kallsyms_lookup_name__symbol_address(s, address);
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

/* 6.15 or so put one parameter more before the operations. */
SEC("fexit/__debugfs_create_file")
int debugfs_create_file(u64 *ctx)
{
	int last = bpf_core_field_exists(struct debugfs_inode_info, aux) ? 6 : 5;
	u64 ret = parameter(ctx, last + 1);
	struct scratch *s = record_begin(EVENT_DEBUGFS_CREATE_FILE, pointer_error((void *)ret));

	if (!s)
		return 0;
	debugfs_create_file__file_name(s, (void *)ctx[0]);
	if (!pointer_error((void *)ret))
		debugfs_create_file__path_dentry(s, BPF_CORE_READ((struct dentry *)ret, d_parent));
	debugfs_create_file__mode(s, (u16)ctx[1]);
	debugfs_create_file__proc_ops_addr(s, parameter(ctx, last));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/debugfs_create_dir")
int BPF_PROG(debugfs_create_dir, const char *name)
{
	void *ret = (void *)parameter(ctx, 2);
	struct scratch *s = record_begin(EVENT_DEBUGFS_CREATE_DIR, pointer_error(ret));

	if (!s)
		return 0;
	debugfs_create_dir__name(s, name);
	if (!pointer_error(ret))
		debugfs_create_dir__path_dentry(s, BPF_CORE_READ((struct dentry *)ret, d_parent));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

static __always_inline const char *device_name(struct device *d)
{
	const char *name = BPF_CORE_READ(d, init_name);

	return name ? name : BPF_CORE_READ(d, kobj.name);
}

SEC("fexit/device_add")
int BPF_PROG(device_add, struct device *dev, int ret)
{
	struct scratch *s = record_begin(EVENT_DEVICE_ADD, ret);
	struct device *parent;

	if (!s)
		return 0;
	parent = BPF_CORE_READ(dev, parent);
	device_add__name(s, device_name(dev));
	if (parent)
		device_add__parent_name(s, device_name(parent));
	else
		device_add__parent_name(s, "");
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}

SEC("fexit/__register_chrdev")
int BPF_PROG(register_chrdev, unsigned int major, unsigned int baseminor, unsigned int count, const char *name,
	     const void *fops, int ret)
{
	struct scratch *s = record_begin(EVENT_REGISTER_CHRDEV, ret < 0 ? ret : 0);

	if (!s)
		return 0;
	register_chrdev__requested_major_number(s, major);
	/* The kernel returns the number only when it chose it. */
	if (ret >= 0)
		register_chrdev__granted_major_number(s, ret ? ret : major);
	register_chrdev__char_device_name(s, name);
	register_chrdev__char_device_fops(s, parameter(ctx, 4));
	record_submit(s, &events, LOSS_EVENTS);
	return 0;
}
